import ImportCore

/// `source.skip`: which records are passed over, and why.
extension PlanDecoder {
    /// A reason's number fits into one byte for each record.
    private static var mostRules: Int { 100 }

    mutating func skips(_ node: PlanNode?) -> [SkipRule] {
        guard let node, let items = list(node) else { return [] }
        if items.count > Self.mostRules {
            report(node, "has more than \(Self.mostRules) rules", hint: "list several values in one rule")
            return []
        }
        return items.compactMap { skip($0) }
    }

    private mutating func skip(_ node: PlanNode) -> SkipRule? {
        guard let map = map(node, of: SkipKey.self) else { return nil }
        let reason = reason(required(map, .reason, example: "deleted"))
        var conditions = matches(map[.matches]) { .isOne(of: $0) }
        conditions += matches(map[.unless]) { .isNone(of: $0) }
        conditions += fields(map[.present]).map { SkipRule.Condition(field: $0, test: .isPresent) }
        conditions += fields(map[.missing]).map { SkipRule.Condition(field: $0, test: .isMissing) }
        guard let reason else { return nil }
        guard !conditions.isEmpty else {
            if SkipKey.allCases.dropFirst().allSatisfy({ map[$0] == nil }) {
                report(node, "does not say which records it means", hint: "where: {status: deleted}")
            }
            return nil
        }
        return SkipRule(reason: reason, conditions: conditions)
    }

    private mutating func reason(_ node: PlanNode?) -> String? {
        guard let node, let text = nonEmptyText(node) else { return nil }
        let isWord = text.value.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (48...57).contains(byte)
                || byte == UInt8(ascii: "-")
        }
        guard isWord, text.value.utf8.count <= 32 else {
            report(node, "is \(text.shown); it must be 1 to 32 of the characters a-z, 0-9 and -", hint: "deleted")
            return nil
        }
        note(node.path, text, line: node.line)
        return text.value
    }

    /// Fields, each with the values that are meant.
    mutating func matches(
        _ node: PlanNode?, _ test: ([String]) -> SkipRule.Test
    ) -> [SkipRule.Condition] {
        guard let node else { return [] }
        guard case .map(let entries) = node.content, !entries.isEmpty else {
            if case .unknown = node.content { return [] }
            report(node, "must be a map of fields and their values", hint: "{status: [deleted, spam]}")
            return []
        }
        return entries.compactMap { entry in
            guard let items = list(entry.node) else { return nil }
            let texts = items.compactMap { text($0) }
            for (item, text) in zip(items, texts) { note(item.path, text, line: item.line) }
            return SkipRule.Condition(
                field: reference(entry.key, line: entry.node.line), test: test(texts.map(\.value)))
        }
    }

    private mutating func fields(_ node: PlanNode?) -> [FieldReference] {
        guard let node, let items = list(node) else { return [] }
        return items.compactMap { item in
            guard let text = nonEmptyText(item) else { return nil }
            note(item.path, text, line: item.line)
            return reference(text.value, line: item.line)
        }
    }

    /// A name whose dots and brackets are no path is a column's as it stands.
    private func reference(_ name: String, line: Int) -> FieldReference {
        guard let path = FieldPath(path: name) else {
            return FieldReference(path: FieldPath(literal: name).inside(base), isLiteral: true, line: line)
        }
        return FieldReference(path: path.inside(base), line: line)
    }
}
