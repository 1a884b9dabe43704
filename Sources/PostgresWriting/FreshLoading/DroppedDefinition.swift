import ImportCore

/// A constraint or an index that stands aside while a fresh load goes on, as the catalogs defined it.
struct DroppedDefinition: Sendable, Hashable {
    /// In the order in which they are rebuilt: a foreign key needs the key that it refers to.
    enum Kind: String, Sendable, CaseIterable {
        /// A primary key or a unique constraint.
        case key
        case index
        case foreignKey = "foreign key"
    }

    var kind: Kind
    var table: PingBackTable
    var name: String
    /// The whole statement that rebuilds it.
    var statement: String

    func shown(_ tables: PostgresTables) -> String { "the \(kind.rawValue) \(name) of \(tables.shown(table))" }

    func drop(_ tables: PostgresTables) -> String {
        switch kind {
        case .index: "DROP INDEX \(tables.schema.quotedIdentifier).\(name.quotedIdentifier)"
        case .key, .foreignKey: "ALTER TABLE \(tables.quoted(table)) DROP CONSTRAINT \(name.quotedIdentifier)"
        }
    }
}

extension [DroppedDefinition] {
    var inOrder: [DroppedDefinition] {
        DroppedDefinition.Kind.allCases.flatMap { kind in filter { $0.kind == kind }.sorted { $0.name < $1.name } }
    }
}

/// What a fresh load of a plan has dropped and nobody has rebuilt yet, by the program's own tables.
struct DroppedDefinitions: Sendable, Equatable {
    /// The plan's number there.
    var plan: Int32
    var planName: String
    /// When, in the server's words.
    var since: String
    var definitions: [DroppedDefinition]

    /// Nil where nothing is missing. The program's own tables must be there.
    static func read(_ connection: Connection, _ tables: PostgresTables) throws(PostgresError) -> DroppedDefinitions? {
        let written = PingBackTable.allCases.filter(\.isWritten)
        let rows = try connection.rows(
            """
            SELECT d.plan, coalesce(p.name, '?'), d.dropped_at::timestamptz(0), d.kind, d.table_name, d.name, d.definition
            FROM \(Bookkeeping.schema).dropped d LEFT JOIN \(Bookkeeping.schema).plans p ON p.id = d.plan
            WHERE d.schema_name = $1 AND d.table_name = ANY ($2::text[])
            """, [tables.schema, CatalogTable.arrayLiteral(written.map { tables.name(of: $0) })])
        var found: DroppedDefinitions?
        for row in rows {
            var row = CatalogRow(row)
            let (plan, name, since) = (Int32(row.text()) ?? 0, row.text(), row.text())
            let (kind, table) = (DroppedDefinition.Kind(rawValue: row.text()), row.text())
            guard let kind, let table = written.first(where: { tables.name(of: $0) == table }) else { continue }
            let definition = DroppedDefinition(kind: kind, table: table, name: row.text(), statement: row.text())
            found = found ?? DroppedDefinitions(plan: plan, planName: name, since: since, definitions: [])
            found?.definitions.append(definition)
        }
        return found
    }

    /// What every verb says as long as they are missing.
    func notice(_ tables: PostgresTables) -> String {
        let names = PingBackTable.allCases.filter { table in definitions.contains { $0.table == table } }
        return "\(definitions.count) constraints and indexes of \(names.map(tables.shown).joined(separator: ", ")) are "
            + "missing since \(since): the load: fresh of the plan \(planName) is not at its end; run goes on with it, "
            + "run --abandon-fresh or undo rebuilds them"
    }
}
