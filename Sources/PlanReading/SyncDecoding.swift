import ImportCore

/// `sync`: what a night compares, and what it expects. None of it decides what a record becomes, so that all of it may
/// change from night to night.
extension PlanDecoder {
    /// - Parameter readsUpdates: whether the plan maps `updated_at`.
    mutating func sync(_ node: PlanNode?, readsUpdates: Bool) -> SyncOptions? {
        guard let map = map(node, of: SyncKey.self) else { return nil }
        let export = choice(required(map, .export, example: "full"), of: SyncOptions.Export.self)
        let expectation = expectation(map[.expect])
        let overlap = overlap(map, readsUpdates: readsUpdates)
        let onDrift = choice(map[.onDrift], of: DriftRule.self) ?? .keep
        guard let export else { return nil }
        return SyncOptions(export: export, expectation: expectation, overlap: overlap, onDrift: onDrift)
    }

    /// `at_least 90%`, or a number of records, with or without `at_least` in front.
    private mutating func expectation(_ node: PlanNode?) -> SyncOptions.Expectation? {
        guard let node, let text = nonEmptyText(node) else { return nil }
        let words = text.value.split(separator: " ", maxSplits: 1)
        let value = words.count == 2 && words[0] == "at_least" ? String(words[1]) : text.value
        if let quantity = Quantity(value) {
            if quantity.unit == "%", quantity.number > 0, quantity.number <= 100 { return .share(quantity.number) }
            if quantity.unit.isEmpty, let count = Int(exactly: quantity.number) { return .records(count) }
        }
        report(
            node, "is \(text.shown); it must be a percentage of the last night's records, or a number of records",
            hint: "at_least 90%")
        return nil
    }

    private mutating func overlap(_ map: PlanMap<SyncKey>, readsUpdates: Bool) -> Double? {
        let overlap = duration(map[.overlap], allowsZero: true)
        guard let node = map[.since] else {
            if let node = map[.overlap] { report(node, "means nothing without since", hint: "since: updated_at") }
            return nil
        }
        guard let text = nonEmptyText(node) else { return nil }
        guard text.value == TimeField.updatedAt.name else {
            report(node, "is \(text.shown); it must be updated_at", hint: "since: updated_at")
            return nil
        }
        if !readsUpdates {
            report(node, "goes by updated_at, which the plan does not map", hint: "conversation: {updated_at: …}")
        }
        return overlap ?? SyncOptions.standardOverlap
    }
}
