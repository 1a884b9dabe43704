import ImportCore

/// What a run would write of a batch, and what cannot be said of it.
struct ExpectedBatch: Sendable {
    /// A conversation that is to be compared.
    struct Item: Sendable {
        /// In the batch as it was given.
        var index: Int
        var id: BinaryUUID
        var refusal: RejectionCode?
        /// Columns of which nobody can say now what a run would write.
        var unsure: Set<String> = []
        /// Nil where a run would write nothing, and nothing can be said.
        var conversation: Tuple?
        var messages: [Tuple] = []
        /// Whom the record names.
        var naming: Naming
    }

    /// By what a record tells who its customer is.
    struct Naming: Sendable {
        var customerID: BinaryUUID?
        var isIDMapped: Bool
        var externalID: String?
        var email: String?

        init(_ conversation: Conversation) {
            isIDMapped = conversation.text(.customerID) != nil
            customerID = conversation.text(.customerID).flatMap { BinaryUUID($0) }
            externalID = conversation.text(.customerExternalID).flatMap { $0.isEmpty ? nil : $0 }
            email = conversation.text(.customerEmail).map(EmailAddress.normalised).flatMap { $0.isEmpty ? nil : $0 }
        }

        /// Whether a stored customer is the one that is named: others may have made or merged customers since, so that a
        /// run would find another one now.
        func fits(_ customer: Tuple) -> Bool {
            if isIDMapped { return customer.uuid(0) == customerID }
            // Two people of the old system stay two, be it that they share an address.
            if let externalID, let stored = customer.text(5), !stored.isEmpty { return stored == externalID }
            guard let email, let stored = customer.text(3) else { return false }
            return EmailAddress.normalised(stored) == email
        }

        var isNobody: Bool { !isIDMapped && externalID == nil && email == nil }
    }

    private(set) var items: [Item] = []
    /// Customers that a run would create for the batch.
    private(set) var customers: [BinaryUUID: Tuple] = [:]

    init(
        _ conversations: [Conversation], isChosen: [Bool], placement: inout Placement, ids: ConversationIdentity,
        attachmentsAreBinary: Bool
    ) {
        var placed: [PlacedConversation] = []
        var placedItems: [Int] = []
        for (index, conversation) in conversations.enumerated() {
            let finding = placement.find(for: conversation)
            guard isChosen[index] else { continue }
            let id = conversation.withBytes(.key) { ids.conversation(key: $0) } ?? BinaryUUID(high: 0, low: 0)
            var item = Item(index: index, id: id, refusal: finding.refusal?.code, naming: Naming(conversation))
            if let createdAt = finding.createdAt, finding.refusal?.code != .refusedTooLarge {
                if finding.channel == nil { item.unsure.formUnion(["channel_type", "channel_id"]) }
                if finding.refusal != nil { item.unsure.insert("customer_id") }
                placedItems.append(items.count)
                placed.append(
                    PlacedConversation(
                        conversation: conversation, customer: finding.customer,
                        channel: finding.channel ?? Channel(id: id, type: "", isActive: false), createdAt: createdAt))
            }
            items.append(item)
        }
        for tuple in placement.customers.takeCreated().rows.tuples {
            customers[tuple.uuid(0) ?? .init(high: 0, low: 0)] = tuple
        }
        let batch = EncodedBatch(placed, identity: ids, run: 0, attachmentsAreBinary: attachmentsAreBinary)
        let messages = Dictionary(grouping: batch.messages.tuples) { $0.uuid(1) }
        for (tuple, item) in zip(batch.conversations.tuples, placedItems) {
            items[item].conversation = tuple
            items[item].messages = messages[items[item].id] ?? []
        }
    }
}
