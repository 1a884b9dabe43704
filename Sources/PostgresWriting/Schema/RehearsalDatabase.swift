import Crypto
import ImportCore

extension ReferenceSchema {
    /// Makes PingBack's tables in a database without them, and one active channel for the business, to rehearse in. All
    /// or nothing.
    ///
    /// - Throws: `.notEmpty` where any of the tables is there: what somebody else made is never touched.
    static func create(
        _ connection: Connection, _ tables: PostgresTables, businessID: String
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
            _ = try connection.affected(
                "INSERT INTO \(tables.quoted(.channels)) (id, business_id, type, created_at) VALUES ($1, $2, $3, $4)",
                [
                    widgetChannelID(business: businessID), businessID, ChannelType.widget.rawValue,
                    "1970-01-01 00:00:00Z",
                ])
        }
    }

    /// The id of the channel that is made for a business: the same each time, so that two rehearsals give equal tables,
    /// as its time does, which is no clock's. A UUID of version 5 (RFC 9562, section 5.5) in the namespace of the
    /// business, over the parts `channel` and `widget`, each behind its number of bytes (32 bits, big-endian).
    static func widgetChannelID(business: String) -> String {
        var hash = Insecure.SHA1()
        let digits = business.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue.map(UInt8.init) }
        precondition(digits.count == 32, "a plan's business_id has 32 hexadecimal digits: its reader checks that")
        hash.update(data: stride(from: 0, to: 32, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
        for part in ["channel", ChannelType.widget.rawValue] {
            hash.update(data: [0, 0, 0, UInt8(part.utf8.count)] + Array(part.utf8))
        }
        var bytes = Array(hash.finalize().prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        let text = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        var groups: [Substring] = []
        var rest = text[...]
        for length in [8, 4, 4, 4, 12] {
            groups.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return groups.joined(separator: "-")
    }
}
