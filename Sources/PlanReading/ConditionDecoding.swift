import ImportCore

/// Conditions: what a field is asked.
extension PlanDecoder {
    /// One condition, or a list of which one must hold.
    mutating func conditions(_ node: PlanNode?) -> [ConditionRule]? {
        guard let node, let items = list(node) else { return nil }
        if items.isEmpty { report(node, "names no condition", hint: "{from: author.type, is: bot}") }
        return items.compactMap { condition($0) }
    }

    private mutating func condition(_ node: PlanNode) -> ConditionRule? {
        if case .text = node.content {
            report(node, "must be a map, not a text", hint: "{from: author.type, is: bot}")
            return nil
        }
        guard let map = map(node, of: ConditionKey.self) else { return nil }
        let tests = ConditionKey.tests.filter { map[$0] != nil }
        guard tests.count == 1 else {
            if ConditionKey.tests.contains(where: { !map.isMissing($0) && map[$0] == nil }) { return nil }
            report(
                node, tests.isEmpty ? "asks nothing of its field" : "asks more than one thing of its field",
                hint: "one of " + ConditionKey.tests.map(\.rawValue).joined(separator: ", "))
            return nil
        }
        let reference: FieldReference?
        if let literal = map[.field] {
            reference = literalField(literal, as: node.path + ".from")
        } else {
            reference = field(required(map, .from, example: "author.type"), as: node.path + ".from")
        }
        let conversions = conversions(map[.convert])
        guard let test = test(tests[0], map), let reference else { return nil }
        var value = ValueRule(.field(reference), line: node.line)
        value.conversions = conversions
        return ConditionRule(value: value, test: test)
    }

    private mutating func test(_ key: ConditionKey, _ map: PlanMap<ConditionKey>) -> ConditionRule.Test? {
        switch key {
        case .isAny: return texts(map[key]).map { .isAny($0) }
        case .isNone: return texts(map[key]).map { .isNone($0) }
        case .domain: return texts(map[key]).map { .domain($0) }
        case .sameAs:
            // The record's, also where a message's field is asked.
            let wasInMessage = isInMessage
            isInMessage = false
            defer { isInMessage = wasInMessage }
            return field(map[key], as: map.node.path + ".same_as").map { .sameAs($0) }
        case .present, .from, .field, .convert:
            guard let node = map[.present], let wanted = flag(node) else { return nil }
            note(node.path, "\(wanted)", line: node.line)
            return .present(wanted)
        }
    }

    private mutating func texts(_ node: PlanNode?) -> [String]? {
        guard let node, let texts = list(node)?.compactMap({ nonEmptyText($0) }) else { return nil }
        if texts.isEmpty { report(node, "names no value") }
        let spellings = texts.map { $0.hasVariable ? Self.masked($0.value) : CanonicalText.quoted($0.value) }
        note(node.path, Set(spellings).sorted().joined(separator: ", "), line: node.line)
        return texts.map(\.value)
    }
}
