import ImportCore

/// `source.messages`: where the messages of a record are, what fills them, and which are left out.
extension PlanDecoder {
    mutating func messages(_ node: PlanNode?) -> MessageRules? {
        guard let map = map(node, of: MessagesKey.self) else { return nil }
        let place = messagePlace(required(map, .list, example: "comments"))
        let opening = rule(map[.opening], for: .senderType)
        isInMessage = true
        defer { isInMessage = false }
        let drops = drops(map[.drop])
        let order = choice(map[.order], of: MessageRules.Order.self) ?? .time
        note("source.messages.order", order.rawValue, line: map[.order]?.line ?? map.node.line)
        let fields = self.map(required(map, .map, example: "{content: body}"), of: MessageKey.self)
        guard let fields else { return nil }
        let content = rule(required(fields, .content, example: "body"), for: .text)
        let sender = rule(fields[.senderType], for: .senderType)
        let createdAt = rule(fields[.createdAt], for: .time)
        let id = rule(fields[.id], for: .text)
        guard let place, let content else { return nil }
        var rules = MessageRules(
            list: place.field, content: content, senderType: sender, createdAt: createdAt, id: id)
        rules.form = place.form
        rules.order = order
        rules.drops = drops
        rules.opening = opening
        return rules
    }

    /// A field's name, or a map that says how the field holds the messages.
    private mutating func messagePlace(_ node: PlanNode?) -> (field: FieldReference, form: MessageRules.Form)? {
        guard let node else { return nil }
        guard case .map = node.content else { return field(node, as: node.path).map { ($0, .list) } }
        guard let map = map(node, of: MessageListKey.self) else { return nil }
        let places = [MessageListKey.field, .json, .columns].filter { map[$0] != nil }
        guard places.count == 1 else {
            report(
                node, places.isEmpty ? "does not say where the messages are" : "names more than one place",
                hint: "{json: a field with JSON in it}, or {columns: the name of repeated columns, split: …}")
            return nil
        }
        if let split = map[.split], map[.columns] == nil {
            report(split, "means nothing without columns", hint: "take it out")
        }
        switch places[0] {
        case .json: return field(map[.json], as: node.path + ".json").map { ($0, .json) }
        case .columns:
            let column = literalField(map[.columns], as: node.path + ".columns")
            guard map[.split] != nil else { return column.map { ($0, .columns(nil)) } }
            guard let split = split(map[.split]), let column else { return nil }
            return (column, .columns(split))
        case .field, .split: return literalField(map[.field], as: node.path).map { ($0, .list) }
        }
    }

    private mutating func split(_ node: PlanNode?) -> SplitRule? {
        guard let map = map(node, of: SplitKey.self) else { return nil }
        let separator = nonEmptyText(required(map, .separator, example: "\";\""))
        let names = list(required(map, .names, example: "[date, author, body]"))?.compactMap { nonEmptyText($0) }
        guard let separator, let names, let node = map[.names] else { return nil }
        if Set(names.map(\.value)).count < names.count { report(node, "has the same name twice", hint: "rename one") }
        if names.count < 2 { report(node, "must name two parts at least", hint: "[date, author, body]") }
        note(map.node.path + ".by", separator, line: map.node.line)
        for (index, name) in names.enumerated() { note("\(node.path)[\(index)]", name, line: node.line) }
        return SplitRule(separator: separator.value, names: names.map(\.value), line: map.node.line)
    }

    private mutating func drops(_ node: PlanNode?) -> [DropRule] {
        guard let node else { return [] }
        guard case .map(let entries) = node.content else {
            if case .unknown = node.content { return [] }
            report(
                node, "must be a map of reasons and conditions, not \(node.kind)",
                hint: "{internal-note: {from: public, is: \"false\"}}")
            return []
        }
        return entries.enumerated().compactMap { index, entry in
            let isReason = entry.key.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
            }
            guard isReason, (1...64).contains(entry.key.utf8.count) else {
                report(
                    entry.node, "is no name for a reason", hint: "1 to 64 of a-z, 0-9 and -, as in internal-note")
                return nil
            }
            // The first that holds is counted, so that their order means something.
            note("\(node.path).\(entry.key).place", "\(index)", line: entry.node.line)
            return conditions(entry.node).map { DropRule(reason: entry.key, conditions: $0) }
        }
    }
}
