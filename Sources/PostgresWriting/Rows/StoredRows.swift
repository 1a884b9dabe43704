import ImportCore

/// Reads back what a run wrote: the same columns in the same order, so that the bytes can be compared.
struct StoredRows {
    let connection: Connection
    let tables: PostgresTables

    func conversations(_ ids: some Collection<BinaryUUID>, _ row: (Tuple) throws -> Void) throws {
        try read(.conversations, EncodedBatch.conversationColumns, where: "id", ids, order: "id", row)
    }

    /// The messages of conversations, those of each in the order of their ids.
    func messages(ofConversations ids: some Collection<BinaryUUID>, _ row: (Tuple) throws -> Void) throws {
        try read(
            .messages, EncodedBatch.messageColumns, where: "conversation_id", ids, order: "conversation_id, id", row)
    }

    func customers(_ ids: some Collection<BinaryUUID>, _ row: (Tuple) throws -> Void) throws {
        try read(.customers, NewCustomers.columns, where: "id", ids, order: "id", row)
    }

    private func read(
        _ table: PingBackTable, _ columns: [String], where column: String, _ ids: some Collection<BinaryUUID>,
        order: String, _ row: (Tuple) throws -> Void
    ) throws {
        guard !ids.isEmpty else { return }
        // COPY takes no parameters; an id is made of digits and hyphens.
        try connection.tuples(
            """
            SELECT \(columns.map(\.quotedIdentifier).joined(separator: ", ")) FROM \(tables.quoted(table))
            WHERE \(column) = ANY ('\(SQLArray.uuids(ids))'::uuid[]) ORDER BY \(order)
            """, row)
    }
}

/// Lists as the server reads them (PostgreSQL documentation 8.15.2).
enum SQLArray {
    static func uuids(_ ids: some Collection<BinaryUUID>) -> String {
        "{" + ids.map(\.description).joined(separator: ",") + "}"
    }

    static func integers(_ numbers: [Int32]) -> String { "{" + numbers.map(String.init).joined(separator: ",") + "}" }
}
