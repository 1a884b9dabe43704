import ImportCore

/// Finds the constraints and indexes that a fresh load can do without.
///
/// Dropped is what only costs time, because the program itself keeps to it: indexes, what keeps an id from standing
/// twice (the ledger does), and the foreign keys between the tables, whose rows it finds or writes itself. What may
/// refuse a row of the source stays, so that it still refuses exactly that row: checks, NOT NULL, exclusions, other
/// unique rules, and foreign keys to tables that the program does not know. What something else depends on stays, too:
/// a foreign key of another table, a view, replication; and whatever has a property that its definition does not tell
/// (a comment, a tablespace, storage parameters of a key).
enum DefinitionCatalog {
    /// The foreign keys between PingBack's tables that a conversation meets by the way in which it is made.
    static let references: [(from: PingBackTable, column: String, to: PingBackTable)] = [
        (.conversations, "customer_id", .customers), (.conversations, "channel_id", .channels),
        (.messages, "conversation_id", .conversations),
    ]

    /// In the order of rebuilding. Within a transaction of the caller's.
    static func droppable(
        _ connection: Connection, _ tables: PostgresTables
    ) throws(PostgresError) -> [DroppedDefinition] {
        // With an empty path the server writes names with their schema.
        let path = try connection.rows("SELECT current_setting('search_path')").first?.first ?? nil
        try connection.run("SET LOCAL search_path = pg_catalog")
        let written = PingBackTable.allCases.filter(\.isWritten)
        let rows = try connection.rows(
            query,
            [
                tables.schema, CatalogTable.arrayLiteral(written.map { tables.name(of: $0) }),
                CatalogTable.arrayLiteral(references.map { tables.name(of: $0.from) }),
                CatalogTable.arrayLiteral(references.map(\.column)),
                CatalogTable.arrayLiteral(references.map { tables.name(of: $0.to) }),
            ])
        _ = try connection.rows("SELECT set_config('search_path', $1, true)", [path])
        return rows.compactMap { row -> DroppedDefinition? in
            var row = CatalogRow(row)
            let (kind, table, name, definition) = (row.text(), row.text(), row.text(), row.text())
            guard let kind = DroppedDefinition.Kind(rawValue: kind),
                let table = written.first(where: { tables.name(of: $0) == table })
            else { return nil }
            let statement =
                kind == .index
                ? definition
                : "ALTER TABLE \(tables.quoted(table)) ADD CONSTRAINT \(name.quotedIdentifier) \(definition)"
            return DroppedDefinition(kind: kind, table: table, name: name, statement: statement)
        }.inOrder
    }

    private static let query = """
        WITH target AS (
            SELECT c.oid, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relname = ANY ($2::text[])
        ), foreign_key AS (
            SELECT k.oid, t.relname, k.conname
            FROM pg_constraint k JOIN target t ON t.oid = k.conrelid
                JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace n ON n.oid = f.relnamespace AND n.nspname = $1
                JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
                JOIN unnest($3::text[], $4::text[], $5::text[]) AS known (referring, name, referred)
                    ON known.referring = t.relname AND known.name = a.attname AND known.referred = f.relname
            WHERE k.contype = 'f' AND k.conparentid = 0 AND cardinality(k.conkey) = 1 AND b.attname = 'id'
                AND NOT EXISTS (
                    SELECT FROM pg_description d WHERE d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid)
                AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = k.oid AND g.tgenabled <> 'O')
        ), index AS (
            SELECT i.indexrelid, t.relname, x.relname AS name, k.oid AS key, k.conname
            FROM pg_index i JOIN target t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
                LEFT JOIN pg_constraint k
                    ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
            WHERE i.indisvalid AND NOT (i.indisreplident OR i.indisclustered OR i.indisexclusion)
                AND x.reltablespace = 0 AND (k.oid IS NULL OR x.reloptions IS NULL)
                AND (NOT i.indisunique OR EXISTS (
                    SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'id'
                        AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])))
                AND NOT EXISTS (
                    SELECT FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0)
                AND NOT EXISTS (
                    SELECT FROM pg_description d
                    WHERE (d.classoid = 'pg_class'::regclass AND d.objoid = i.indexrelid)
                        OR (d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid))
                AND NOT EXISTS (
                    SELECT FROM pg_depend d
                    WHERE d.deptype IN ('n', 'a')
                        AND ((d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indexrelid)
                            OR (d.refclassid = 'pg_constraint'::regclass AND d.refobjid = k.oid))
                        AND NOT (d.classid = 'pg_constraint'::regclass
                            AND d.objid IN (SELECT oid FROM foreign_key)))
        )
        SELECT 'foreign key', relname, conname, pg_get_constraintdef(oid) FROM foreign_key
        UNION ALL SELECT 'key', relname, conname, pg_get_constraintdef(key) FROM index WHERE key IS NOT NULL
        UNION ALL SELECT 'index', relname, name, pg_get_indexdef(indexrelid) FROM index WHERE key IS NULL
        """
}
