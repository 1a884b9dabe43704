import ImportCore

/// The server, the database and the schemas as the catalogs have them, with what we may do there.
struct CatalogServer: Sendable {
    var database: String
    var systemIdentifier: String
    var isReadOnly: Bool
    /// A standby that only follows another server.
    var isInRecovery: Bool
    /// Whether we may make a schema.
    var mayCreate: Bool
    var mayMakeTemporaryTables: Bool
    var schema: Schema
    /// The schema of the program's own tables.
    var ownSchema: Schema
    /// Of the database, by the server's name for it.
    var encoding = "UTF8"
    /// Who we are there, as SQL takes it.
    var role = ""

    struct Schema: Sendable {
        var exists: Bool
        var mayUse: Bool
        var mayCreate: Bool
    }
}

extension CatalogServer {
    static func read(_ connection: Connection, schema: String) throws(PostgresError) -> CatalogServer {
        let rows = try connection.rows(query, [schema, Bookkeeping.schema])
        var row = CatalogRow(rows.first ?? [])
        let database = row.text()
        let number = row.text()
        var server = CatalogServer(
            database: database, systemIdentifier: "", isReadOnly: row.text() == "on", isInRecovery: row.flag(),
            mayCreate: row.flag(), mayMakeTemporaryTables: row.flag(), schema: Schema(&row), ownSchema: Schema(&row),
            encoding: row.text(), role: row.text())
        if row.flag() {
            let answer = try connection.rows("SELECT system_identifier FROM pg_catalog.pg_control_system()")
            var row = CatalogRow(answer.first ?? [])
            server.systemIdentifier = row.text()
        }
        if server.systemIdentifier.isEmpty {
            // Nothing else that anyone may read differs between two servers made alike and outlives a restart.
            server.systemIdentifier = "at \(connection.server) with database number \(number)"
        }
        return server
    }

    /// The function's right is asked for, not tried out: a refusal would end a transaction around this.
    private static let query = """
        SELECT d.datname, d.oid, current_setting('transaction_read_only'), pg_is_in_recovery(),
            has_database_privilege(d.oid, 'CREATE'), has_database_privilege(d.oid, 'TEMPORARY'),
            n.oid IS NOT NULL, has_schema_privilege(n.oid, 'USAGE'), has_schema_privilege(n.oid, 'CREATE'),
            o.oid IS NOT NULL, has_schema_privilege(o.oid, 'USAGE'), has_schema_privilege(o.oid, 'CREATE'),
            pg_encoding_to_char(d.encoding), quote_ident(current_user),
            has_function_privilege(to_regprocedure('pg_catalog.pg_control_system()'), 'EXECUTE')
        FROM pg_database d
            LEFT JOIN pg_namespace n ON n.nspname = $1
            LEFT JOIN pg_namespace o ON o.nspname = $2
        WHERE d.datname = current_database()
        """
}

extension CatalogServer.Schema {
    fileprivate init(_ row: inout CatalogRow) {
        exists = row.flag()
        mayUse = row.flag()
        mayCreate = row.flag()
    }
}
