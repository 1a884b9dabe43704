import ImportCore

/// Takes constraints and indexes out of the way of a load into empty tables, and puts them back.
///
/// Each way is one transaction, which also notes or forgets the definitions in the program's own tables: whenever a
/// process or the server dies, either all of them are at work or all definitions are there to be rebuilt. The caller
/// holds the tables' lock alone.
struct FreshLoad {
    let connection: Connection
    let tables: PostgresTables

    private var written: [PingBackTable] { PingBackTable.allCases.filter(\.isWritten) }

    // MARK: - Before

    /// Looks whether a fresh load may begin.
    ///
    /// - Parameter hasLedger: whether the program's own tables are there.
    /// - Throws: `.target` where the tables are not such that their constraints can be dropped and rebuilt, or not ours;
    ///   `.tablesNotEmpty` where they have rows that no run made.
    func check(hasLedger: Bool) throws(PostgresError) {
        try checkRights(hasLedger: hasLedger)
        try checkEmpty(hasLedger: hasLedger)
    }

    /// All that rebuilding takes is asked for before anything is dropped.
    private func checkRights(hasLedger: Bool) throws(PostgresError) {
        var findings: [TargetFinding] = []
        func find(_ kind: TargetFinding.Kind, _ message: String, unless isRight: Bool) {
            if !isRight { findings.append(TargetFinding(kind: kind, message: message)) }
        }
        let names = CatalogTable.arrayLiteral(written.map { tables.name(of: $0) })
        for row in try connection.rows(Self.rights, [tables.schema, names, tables.channels]) {
            var row = CatalogRow(row)
            let name = "\(tables.schema).\(row.text())"
            find(.structure, "\(name) has parts, or is one of another table", unless: row.flag())
            find(.structure, "row security applies to us on \(name)", unless: !row.flag())
            find(.right, "\(name) belongs to another role", unless: row.flag())
            find(
                .right, "we lack CREATE on schema \(tables.schema), to rebuild indexes of \(name)", unless: row.flag())
            find(.right, "we lack REFERENCES on \(tables.shown(.channels)), for \(name)", unless: row.flag())
        }
        if hasLedger {
            let mayForget = try connection.rows(Self.bookRights).first?.first == "t"
            find(.right, "we lack DELETE on \(Bookkeeping.schema).dropped", unless: mayForget)
        }
        guard findings.isEmpty else {
            throw .target(["load: fresh cannot drop and rebuild:"] + findings.map(\.message), status: findings.status)
        }
    }

    private static let rights = """
        SELECT c.relname, c.relkind = 'r' AND NOT c.relispartition AND NOT c.relhassubclass, row_security_active(c.oid),
            pg_has_role(c.relowner, 'USAGE'), has_schema_privilege(n.oid, 'CREATE'),
            NOT EXISTS (
                SELECT FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
                WHERE k.conrelid = c.oid AND k.contype = 'f' AND f.relname = $3 AND f.relnamespace = n.oid
                    AND NOT has_table_privilege(f.oid, 'REFERENCES'))
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) ORDER BY 1
        """

    private static let bookRights = "SELECT has_table_privilege('\(Bookkeeping.schema).dropped', 'DELETE')"

    /// A row is ours where the ledger has its conversation or customer; a message also has an id of ours.
    private func checkEmpty(hasLedger: Bool) throws(PostgresError) {
        var strange: [String] = []
        for table in written {
            let column = table == .messages ? "conversation_id" : "id"
            let (ledger, id) = table == .customers ? ("customers", "customer_id") : ("ledger", "conversation_id")
            var condition = "true"
            if hasLedger {
                condition = """
                    NOT EXISTS (SELECT FROM \(Bookkeeping.schema).\(ledger) l WHERE l.\(id) = t.\(column))
                    """
                // The version of a UUID; PingBack's own are of another.
                if table == .messages { condition += " OR substr(t.id::text, 15, 1) <> '5'" }
            }
            let rows = try connection.rows("SELECT 1 FROM \(tables.quoted(table)) t WHERE \(condition) LIMIT 1")
            if !rows.isEmpty { strange.append(tables.shown(table)) }
        }
        if !strange.isEmpty { throw .tablesNotEmpty(strange) }
    }

    // MARK: - Dropping

