import ImportCore

/// Compares a batch with what is in the tables, all of it as it stands at one moment.
struct BatchComparison {
    let connection: Connection
    let tables: PostgresTables

    func differences(_ batch: ExpectedBatch) throws -> [ConversationDifference] {
        guard !batch.items.isEmpty else { return [] }
        try connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        do {
            let differences = try compare(batch)
            try connection.run("COMMIT")
            return differences
        } catch {
            if !connection.isLost { try? connection.run("ROLLBACK") }
            throw error
        }
    }

    private func compare(_ batch: ExpectedBatch) throws -> [ConversationDifference] {
        let rows = StoredRows(connection: connection, tables: tables)
        let ids = batch.items.map(\.id)
        var conversations: [BinaryUUID: Tuple] = [:]
        try rows.conversations(ids) { tuple in tuple.uuid(0).map { conversations[$0] = tuple } }
        var messages: [BinaryUUID: [Tuple]] = [:]
        try rows.messages(ofConversations: ids) { tuple in
            tuple.uuid(1).map { messages[$0, default: []].append(tuple) }
        }
        let customers = try customers(of: conversations, in: batch, rows)
        // A customer's own fields are told once, at the first conversation.
        var told: Set<BinaryUUID> = []
        return batch.items.compactMap { item in
            let stored = conversations[item.id]
            var problems = problems(item, stored, messages[item.id] ?? [], customers)
            if let customer = stored?.uuid(Self.customerField), let new = batch.customers[customer],
                told.insert(customer).inserted, let problem = self.problem(of: customer, new, customers[customer])
            {
                problems.append(problem)
            }
            guard !problems.isEmpty else { return nil }
            return ConversationDifference(index: item.index, id: item.id.description, problems: problems)
        }
    }

    /// What is wrong with a customer whom the run created.
    private func problem(
        of customer: BinaryUUID, _ new: Tuple, _ stored: Tuple?
    ) -> ConversationDifference.Problem? {
        guard let stored else { return .customerMissing(id: customer.description) }
        let fields = RowComparison.fields(new, stored, NewCustomers.columns)
        return fields.isEmpty ? nil : .customerFields(id: customer.description, fields)
    }

    /// The customers that have to be looked at: those that a run would create, and those whom it would not have found.
    private func customers(
        of conversations: [BinaryUUID: Tuple], in batch: ExpectedBatch, _ rows: StoredRows
    ) throws -> [BinaryUUID: Tuple] {
        var wanted: Set<BinaryUUID> = []
        for item in batch.items {
            guard let customer = conversations[item.id]?.uuid(Self.customerField) else { continue }
            if batch.customers[customer] != nil || customer != item.conversation?.uuid(Self.customerField) {
                wanted.insert(customer)
            }
        }
        var customers: [BinaryUUID: Tuple] = [:]
        try rows.customers(wanted) { tuple in tuple.uuid(0).map { customers[$0] = tuple } }
        return customers
    }

    private static let customerField = 2

    private func problems(
        _ item: ExpectedBatch.Item, _ stored: Tuple?, _ messages: [Tuple], _ customers: [BinaryUUID: Tuple]
    ) -> [ConversationDifference.Problem] {
        guard let stored else { return [.missing(rejectedNow: item.refusal)] }
        guard let expected = item.conversation else { return item.refusal.map { [.unexpected($0)] } ?? [] }
        var problems: [ConversationDifference.Problem] = []
        var unsure = item.unsure
        if isRight(stored.uuid(Self.customerField), for: item, customers) {
            unsure.insert("customer_id")
        } else {
            unsure.remove("customer_id")
        }
        let fields = RowComparison.fields(expected, stored, EncodedBatch.conversationColumns, unsure: unsure)
        if !fields.isEmpty { problems.append(.fields(fields)) }
        problems += RowComparison.messages(item.messages, messages)
        return problems
    }

    /// Whether the stored customer is whom the record names, though a run might find another one now.
    private func isRight(
        _ customer: BinaryUUID?, for item: ExpectedBatch.Item, _ customers: [BinaryUUID: Tuple]
    ) -> Bool {
        guard let customer else { return item.naming.isNobody }
        if item.refusal == nil, customer == item.conversation?.uuid(Self.customerField) { return true }
        return customers[customer].map(item.naming.fits) ?? false
    }
}
