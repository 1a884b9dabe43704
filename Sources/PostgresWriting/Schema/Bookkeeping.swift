import ImportCore

/// The program's own tables at the server, in a schema of their own: what makes a second run, and a lost answer to
/// COMMIT, harmless.
///
/// A plan is known by its identity. `batches` says which stretches of a source are in, and so whether a transaction
/// whose end nobody saw was committed; `ledger` has one row for each conversation that we made, with a hash of what was
/// written, so that `undo` and `verify` can tell what somebody changed since; `dropped` holds the constraints and
/// indexes of PingBack's tables that a fresh load has yet to rebuild; `updates` has a row for each change that was carried
/// to a conversation, which is never written again, so that its `xmin` tells our rows; `refused_customers` keeps a run that was killed
/// from creating whom the server refused when their first record came. No foreign keys between them: they are
/// written in the same transactions, and a check for each row of the ledger would cost as much as the row.
enum Bookkeeping {
    static let schema = PostgresTables.ownSchema

    static let tables = [
        Table(
            "plans",
            [
                Column("id", "integer", "GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
                Column("identity", "bytea", "NOT NULL UNIQUE"),
                Column("name", "text", "NOT NULL"),
                Column("business_id", "uuid", "NOT NULL"),
            ]),
        Table(
            "runs",
            [
                Column("id", "integer", "GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
                Column("plan", "integer", "NOT NULL"),
                Column("run", "uuid", "NOT NULL UNIQUE"),
                Column("started_at", "timestamp with time zone", "NOT NULL DEFAULT now()"),
            ]),
        Table(
            "batches",
            [
                Column("plan", "integer", "NOT NULL"),
                Column("digest", "bytea", "NOT NULL"),
                Column("run", "integer", "NOT NULL"),
                Column("file", "integer", "NOT NULL"),
                Column("first_record", "bigint", "NOT NULL"),
                Column("last_record", "bigint", "NOT NULL"),
                Column("conversations", "integer", "NOT NULL"),
                Column("refused", "integer", "NOT NULL"),
                Column("committed_at", "timestamp with time zone", "NOT NULL DEFAULT now()"),
            ], rule: "PRIMARY KEY (plan, digest)", updated: ["refused"]),
        Table(
            "ledger",
            [
                Column("conversation_id", "uuid", "PRIMARY KEY"),
                Column("run", "integer", "NOT NULL"),
                Column("file", "integer", "NOT NULL"),
                Column("record", "bigint", "NOT NULL"),
                Column("key", "text", "NOT NULL"),
                Column("content_hash", "bytea", "NOT NULL"),
            ], updated: ["run", "file", "record", "key", "content_hash"]),
        Table(
            "customers",
            [
                Column("customer_id", "uuid", "PRIMARY KEY"),
                Column("run", "integer", "NOT NULL"),
                Column("file", "integer", "NOT NULL"),
                Column("record", "bigint", "NOT NULL"),
                Column("content_hash", "bytea", "NOT NULL"),
            ]),
        Table(
            "dropped",
            [
                Column("plan", "integer", "NOT NULL"),
                Column("schema_name", "text", "NOT NULL"),
                Column("table_name", "text", "NOT NULL"),
                Column("kind", "text", "NOT NULL"),
                Column("name", "text", "NOT NULL"),
                Column("definition", "text", "NOT NULL"),
                Column("dropped_at", "timestamp with time zone", "NOT NULL DEFAULT now()"),
            ], rule: "PRIMARY KEY (schema_name, table_name, kind, name)"),
        Table(
            "refused_customers",
            [
                Column("run", "integer", "NOT NULL"),
                Column("customer_id", "uuid", "NOT NULL"),
                Column("file", "integer", "NOT NULL"),
                Column("record", "bigint", "NOT NULL"),
                Column("by_external_id", "uuid", ""),
                Column("by_email", "uuid", ""),
                Column("reason", "text", "NOT NULL"),
            ], rule: "PRIMARY KEY (run, customer_id)",
            updated: ["file", "record", "by_external_id", "by_email", "reason"], isCleared: true),
        updates,
    ]

    /// What changes were carried, by conversation. Databases of earlier versions are without it until a run makes it.
    static let updates = Table(
        "updates",
        [
            Column("conversation_id", "uuid", "NOT NULL"),
            Column("number", "bigint", "GENERATED ALWAYS AS IDENTITY"),
            Column("run", "integer", "NOT NULL"),
            Column("wanted", "bytea", "NOT NULL"),
            Column("content_hash", "bytea", "NOT NULL"),
            Column("outcome", "text", "NOT NULL"),
        ], rule: "PRIMARY KEY (conversation_id, number)")

    struct Table: Sendable {
        var name: String
        var columns: [Column]
        /// What holds for several columns; empty for nothing.
        var rule: String
        /// Columns that a run writes anew where their row is there.
        var updated: [String]
        /// Whether a run deletes rows of it.
        var isCleared: Bool

        init(
            _ name: String, _ columns: [Column], rule: String = "", updated: [String] = [], isCleared: Bool = false
        ) {
            self.name = name
            self.columns = columns
            self.rule = rule
            self.updated = updated
            self.isCleared = isCleared
        }

        var ddl: String {
            let lines = columns.map { "\($0.name) \($0.type) \($0.rule)" } + (rule.isEmpty ? [] : [rule])
            return "CREATE TABLE IF NOT EXISTS \(Bookkeeping.schema).\(name) (\n"
                + lines.map { "    " + $0 }.joined(separator: ",\n") + "\n);"
        }
    }

    struct Column: Sendable {
        var name: String
        /// In the server's own words, so that what is there can be compared with it.
        var type: String
        var rule: String

        init(_ name: String, _ type: String, _ rule: String) {
            self.name = name
            self.type = type
            self.rule = rule
        }
    }

    private static let schemaDDL = "CREATE SCHEMA IF NOT EXISTS \(schema);"

    static let ddl = ([schemaDDL] + tables.map(\.ddl)).joined(separator: "\n")

    /// Makes what is missing of them. Nothing is done where all is there, so that it takes no right to make anything.
    ///
    /// - Throws: `.bookkeeping` where a table has other columns than this version writes.
    static func create(_ connection: Connection) throws(PostgresError) {
        guard try !isComplete(connection) else { return }
        try connection.transaction { () throws(PostgresError) in
            // Two runs that begin at the same time would both find nothing, and one would fail.
            try connection.run("SELECT pg_catalog.pg_advisory_xact_lock(\(SchemaLock.space), \(SchemaLock.ownTables))")
            guard try !isComplete(connection) else { return }
            let server = try CatalogServer.read(connection, schema: schema)
            if !server.ownSchema.exists { try connection.run(schemaDDL) }
            let names = Set(try CatalogTable.read(connection, schema: schema, names: tables.map(\.name)).map(\.name))
            for table in tables where !names.contains(table.name) { try connection.run(table.ddl) }
        }
    }

    /// Whether they are there to be read; false where no run has made any.
    ///
    /// - Throws: `.bookkeeping` where they have other columns than this version writes, or some are missing.
    static func isThere(_ connection: Connection) throws(PostgresError) -> Bool {
        if try isComplete(connection) { return true }
        let found = try CatalogTable.read(connection, schema: schema, names: tables.map(\.name))
        guard found.isEmpty else {
            let missing = tables.filter { table in !found.contains { $0.name == table.name } }
            if missing.map(\.name) == [updates.name] { return true }
            throw .bookkeeping(missing.map { "\(schema).\($0.name) is missing" })
        }
        return false
    }

    /// Whether changes may have been carried.
    static func hasUpdates(_ connection: Connection) throws(PostgresError) -> Bool {
        try !CatalogTable.read(connection, schema: schema, names: [updates.name]).isEmpty
    }

    private static func isComplete(_ connection: Connection) throws(PostgresError) -> Bool {
        let found = try CatalogTable.read(connection, schema: schema, names: tables.map(\.name))
        var differences: [String] = []
        for table in tables {
            guard let there = found.first(where: { $0.name == table.name }) else { continue }
            let expected = Set(table.columns.map { "\($0.name) \($0.type)" })
            let actual = Set(there.columns.map { "\($0.name) \($0.type)" })
            differences += expected.symmetricDifference(actual).sorted().map { "\(schema).\(table.name): \($0)" }
        }
        guard differences.isEmpty else { throw .bookkeeping(differences) }
        return found.count == tables.count
    }
}

/// The advisory locks under which tables are made, apart from all that are taken with a single 64-bit key.
enum SchemaLock {
    /// "ping" in ASCII.
    static let space = 0x7069_6E67
    static let ownTables = 1
    static let pingBackTables = 2
}
