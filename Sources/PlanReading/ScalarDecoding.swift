import ImportCore

/// Texts of the plan that stand for something else: words of a vocabulary, numbers, sizes, durations.
extension PlanDecoder {
    mutating func choice<Value: RawRepresentable<String> & CaseIterable>(_ node: PlanNode?, of _: Value.Type) -> Value?
    {
        guard let node, let text = text(node) else { return nil }
        if let value = Value(rawValue: text.value) { return value }
        reportChoice(node, text, among: Value.allCases.map(\.rawValue))
        return nil
    }

    mutating func reportChoice(_ node: PlanNode, _ text: PlanText, among words: [String]) {
        // The nearest word would tell something of a value that came from the environment.
        let nearest = text.hasVariable ? nil : NearestName.of(text.value, among: words)
        report(node, "is \(text.shown); it must be \(words.alternatives)", hint: nearest.map { "did you mean \($0)?" })
    }

    mutating func flag(_ node: PlanNode?) -> Bool? {
        guard let node, let text = text(node) else { return nil }
        switch text.value {
        case "true": return true
        case "false": return false
        default:
            report(node, "is \(text.shown); it must be true or false")
            return nil
        }
    }

    mutating func integer(_ node: PlanNode?, in range: ClosedRange<Int>) -> Int? {
        guard let node, let text = text(node) else { return nil }
        guard let quantity = Quantity(text.value), quantity.unit.isEmpty, let value = Int(exactly: quantity.number),
            range.contains(value)
        else {
            report(node, "is \(text.shown); it must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    /// A number of bytes: `16777216`, `16MiB`, `100 MB`.
    mutating func size(_ node: PlanNode?, in range: ClosedRange<Int>) -> Int? {
        guard let node, let text = text(node) else { return nil }
        guard let quantity = Quantity(text.value), let value = quantity.bytes else {
            report(node, "is \(text.shown), not a size", hint: "a number of bytes, as in 16777216, 16MiB or 100MB")
            return nil
        }
        guard range.contains(value) else {
            report(
                node, "is \(text.shown); it must be from \(range.lowerBound) to \(range.upperBound) bytes")
            return nil
        }
        return value
    }

    /// A time span in seconds: `500ms`, `30s`, `15m`, `2h`.
    mutating func duration(_ node: PlanNode?, allowsZero: Bool = false) -> Double? {
        guard let node, let text = text(node) else { return nil }
        guard let value = Quantity(text.value)?.seconds else {
            report(
                node, "is \(text.shown), not a duration", hint: "a number and its unit, as in 500ms, 30s, 15m, 2h or 2d"
            )
            return nil
        }
        guard value > 0 || allowsZero else {
            report(node, "is \(text.shown); it must be more than zero")
            return nil
        }
        return value
    }
}

extension [String] {
    /// `a, b or c`.
    var alternatives: String {
        guard count > 1, let last else { return joined() }
        return dropLast().joined(separator: ", ") + " or " + last
    }
}
