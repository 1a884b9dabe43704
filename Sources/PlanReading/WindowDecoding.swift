import ImportCore

/// `window`: the hours in which messages may be sent.
extension PlanDecoder {
    mutating func window(_ node: PlanNode?) -> [SendingHours] {
        guard let node, let items = list(node) else { return [] }
        if items.isEmpty { report(node, "is empty", hint: "leave it out, if messages may be sent at any time") }
        return items.compactMap { hours($0) }
    }

    private mutating func hours(_ node: PlanNode) -> SendingHours? {
        guard let text = nonEmptyText(node) else { return nil }
        do throws(SendingHours.Failure) {
            return try SendingHours(text.value)
        } catch {
            switch error {
            case .form:
                report(
                    node, "is \(text.shown); it must be hours and a zone",
                    hint: "20:00-06:00 Europe/Berlin, or a list of such hours")
            case .empty:
                report(node, "is \(text.shown), which is no time at all", hint: "leave it out for all day")
            case .unknownZone(let name, let nearest):
                let shown = text.hasVariable ? text.shown : CanonicalText.quoted(name)
                report(
                    node, "names the zone \(shown), which is not known",
                    hint: text.hasVariable || nearest.isEmpty
                        ? "an IANA name, as in Europe/Berlin or UTC" : "did you mean \(nearest.alternatives)?")
            }
            return nil
        }
    }
}
