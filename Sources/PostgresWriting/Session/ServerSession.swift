/// A session as the server knows it, by what no two of one server share: its process and when that began.
struct ServerSession: Sendable, Equatable {
    private let process: String
    private let start: String

    /// That of a connection.
    init(of connection: Connection) throws(PostgresError) {
        let rows = try connection.rows(
            "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")
        // A pooler may have given the connection to another process in between.
        guard let row = rows.first, let process = row[0], let start = row[1] else {
            throw .lost(server: connection.server)
        }
        (self.process, self.start) = (process, start)
    }

    /// Returns when this session, whose line is lost, is no more at work.
    ///
    /// The server may not have noticed: it then holds the session's locks and rows, and what it was told last, perhaps
    /// COMMIT, may still happen. So nothing is asked or repeated before. It gets some time to notice by itself, and is
    /// then told to end the session, which a role may do with its own.
    ///
    /// - Throws: `.sessionRemains` where it does not end in time.
    func end(over connection: Connection) throws(PostgresError) {
        guard try !isGone(connection, within: Self.patience) else { return }
        _ = try? connection.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2",
            [process, start])
        guard try isGone(connection, within: Self.ending) else {
            throw .sessionRemains(process: process, server: connection.server)
        }
    }

    /// Seconds in which a session notices that nobody is there: at once in almost every case.
    private static let patience = 2.0
    /// Seconds in which a session ends that was told to; it may have to undo a long transaction.
    private static let ending = 8.0
    private static let look = 0.1

    private func isGone(_ connection: Connection, within seconds: Double) throws(PostgresError) -> Bool {
        var waited = 0.0
        while true {
            let found = try connection.rows(
                "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2", [process, start])
            if found.isEmpty { return true }
            guard waited < seconds else { return false }
            try connection.run("SELECT pg_sleep(\(Self.look))")
            waited += Self.look
        }
    }
}
