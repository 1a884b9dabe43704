import ImportCore

extension ReferenceSchema {
    /// Makes PingBack's tables in a database without them, and an active channel of each type for the business, to
    /// rehearse in. All or nothing.
    ///
    /// - Throws: `.notEmpty` where any of the tables is there: what somebody else made is never touched.
    static func create(
        _ connection: Connection, _ tables: PostgresTables, businessID: String, channels: [ChannelType]
    ) throws(PostgresError) {
        try connection.transaction { () throws(PostgresError) in
            try connection.run(
                "SELECT pg_catalog.pg_advisory_xact_lock(\(SchemaLock.space), \(SchemaLock.pingBackTables))")
            let names = PingBackTable.allCases.map { tables.name(of: $0) }
            let found = try CatalogTable.read(connection, schema: tables.schema, names: names)
            guard found.isEmpty else { throw .notEmpty(found.map { "\(tables.schema).\($0.name)" }.sorted()) }
            // Asked for and not just made if missing: that would take the right to make schemas even where it is there.
            let server = try CatalogServer.read(connection, schema: tables.schema)
            if !server.schema.exists { try connection.run(schemaDDL(tables)) }
            try connection.run(tablesDDL(tables))
            for type in channels {
                _ = try connection.affected(
                    "INSERT INTO \(tables.quoted(.channels)) (id, business_id, type, created_at) VALUES ($1, $2, $3, $4)",
                    [
                        channelID(type, business: businessID), businessID, type.rawValue, "1970-01-01 00:00:00Z",
                    ])
            }
        }
    }

    /// The id of a channel that is made for a business: the same each time, so that two rehearsals give equal tables,
    /// as its time does, which is no clock's.
    static func channelID(_ type: ChannelType, business: String) -> String {
        guard let business = BinaryUUID(business) else {
            preconditionFailure("a plan's business_id has 32 hexadecimal digits: its reader checks that")
        }
        return ConversationIdentity.channel(type, of: business).description
    }
}