    /// Drops what can be spared, and notes it. It may be repeated.
    ///
    /// Where the tables have no row at all it is first rebuilt once: what cannot be rebuilt then is not dropped.
    ///
    /// - Returns: how many constraints and indexes are out of the way.
    func drop(plan: Int32, lock: TargetLock.Holder) throws(PostgresError) -> Int {
        var count = 0
        try connection.transaction { () throws(PostgresError) in
            try lock.check(on: connection)
            if let known = try DroppedDefinitions.read(connection, tables) {
                count = known.definitions.count
                return
            }
            try lockTables()
            try checkEmpty(hasLedger: true)
            let definitions = try DefinitionCatalog.droppable(connection, tables)
            if try isWithoutRows() {
                try connection.run("SAVEPOINT rehearsal")
                try drop(definitions)
                for definition in definitions { try rebuild(definition, isRehearsal: true) }
                let rebuilt = try DefinitionCatalog.droppable(connection, tables)
                guard rebuilt == definitions else {
                    throw .target(["the constraints and indexes are not the same once they are rebuilt"])
                }
                try connection.run("ROLLBACK TO SAVEPOINT rehearsal; RELEASE SAVEPOINT rehearsal")
            }
            try drop(definitions)
            for definition in definitions {
                _ = try connection.affected(
                    """
                    INSERT INTO \(Bookkeeping.schema).dropped
                        (plan, schema_name, table_name, kind, name, definition) VALUES ($1, $2, $3, $4, $5, $6)
                    """,
                    [
                        String(plan), tables.schema, tables.name(of: definition.table), definition.kind.rawValue,
                        definition.name, definition.statement,
                    ])
            }
            count = definitions.count
        }
        return count
    }

    private func lockTables() throws(PostgresError) {
        let names = written.map { tables.quoted($0) }.joined(separator: ", ")
        try connection.run("LOCK TABLE \(names) IN ACCESS EXCLUSIVE MODE")
    }

    private func isWithoutRows() throws(PostgresError) -> Bool {
        for table in written where try !connection.rows("SELECT 1 FROM \(tables.quoted(table)) LIMIT 1").isEmpty {
            return false
        }
        return true
    }

    private func drop(_ definitions: [DroppedDefinition]) throws(PostgresError) {
        // What refers to a key goes before it.
        for definition in definitions.reversed() { try connection.run(definition.drop(tables)) }
    }

    // MARK: - Rebuilding

    /// Rebuilds what was dropped, which the server validates by that, and forgets the definitions. It may be repeated.
    ///
    /// - Returns: how many constraints and indexes were missing.
    /// - Throws: `.notRebuilt` where the server refuses one; then none is rebuilt.
    func rebuild(lock: TargetLock.Holder) throws(PostgresError) -> Int {
        guard let dropped = try DroppedDefinitions.read(connection, tables) else { return 0 }
        // A server that does not know it, or cannot, notices at the end of a statement only that we are gone.
        _ = try? connection.rows("SELECT set_config('client_connection_check_interval', '1s', false)")
        try connection.transaction { () throws(PostgresError) in
            try lock.check(on: connection)
            try lockTables()
            try connection.run(Self.memory)
            let there = Set(try DefinitionCatalog.droppable(connection, tables))
            // Somebody may have made one by hand.
            for definition in dropped.definitions.inOrder where !there.contains(definition) {
                try rebuild(definition, isRehearsal: false)
            }
            for definition in dropped.definitions {
                _ = try connection.affected(
                    """
                    DELETE FROM \(Bookkeeping.schema).dropped
                    WHERE schema_name = $1 AND table_name = $2 AND kind = $3 AND name = $4
                    """,
                    [
                        tables.schema, tables.name(of: definition.table), definition.kind.rawValue, definition.name,
                    ])
            }
        }
        return dropped.definitions.count
    }

    /// Sorting a million ids takes 40 MB; with less than a server's default of 64 MB an index is built through files.
    private static let memory = """
        SELECT set_config('maintenance_work_mem', '256MB', true) FROM pg_settings
        WHERE name = 'maintenance_work_mem' AND setting::bigint < 262144
        """

    private func rebuild(_ definition: DroppedDefinition, isRehearsal: Bool) throws(PostgresError) {
        do {
            try connection.run(definition.statement)
        } catch .refused(let error) where !error.isWorthAnotherTry {
            throw .notRebuilt(
                definition.shown(tables), error, search: error.isAboutRow ? search(definition) : nil,
                isDropped: !isRehearsal)
        }
    }

    /// A query for the rows that keep a constraint from being rebuilt; nil where it cannot be told by its kind.
    private func search(_ definition: DroppedDefinition) -> String? {
        let table = tables.quoted(definition.table)
        switch definition.kind {
        case .index: return nil
        case .key: return "SELECT id, count(*) FROM \(table) GROUP BY id HAVING count(*) > 1"
        case .foreignKey:
            return DefinitionCatalog.references.first {
                $0.from == definition.table && definition.statement.contains("FOREIGN KEY (\($0.column))")
            }.map {
                "SELECT t.id FROM \(table) t LEFT JOIN \(tables.quoted($0.to)) r ON r.id = t.\($0.column) "
                    + "WHERE t.\($0.column) IS NOT NULL AND r.id IS NULL"
            }
        }
    }
}
