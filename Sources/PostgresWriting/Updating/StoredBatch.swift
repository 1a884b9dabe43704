import ImportCore

/// Conversations as they are there, their rows locked until the transaction ends.
struct StoredBatch: Sendable {
    private(set) var conversations: [BinaryUUID: StoredConversation] = [:]
    private(set) var customers: [BinaryUUID: Tuple] = [:]
    /// Whether the rows carry the numbers of a restored dump, or of whatever else put all of them there anew.
    private(set) var looksRestored = false

    /// From so many conversations on, that none of them carries the number of one of our transactions is no accident.
    private static let tellingRows = 16
    private static let customerField = 2

    init() {}

    /// Rows are locked in the order of their ids, so that two of us never wait for each other, and only against changes:
    /// who answers in a conversation does not wait.
    static func lock(
        _ ids: [BinaryUUID], customersOf named: [BinaryUUID], on connection: Connection, _ tables: PostgresTables,
        ledger: UpdateLedger
    ) throws -> StoredBatch {
        var batch = StoredBatch()
        guard !ids.isEmpty else { return batch }
        let list = SQLArray.uuids(ids)
        func numbers(_ table: PingBackTable, where column: String, order: String) throws -> [BinaryUUID: String] {
            let rows = try connection.rows(
                """
                SELECT "id", xmin FROM \(tables.quoted(table)) WHERE \(column) = ANY ($1::uuid[])
                ORDER BY \(order) FOR NO KEY UPDATE
                """, [list])
            return rows.reduce(into: [:]) { numbers, row in
                row[0].flatMap { BinaryUUID($0) }.map { numbers[$0] = row[1] }
            }
        }
        var written = try numbers(.conversations, where: #""id""#, order: #""id""#)
        written.merge(
            try numbers(.messages, where: #""conversation_id""#, order: #""conversation_id", "id""#)
        ) { first, _ in first }
        let (writers, isShared) = try ledger.writers(of: ids)

        let rows = StoredRows(connection: connection, tables: tables)
        var conversations: [BinaryUUID: Tuple] = [:]
        var messages: [BinaryUUID: [Tuple]] = [:]
        try rows.conversations(ids) { tuple in tuple.uuid(0).map { conversations[$0] = tuple } }
        try rows.messages(ofConversations: ids) { tuple in
            tuple.uuid(1).map { messages[$0, default: []].append(tuple) }
        }
        for (id, tuple) in conversations {
            batch.conversations[id] = StoredConversation(
                tuple, messages: messages[id] ?? [], writers: writers[id] ?? .init(), numbers: written)
        }
        let people = Set(named).union(conversations.values.compactMap { $0.uuid(customerField) })
        try rows.customers(people) { tuple in tuple.uuid(0).map { batch.customers[$0] = tuple } }

        let known = conversations.keys.filter { writers[$0] != nil }
        let own = known.count { id in written[id].map { writers[id]?.numbers.contains($0) ?? false } ?? false }
        batch.looksRestored = isShared || (own == 0 && known.count >= tellingRows)
        return batch
    }
}
