import ImportCore

/// Foreign keys of tables that a run does not write, and which refer to what it does.
///
/// Deleting a row that others refer to fails at best. At worst it takes them along (`ON DELETE CASCADE`), and with them
/// what somebody made since. So whatever has such a row is left alone.
struct ForeignReferences {
    private let connection: Connection
    private let tables: PostgresTables
    private let found: [Reference]

    private struct Reference {
        var target: PingBackTable
        /// Schema and table, as SQL takes them and as a person reads them.
        var quoted: String
        var shown: String
        var column: String
    }

    static func read(_ connection: Connection, _ tables: PostgresTables) throws(PostgresError) -> ForeignReferences {
        let targets: [PingBackTable] = [.conversations, .messages, .customers]
        var found: [Reference] = []
        for row in try connection.rows(
            query, [tables.schema, CatalogTable.arrayLiteral(targets.map { tables.name(of: $0) })])
        {
            var row = CatalogRow(row)
            let (name, schema, table, column) = (row.text(), row.text(), row.text(), row.text())
            guard let target = targets.first(where: { tables.name(of: $0) == name }) else { continue }
            if schema == tables.schema {
                // These are written together, and taken back together.
                if target == .conversations, table == tables.messages, column == "conversation_id" { continue }
                if target == .customers, table == tables.conversations, column == "customer_id" { continue }
            }
            found.append(
                Reference(
                    target: target, quoted: schema.quotedIdentifier + "." + table.quotedIdentifier,
                    shown: "\(schema).\(table)", column: column.quotedIdentifier))
        }
        return ForeignReferences(connection: connection, tables: tables, found: found)
    }

    private static let query = """
        SELECT f.relname, n.nspname, c.relname, a.attname
        FROM pg_constraint k
            JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace s ON s.oid = f.relnamespace
            CROSS JOIN unnest(k.conkey, k.confkey) AS u (own, other)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.own
            JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = u.other AND b.attname = 'id'
        WHERE k.contype = 'f' AND k.conparentid = 0 AND s.nspname = $1 AND f.relname = ANY ($2::text[])
        ORDER BY 2, 3, 4
        """

    /// Those conversations that something refers to, or to one of their messages; each with the table that does.
    func conversations(among ids: [BinaryUUID]) throws(PostgresError) -> [BinaryUUID: String] {
        let direct = try referred(.conversations, among: ids) { reference in
            "SELECT DISTINCT \(reference.column) FROM \(reference.quoted) WHERE \(reference.column) = ANY ($1::uuid[])"
        }
        let byMessage = try referred(.messages, among: ids) { reference in
            """
            SELECT DISTINCT m.conversation_id FROM \(tables.quoted(.messages)) m
                JOIN \(reference.quoted) r ON r.\(reference.column) = m.id
            WHERE m.conversation_id = ANY ($1::uuid[])
            """
        }
        return direct.merging(byMessage) { first, _ in first }
    }

    func customers(among ids: [BinaryUUID]) throws(PostgresError) -> [BinaryUUID: String] {
        try referred(.customers, among: ids) { reference in
            "SELECT DISTINCT \(reference.column) FROM \(reference.quoted) WHERE \(reference.column) = ANY ($1::uuid[])"
        }
    }

    private func referred(
        _ target: PingBackTable, among ids: [BinaryUUID], _ select: (Reference) -> String
    ) throws(PostgresError) -> [BinaryUUID: String] {
        var referred: [BinaryUUID: String] = [:]
        guard !ids.isEmpty else { return referred }
        for reference in found where reference.target == target {
            for row in try connection.rows(select(reference), [SQLArray.uuids(ids)]) {
                if let id = row[0].flatMap({ BinaryUUID($0) }) { referred[id] = reference.shown }
            }
        }
        return referred
    }
}
