import ImportCore

/// What the program is about to do in a database, and so what it needs there.
enum TargetPurpose: Sendable {
    /// To write conversations.
    case write
    /// To write conversations, and changes to those that are there.
    case update
    /// To compare what is there; a standby will do.
    case read
    /// To delete what it wrote.
    case undo

    var isWriting: Bool { self == .write || self == .update }
}

/// Looks at a database before any row is sent to it: whether everything that the program will need is there, and may be
/// used. It writes nothing, and goes on after a finding, so that a person sees all of them at once.
enum TargetInspection {
    static func inspect(
        _ connection: Connection, _ tables: PostgresTables, businessID: String, for purpose: TargetPurpose = .write
    ) throws(PostgresError) -> Target {
        let server = try CatalogServer.read(connection, schema: tables.schema)
        let names = PingBackTable.allCases.map { tables.name(of: $0) }
        let catalog = try CatalogTable.read(connection, schema: tables.schema, names: names)
        var found: [PingBackTable: CatalogTable] = [:]
        for table in PingBackTable.allCases { found[table] = catalog.first { $0.name == tables.name(of: table) } }
        let own = try CatalogTable.read(
            connection, schema: Bookkeeping.schema, names: Bookkeeping.tables.map(\.name))

        let mayAsk =
            server.ownSchema.mayUse
            && ["dropped", "plans"].allSatisfy { name in
                own.contains { $0.name == name && $0.columns.allSatisfy(\.maySelect) }
            }
        let dropped = mayAsk ? try DroppedDefinitions.read(connection, tables) : nil
        for definition in dropped?.definitions ?? [] where definition.kind != .foreignKey {
            // It will be there again, and until then the ledger keeps ids from standing twice.
            found[definition.table]?.hasUniqueID = true
        }

        var judgement = TargetJudgement(tables: tables, purpose: purpose)
        judgement.judge(server, ownTables: own)
        if server.schema.exists {
            for table in PingBackTable.allCases { judgement.judge(table, found[table]) }
            let missing = names.filter { name in !catalog.contains { $0.name == name } }
            if !missing.isEmpty { judgement.note(schemas: try schemas(connection, with: missing)) }
        }
        guard judgement.findings.isEmpty else {
            throw .target(
                judgement.findings.map(\.message), status: judgement.findings.status,
                grants: judgement.findings.grants(to: server.role))
        }
        return Target(server, found, tables, businessID: businessID, dropped: dropped)
    }

    /// Schemas that have all of these tables, which the plan may have meant.
    private static func schemas(_ connection: Connection, with names: [String]) throws(PostgresError) -> [String] {
        let rows = try connection.rows(
            """
            SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relname = ANY ($1::text[]) AND c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema$)'
                AND n.nspname <> $2
            GROUP BY n.nspname HAVING count(*) = $3::int ORDER BY n.nspname
            """, [CatalogTable.arrayLiteral(names), Bookkeeping.schema, String(names.count)])
        return rows.map { row in
            var row = CatalogRow(row)
            return row.text()
        }
    }
}

/// One thing that keeps the program from writing into a database.
struct TargetFinding: Sendable, Equatable {
    enum Kind: Sendable {
        case structure, right, readOnly

        var status: ExitStatus {
            switch self {
            case .structure: .plan
            case .right: .refused
            case .readOnly: .unavailable
            }
        }
    }

    var kind: Kind
    var message: String
    /// What mends it, where a right is missing.
    var grant: MissingRight? = nil
}

extension [TargetFinding] {
    /// What a person has to mend first decides: tables before rights, and both before a server that may soon be writable.
    var status: ExitStatus {
        for kind in [TargetFinding.Kind.structure, .right, .readOnly] where contains(where: { $0.kind == kind }) {
            return kind.status
        }
        return .plan
    }

    /// The statements that grant what is missing, one for each object.
    func grants(to role: String) -> [String] {
        let missing = compactMap(\.grant)
        var objects: [String] = []
        for right in missing where !objects.contains(right.object) { objects.append(right.object) }
        return objects.map { object in
            let rights = missing.filter { $0.object == object }.map(\.right).joined(separator: ", ")
            return "GRANT \(rights) ON \(object) TO \(role);"
        }
    }
}
