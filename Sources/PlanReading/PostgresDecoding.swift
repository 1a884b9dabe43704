import ImportCore

/// `destinations.postgres`: how PingBack's Postgres is reached, and what its tables are called.
extension PlanDecoder {
    mutating func postgres(_ node: PlanNode?) -> PostgresOptions? {
        guard let map = map(node, of: PostgresKey.self) else { return nil }
        var options = PostgresOptions()
        options.url = serverAddress(map[.url])
        options.tlsMode = choice(map[.tls], of: PostgresOptions.TLSMode.self)
        options.tables = tables(map[.tables], schema: map[.schema])
        options.connections = integer(map[.connections], in: 1...16) ?? options.connections
        options.patience = duration(map[.patience]) ?? options.patience
        options.load = choice(map[.load], of: PostgresOptions.Load.self) ?? options.load
        return options
    }

    /// An address or a connection string as libpq takes them. What stands in it is for libpq to judge; here it is only
    /// told from what can be neither. No message shows it, be it typed into the plan: it may hold a password.
    private mutating func serverAddress(_ node: PlanNode?) -> Secret? {
        guard let node, let text = nonEmptyText(node) else { return nil }
        let isAddress = ["postgresql://", "postgres://"].contains { text.value.hasPrefix($0) }
        let isConnectionString =
            text.value.firstIndex(of: "=").map { !text.value[..<$0].contains("://") } ?? false
        guard isAddress || isConnectionString else {
            report(
                node, "is neither a postgresql:// address nor a connection string",
                hint: "${DATABASE_URL}, or leave it out for the PG… variables and service files of libpq")
            return nil
        }
        return Secret(text.value)
    }

    private mutating func tables(_ node: PlanNode?, schema: PlanNode?) -> PostgresTables {
        var tables = PostgresTables()
        if let schema, let name = identifier(schema) {
            if name == PostgresTables.ownSchema {
                report(schema, "is where this program keeps its own tables", hint: "the schema of PingBack's tables")
            }
            tables.schema = name
        }
        guard let map = map(node, of: PostgresTablesKey.self) else { return tables }
        tables.customers = identifier(map[.customers]) ?? tables.customers
        tables.channels = identifier(map[.channels]) ?? tables.channels
        tables.conversations = identifier(map[.conversations]) ?? tables.conversations
        tables.messages = identifier(map[.messages]) ?? tables.messages
        let names = [tables.customers, tables.channels, tables.conversations, tables.messages]
        if Set(names).count < names.count { report(map.node, "gives two tables the same name") }
        return tables
    }

    /// A name exactly as the server's catalogs have it: the program quotes it, so that case and blanks count.
    private mutating func identifier(_ node: PlanNode?) -> String? {
        guard let node, let text = nonEmptyText(node) else { return nil }
        // NAMEDATALEN - 1 (PostgreSQL documentation 4.1.1): the server cuts a longer one off with a mere notice.
        guard text.value.utf8.count <= 63, !text.value.utf8.contains(0) else {
            report(node, "is \(text.shown); a name in Postgres has at most 63 bytes, and no NUL")
            return nil
        }
        return text.value
    }
}
