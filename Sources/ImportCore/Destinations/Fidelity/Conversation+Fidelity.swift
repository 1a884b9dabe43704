extension Conversation {
    /// The fields that the conversation has something in.
    package var fidelityFields: FidelitySet { batch.drafts.fidelityFields(of: index) }
}

extension DraftBatch {
    /// Looks at columns only, and at no text, so that a whole source is counted at little more than the cost of reading.
    func fidelityFields(of index: Int) -> FidelitySet {
        var found: FidelitySet = []
        for (field, name) in Self.textFields where isPresent(field, index) { found.add(name) }
        for (field, name) in Self.timeFields {
            let column = times[field.rawValue]
            if !column.isEmpty, column[index].isPresent { found.add(name) }
        }
        switch statuses.isEmpty ? nil : ConversationStatus(rawValue: statuses[index]) {
        case .pending: found.add(.statusPending)
        case .resolved: found.add(.statusResolved)
        case .closed: found.add(.statusClosed)
        case .open, nil: break
        }
        if !found.isDisjoint(with: Self.customerFields), !found.contains(.customerID) {
            // A customer who is nobody's yet: his name and address go or stay with him.
            found.subtract(Self.customerFields)
            found.add(.customerNew)
        }
        guard !messageRanges.isEmpty else { return found }
        for row in messageRanges[index] {
            found.add(SenderType(rawValue: messages.senders[row]) == .customer ? .messagesCustomer : .messagesAgent)
            if messages.times[row].isPresent { found.add(.messagesTimes) }
        }
        return found
    }

    private func isPresent(_ field: TextField, _ index: Int) -> Bool {
        let column = texts[field.rawValue]
        return !column.isEmpty && column[index].isPresent
    }

    private static let customerFields = FidelitySet([
        .customerName, .customerEmail, .customerPhone, .customerExternalID, .customerCreatedAt,
    ])

    private static let textFields: [(TextField, FidelityField)] = [
        (.customerID, .customerID), (.initialMessage, .initialMessage), (.subject, .subject),
        (.assigneeID, .assigneeID), (.channelType, .channelType), (.channelID, .channelID),
        (.customerName, .customerName), (.customerEmail, .customerEmail), (.customerPhone, .customerPhone),
        (.customerExternalID, .customerExternalID),
    ]

    private static let timeFields: [(TimeField, FidelityField)] = [
        (.createdAt, .createdAt), (.updatedAt, .updatedAt), (.firstResponseAt, .firstResponseAt),
        (.resolvedAt, .resolvedAt), (.closedAt, .closedAt), (.customerCreatedAt, .customerCreatedAt),
    ]
}

extension Plan {
    /// The fields that its rules can fill: what is known of a source that cannot be read twice.
    package var fidelityFields: FidelitySet {
        var found: FidelitySet = []
        for field in FidelityField.allCases {
            let isMapped =
                conversation.texts.keys.contains { $0.name == field.name }
                || conversation.times.keys.contains { $0.name == field.name }
            if isMapped { found.add(field) }
        }
        if let customer, !customer.texts.isEmpty || customer.createdAt != nil { found.add(.customerNew) }
        if let status = conversation.status {
            for (word, field) in [("pending", FidelityField.statusPending), ("resolved", .statusResolved)]
                + [("closed", .statusClosed)] where status.canYield(word)
            {
                found.add(field)
            }
        }
        if let messages = source.messages {
            if messages.senderType?.canYield("customer") ?? false { found.add(.messagesCustomer) }
            if messages.senderType?.canYield("agent") ?? true { found.add(.messagesAgent) }
            if messages.createdAt != nil { found.add(.messagesTimes) }
        }
        return found
    }
}

extension ValueRule {
    /// Whether the rule can come to this text, as far as the plan tells without a record.
    fileprivate func canYield(_ text: String) -> Bool {
        if otherwise == .constant(text) { return true }
        if case .values(let pairs) = meaning { return pairs.contains { $0.to == text } }
        if case .constant(let constant) = origin, case .text = meaning { return constant == text }
        return true
    }
}
