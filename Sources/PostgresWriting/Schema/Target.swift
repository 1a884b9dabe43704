import ImportCore

/// A database into which the program can write: what its inspection found.
struct Target: Sendable, Equatable {
    /// What the whole server is known by. Where it does not tell: the address and the database's number there, which
    /// a restart does not change.
    var systemIdentifier: String
    var database: String
    /// What a checkpoint is bound to: server, database, schema and business, in words for a person.
    var fingerprint: String
    /// `jsonb` begins with a version byte on the wire, `json` does not.
    var attachmentsAreBinary: Bool
    /// Columns that hold so many characters and no more. The server rejects what is longer, but cuts blanks at its end
    /// off without a word.
    var characterLimits: [CharacterLimit]
    /// Whether policies decide over our rows: then COPY into the tables is not allowed (PostgreSQL documentation, COPY).
    var hasRowSecurity: Bool
    /// What an unfinished fresh load has dropped.
    var dropped: DroppedDefinitions?
    /// What a person should know, and what does not keep the program from writing.
    var notices: [String]

    struct CharacterLimit: Sendable, Equatable {
        var table: PingBackTable
        var column: String
        var characters: Int
    }
}

extension Target {
    init(
        _ server: CatalogServer, _ found: [PingBackTable: CatalogTable], _ tables: PostgresTables, businessID: String,
        dropped: DroppedDefinitions?
    ) {
        self.dropped = dropped
        systemIdentifier = server.systemIdentifier
        database = server.database
        fingerprint =
            "Postgres system \(server.systemIdentifier), database \(server.database), schema \(tables.schema), "
            + "business \(businessID.lowercased())"
        attachmentsAreBinary = found[.messages]?.column("attachments")?.baseType == "jsonb"
        characterLimits = PingBackTable.allCases.filter(\.isWritten).flatMap { table in
            table.columns.compactMap { column in
                found[table]?.column(column.name)?.characters.map {
                    CharacterLimit(table: table, column: column.name, characters: $0)
                }
            }
        }
        hasRowSecurity = PingBackTable.allCases.contains { $0.isWritten && found[$0]?.hasRowSecurity == true }
        notices = PingBackTable.allCases.filter { found[$0]?.hasRowSecurity == true }.map {
            "row security applies to us on \(tables.shown($0)): what it hides is taken for missing, and what it "
                + "forbids is rejected record by record"
        }
        if let dropped { notices.append(dropped.notice(tables)) }
    }
}
