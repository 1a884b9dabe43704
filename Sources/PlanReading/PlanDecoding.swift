import ImportCore

/// The plan as a whole, its limits, and its conversation and customer.
extension PlanDecoder {
    mutating func plan(_ root: PlanNode, path: String) -> Plan? {
        guard let map = map(root, of: RootKey.self) else { return nil }
        checkVersion(required(map, .version, example: "1"))
        let name = planName(required(map, .name, example: "zendesk-acme"))
        let business = businessID(required(map, .businessID, example: "b2c3d4e5-f6a7-8901-bcde-f12345678901"))
        let source = source(required(map, .source, example: "{files: [tickets.csv], key: id}"))
        let conversation = conversation(
            required(map, .conversation, example: "{initial_message: description, status: status}"))
        let customer = customer(map[.customer])
        let destinations = destinations(map[.destinations])
        let limits = limits(map[.limits])
        let duplicates = duplicates(map[.duplicates])
        let sync = sync(map[.sync], readsUpdates: conversation?.times[.updatedAt] != nil)
        let onFinish = finishHook(map[.onFinish])
        guard let name, let business, let source, let conversation else { return nil }
        var plan = Plan(
            path: path, name: name, businessID: business, source: source, conversation: conversation,
            customer: customer, destinations: destinations, limits: limits, duplicates: duplicates,
            sync: sync, meaning: meaningInOrder)
        plan.onFinish = onFinish
        return plan
    }

    private mutating func checkVersion(_ node: PlanNode?) {
        guard let node, let text = text(node), text.value != "1" else { return }
        report(node, "is \(text.shown); this program reads plans of version 1", hint: "version: 1")
    }

    private mutating func planName(_ node: PlanNode?) -> String? {
        guard let node, let text = text(node) else { return nil }
        let isAllowed = text.value.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (48...57).contains(byte)
                || byte == UInt8(ascii: "-")
        }
        guard isAllowed, (1...64).contains(text.value.utf8.count) else {
            report(
                node, "is \(text.shown); it must be 1 to 64 of the characters a-z, 0-9 and -",
                hint: "name: zendesk-acme")
            return nil
        }
        return text.value
    }

    private mutating func businessID(_ node: PlanNode?) -> String? {
        guard let node, let text = text(node) else { return nil }
        let groups = text.value.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12],
            groups.allSatisfy({ $0.unicodeScalars.allSatisfy { $0.isASCII && $0.properties.isHexDigit } })
        else {
            report(
                node, "is \(text.shown), not a UUID",
                hint: "the id of your business in PingBack, as in b2c3d4e5-f6a7-8901-bcde-f12345678901")
            return nil
        }
        return text.value
    }

    private mutating func duplicates(_ node: PlanNode?) -> Plan.DuplicateKeys {
        var duplicates = Plan.DuplicateKeys.reject
        if let choice = choice(node, of: Plan.DuplicateKeys.self) { duplicates = choice }
        note("duplicates", duplicates.rawValue, line: node?.line ?? 1)
        return duplicates
    }
}

extension PlanDecoder {
    private mutating func conversation(_ node: PlanNode?) -> ConversationRules? {
        guard let map = map(node, of: ConversationKey.self) else { return nil }
        var rules = ConversationRules()
        rules.status = rule(map[.status], for: .status)
        for key in ConversationKey.allCases {
            if let field = TextField.allCases.first(where: { $0.name == key.rawValue }) {
                rules.texts[field] = rule(map[key], for: key == .channelType ? .channelType : .text)
            } else if let field = TimeField.allCases.first(where: { $0.name == key.rawValue }) {
                rules.times[field] = rule(map[key], for: .time)
            }
        }
        return rules
    }

    private mutating func customer(_ node: PlanNode?) -> CustomerRules? {
        guard let map = map(node, of: CustomerKey.self) else { return nil }
        var rules = CustomerRules()
        rules.createdAt = rule(map[.createdAt], for: .time)
        for key in CustomerKey.allCases {
            if let field = TextField.allCases.first(where: { $0.name == "customer." + key.rawValue }) {
                rules.texts[field] = rule(map[key], for: .text)
            }
        }
        return rules
    }

    private mutating func limits(_ node: PlanNode?) -> Limits {
        var limits = Limits()
        let map = map(node, of: LimitKey.self)
        if let rejections = rejections(map?[.rejections]) { limits.rejections = rejections }
        // A batch is addressed with 32 bits, and holds at least one record.
        limits.fieldBytes = size(map?[.fieldBytes], in: 1...(1 << 30)) ?? limits.fieldBytes
        limits.recordBytes = size(map?[.recordBytes], in: 1...(1 << 30)) ?? limits.recordBytes
        limits.depth = integer(map?[.depth], in: 1...1024) ?? limits.depth
        limits.messageCharacters = integer(map?[.messageCharacters], in: 1...(1 << 30)) ?? limits.messageCharacters
        // What a file may unpack to decides nothing of a record: it is no part of the plan's meaning.
        limits.unpacking.bytes = size(map?[.unpackedBytes], in: 1...(1 << 50)) ?? limits.unpacking.bytes
        limits.unpacking.ratio = integer(map?[.unpackedRatio], in: 1...1_000_000) ?? limits.unpacking.ratio
        if limits.fieldBytes > limits.recordBytes, let node = map?[.fieldBytes] ?? map?[.recordBytes] {
            report(
                line: node.line,
                "limits.field_bytes is more than limits.record_bytes",
                hint: "give both; a record is at least as long as its longest field, and 16 MiB where nothing is said")
        }
        let line = node?.line ?? 1
        note("limits.field_bytes", "\(limits.fieldBytes)", line: map?[.fieldBytes]?.line ?? line)
        note("limits.record_bytes", "\(limits.recordBytes)", line: map?[.recordBytes]?.line ?? line)
        note("limits.depth", "\(limits.depth)", line: map?[.depth]?.line ?? line)
        note("limits.message_characters", "\(limits.messageCharacters)", line: map?[.messageCharacters]?.line ?? line)
        return limits
    }

    private mutating func rejections(_ node: PlanNode?) -> Limits.Rejections? {
        guard let node, let text = text(node) else { return nil }
        if let quantity = Quantity(text.value) {
            if quantity.unit == "%", quantity.number <= 100 { return .percentage(quantity.number) }
            if quantity.unit.isEmpty, let count = Int(exactly: quantity.number) { return .count(count) }
        }
        report(node, "is \(text.shown); it must be a number of records, or a percentage", hint: "rejections: 5%")
        return nil
    }
}
