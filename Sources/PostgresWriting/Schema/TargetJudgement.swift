import ImportCore

/// Compares what the catalogs say with what the program needs.
struct TargetJudgement {
    let tables: PostgresTables
    let purpose: TargetPurpose
    private(set) var findings: [TargetFinding] = []

    init(tables: PostgresTables, purpose: TargetPurpose = .write) {
        self.tables = tables
        self.purpose = purpose
    }

    private mutating func find(_ kind: TargetFinding.Kind, _ message: String) {
        findings.append(TargetFinding(kind: kind, message: message))
    }

    /// Notes a missing right.
    ///
    /// - Parameter shown: what the right is on, as a person reads it.
    mutating func miss(_ right: String, on object: String, shown: String, columns: [String] = [], why: String = "") {
        let list = columns.isEmpty ? "" : " (\(columns.joined(separator: ", ")))"
        let quoted = columns.isEmpty ? "" : " (\(columns.map(\.quotedIdentifier).joined(separator: ", ")))"
        findings.append(
            TargetFinding(
                kind: .right, message: "we lack \(right) on \(shown)\(list)\(why)",
                grant: MissingRight(right: right + quoted, object: object)))
    }

    /// Schemas of the same database that have what is missing here.
    mutating func note(schemas: [String]) {
        guard !schemas.isEmpty else { return }
        find(.structure, "what is missing stands in " + schemas.map { "schema \($0)" }.joined(separator: " and in "))
    }

    // MARK: - Server and schemas

    mutating func judge(_ server: CatalogServer, ownTables: [CatalogTable]) {
        if purpose != .read {
            if server.isInRecovery {
                find(.readOnly, "the server is a standby, and read-only")
            } else if server.isReadOnly {
                find(.readOnly, "the server is read-only for us (transaction_read_only)")
            }
        }
        if !server.schema.exists {
            find(.structure, "there is no schema \(tables.schema)")
        } else if !server.schema.mayUse {
            miss("USAGE", on: "SCHEMA \(tables.schema.quotedIdentifier)", shown: "schema \(tables.schema)")
        }
        if purpose.isWriting, !server.mayMakeTemporaryTables {
            miss(
                "TEMPORARY", on: "DATABASE \(server.database.quotedIdentifier)",
                shown: "database \(server.database)")
        }
        if purpose.isWriting, server.encoding != "UTF8" {
            find(
                .structure,
                "the database's encoding is \(server.encoding), which cannot hold every text as it is; it must be UTF8")
        }
        judge(own: server.ownSchema, ownTables, server)
    }

    /// The program's own tables: what is missing has to be made, what is there has to be written.
    private mutating func judge(own schema: CatalogServer.Schema, _ found: [CatalogTable], _ server: CatalogServer) {
        let name = Bookkeeping.schema
        guard schema.exists else {
            if purpose.isWriting, !server.mayCreate {
                miss(
                    "CREATE", on: "DATABASE \(server.database.quotedIdentifier)",
                    shown: "database \(server.database)", why: ", to make the program's own schema \(name)")
            }
            return
        }
        if !schema.mayUse {
            miss("USAGE", on: "SCHEMA \(name)", shown: "the program's own schema \(name)")
        }
        if purpose.isWriting, found.count < Bookkeeping.tables.count, !schema.mayCreate {
            miss("CREATE", on: "SCHEMA \(name)", shown: "the program's own schema \(name)")
        }
        for table in found {
            let own = Bookkeeping.tables.first { $0.name == table.name }
            judgeRights(
                TableRights(
                    columns: table.columns.map(\.name), updated: own?.updated ?? [],
                    isDeletedFrom: own?.isCleared ?? false),
                on: "\(name).\(table.name)", shown: "\(name).\(table.name)", table)
        }
    }

    // MARK: - Tables

    mutating func judge(_ table: PingBackTable, _ found: CatalogTable?) {
        let shown = tables.shown(table)
        guard let found else { return find(.structure, "there is no table \(shown)") }
        guard found.isTable else { return find(.structure, "\(shown) is \(found.kindName), not a table") }
        for column in table.columns { judge(column, found.column(column.name), of: table, found) }
        if purpose.isWriting, table.isWritten {
            let known = Set(table.columns.map(\.name))
            for column in found.columns
            where !known.contains(column.name) && column.isNotNull && !column.hasDefault && !column.isGenerated {
                find(
                    .structure,
                    "\(shown).\(column.name) is NOT NULL without a default, and nothing that the program writes fills it"
                )
            }
            if found.column("id") != nil, !found.hasUniqueID {
                find(.structure, "no primary key or unique index keeps \(shown).id from standing twice")
            }
        }
        judgeRights(
            TableRights(
                columns: table.columns.map(\.name), isWritten: table.isWritten,
                updated: purpose == .update ? table.changedColumns : []),
            on: tables.quoted(table), shown: shown, found)
    }

    private mutating func judge(
        _ column: RequiredColumn, _ found: CatalogColumn?, of table: PingBackTable, _ whole: CatalogTable
    ) {
        let shown = "\(tables.shown(table)).\(column.name)"
        guard let found else {
            let nearest = NearestName.of(column.name, among: whole.columns.map(\.name))
            return find(
                .structure,
                "there is no column \(shown) (\(column.typeName))" + (nearest.map { "; there is \($0)" } ?? ""))
        }
        if purpose.isWriting, table.isWritten, found.isGenerated {
            find(.structure, "\(shown) is generated by the server, and the program would write it")
        }
        switch column.fit(found) {
        case .fits: break
        case .otherType: find(.structure, "\(shown) is \(found.type), not \(column.typeName)")
        case .lacks(let words):
            find(.structure, "\(shown) is \(found.type), which has no \(words.joined(separator: ", "))")
        }
    }
}
