import Crypto

/// One run at a time for a plan in a database: a session's advisory lock, which goes away with the session, however that
/// ends (PostgreSQL documentation, 13.3.5).
struct TargetLock: Sendable {
    /// The two halves of the key, as `pg_locks` shows them.
    private let high: UInt32
    private let low: UInt32

    /// - Parameter identity: of the plan; other plans have other locks.
    init(identity: String) {
        let digest = SHA256.hash(data: Array("pingback-import\n\(identity)".utf8))
        let key = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        high = UInt32(key >> 32)
        low = UInt32(truncatingIfNeeded: key)
    }

    private var key: String { String(Int64(bitPattern: UInt64(high) << 32 | UInt64(low))) }

    /// The session that holds the lock.
    struct Holder: Sendable {
        fileprivate let lock: TargetLock
        fileprivate let pid: String

        /// Makes sure, inside a transaction, that the lock is still held: a session that was cut off has lost it, and
        /// another run may have taken it.
        func check(on connection: Connection) throws(PostgresError) {
            let found = try connection.rows(
                """
                SELECT 1 FROM pg_locks
                WHERE locktype = 'advisory' AND granted AND pid = $1 AND objsubid = 1
                    AND classid = $2::bigint::oid AND objid = $3::bigint::oid
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """, [pid, String(lock.high), String(lock.low)])
            if found.isEmpty { throw .lockLost }
        }
    }

    /// Takes the lock for the connection's session; nil where another session has it.
    func take(on connection: Connection) throws(PostgresError) -> Holder? {
        let found = try connection.rows("SELECT pg_try_advisory_lock($1), pg_backend_pid()", [key])
        guard let row = found.first, row[0] == "t", let pid = row[1] else { return nil }
        return Holder(lock: self, pid: pid)
    }

    /// Who has the lock, as far as the server tells us: process id, program and since when.
    func owner(_ connection: Connection) throws(PostgresError) -> String? {
        let found = try connection.rows(
            """
            SELECT a.pid, a.application_name, a.backend_start::timestamptz(0)
            FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                AND l.classid = $1::bigint::oid AND l.objid = $2::bigint::oid
            """, [String(high), String(low)])
        guard let row = found.first else { return nil }
        return "server process \(row[0] ?? "?") (\(row[1] ?? "?")), connected since \(row[2] ?? "?")"
    }
}
