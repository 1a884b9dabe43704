/// A run's and its plan's numbers in the program's own tables.
struct RunNumbers: Sendable, Equatable {
    var plan: Int32
    var run: Int32
}

extension Bookkeeping {
    /// The number of a plan, which is entered where it is new.
    ///
    /// - Parameter identity: SHA-256 of the plan's identity.
    static func plan(
        identity: [UInt8], name: String, businessID: String, on connection: Connection
    ) throws(PostgresError) -> Int32 {
        _ = try connection.rows(
            """
            INSERT INTO \(schema).plans (identity, name, business_id) VALUES ($1, $2, $3)
            ON CONFLICT (identity) DO NOTHING
            """, [text(of: identity), name, businessID])
        return try number(
            connection.rows("SELECT id FROM \(schema).plans WHERE identity = $1", [text(of: identity)]))
    }

    static func run(_ runID: String, ofPlan plan: Int32, on connection: Connection) throws(PostgresError) -> RunNumbers
    {
        _ = try connection.rows(
            "INSERT INTO \(schema).runs (plan, run) VALUES ($1, $2) ON CONFLICT (run) DO NOTHING",
            [String(plan), runID])
        let run = try number(connection.rows("SELECT id FROM \(schema).runs WHERE run = $1", [runID]))
        return RunNumbers(plan: plan, run: run)
    }

    private static func number(_ rows: [[String?]]) -> Int32 {
        guard let text = rows.first?.first ?? nil, let number = Int32(text) else {
            preconditionFailure("a row that was just written has a number")
        }
        return number
    }

    /// Bytes as the text form of `bytea` (PostgreSQL documentation, 8.4.1).
    static func text(of bytes: [UInt8]) -> String {
        "\\x" + bytes.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
    }
}
