import Crypto
import ImportCore

/// Who may be at work on PingBack's tables: any number of plans side by side, or one alone that takes the constraints
/// out of the way. A session's advisory lock, as the plan's own is (`TargetLock`).
struct TablesLock: Sendable {
    private let key: String

    init(_ tables: PostgresTables) {
        let names = PingBackTable.allCases.map { tables.quoted($0) }.joined(separator: "\n")
        let digest = SHA256.hash(data: Array("pingback-import tables\n\(names)".utf8))
        key = String(Int64(bitPattern: digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }))
    }

    /// Takes it for the connection's session, which may have it in the other form already; false where another session
    /// is in the way.
    func take(on connection: Connection, alone: Bool) throws(PostgresError) -> Bool {
        let function = alone ? "pg_try_advisory_lock" : "pg_try_advisory_lock_shared"
        return try connection.rows("SELECT \(function)($1)", [key]).first?.first == "t"
    }
}
