import CLibPQ
import ImportCore

/// One connection to the server.
///
/// Every call blocks. It belongs to one actor, which runs on an executor of its own (`BlockingExecutor`), and is not
/// `Sendable`. Whatever happens, a call takes every result off the line before it returns or throws, so that the
/// connection is ready for the next statement, such as ROLLBACK; and where the connection is gone, it throws `lost`
/// even if the server had a last word, because what became of the statement is then unknown.
final class Connection {
    let handle: OpaquePointer
    let server: String
    /// As the server knows it.
    private(set) var session: ServerSession?
    /// Set where libpq could not make sense of what came, which it does not count as a lost connection.
    private var isConfused = false

    init(_ settings: ConnectionSettings) throws(PostgresError) {
        handle = try openConnection(settings)
        server = settings.server
        try run(Self.preparation)
        session = try ServerSession(of: self)
    }

    deinit { PQfinish(handle) }

    /// What a session must be like for what we send to mean the same everywhere, and for nobody to wait for ever.
    ///
    /// A statement's time counts while COPY waits for us, so it has no limit; a lock's and an idle transaction's have.
    /// And the server looks after us as we look after it: left to itself it holds the locks of a client whose machine is
    /// gone for two hours (`net.ipv4.tcp_keepalive_time`), and with these for a minute.
    /// Names are written with their schema, and the catalog comes first in the path, so that nothing can stand in for a
    /// table or an operator. What else the path holds stays: the database's own triggers find their tables by it. Where a
    /// commit would not wait for the disk it is made to, because what the run says is in must stay in.
    private static let preparation = """
        SET statement_timeout = 0;
        SET lock_timeout = '10s';
        SET idle_in_transaction_session_timeout = '60s';
        SET tcp_keepalives_idle = 30;
        SET tcp_keepalives_interval = 10;
        SET tcp_keepalives_count = 3;
        SET DateStyle = 'ISO, YMD';
        SET IntervalStyle = 'postgres';
        SET TimeZone = 'UTC';
        SET bytea_output = 'hex';
        SET standard_conforming_strings = on;
        SET client_min_messages = 'error';
        SELECT pg_catalog.set_config(
            'search_path',
            pg_catalog.concat_ws(', ', 'pg_catalog', nullif(pg_catalog.current_setting('search_path'), ''), 'pg_temp'),
            false);
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
        """

    var isLost: Bool { isConfused || PQstatus(handle) == CONNECTION_BAD }

    /// As libpq tells it: 150018 is 15.18.
    var serverVersion: Int { Int(PQserverVersion(handle)) }

    /// Runs one or more statements; what they return is thrown away.
    func run(_ sql: String) throws(PostgresError) {
        try send(sql)
        try finish()
    }

    /// Runs one statement and returns its rows, values in text form.
    func rows(_ sql: String, _ parameters: [String?] = []) throws(PostgresError) -> [[String?]] {
        try send(sql, parameters)
        var rows: [[String?]] = []
        try finish { result in
            for row in 0..<PQntuples(result) {
                rows.append(
                    (0..<PQnfields(result)).map { column in
                        guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else {
                            return nil
                        }
                        let bytes = UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(result, row, column)))
                        return String(decoding: bytes, as: UTF8.self)
                    })
            }
        }
        return rows
    }

    /// Runs one statement and returns how many rows it says it touched.
    func affected(_ sql: String, _ parameters: [String?] = []) throws(PostgresError) -> Int {
        try send(sql, parameters)
        var count = 0
        try finish { count += Self.count($0) }
        return count
    }

    func send(_ sql: String) throws(PostgresError) {
        precondition(!sql.utf8.contains(0), "a statement holds a NUL, and libpq would send half of it")
        guard PQsendQuery(handle, sql) == 1 else { throw giveUp() }
    }

    func send(_ sql: String, _ parameters: [String?]) throws(PostgresError) {
        precondition(!sql.utf8.contains(0), "a statement holds a NUL, and libpq would send half of it")
        let sent = withCStrings(parameters) { values in
            PQsendQueryParams(handle, sql, Int32(parameters.count), nil, values, nil, nil, 0)
        }
        guard sent == 1 else { throw giveUp() }
    }

    /// Takes every result that is left off the line, and throws the first error among them.
    ///
    /// - Parameter isCopy: whether a COPY is being ended. One that does not end leaves the connection of no use.
    func finish(
        isCopy: Bool = false, copying target: CopyTarget? = nil, _ take: (OpaquePointer) -> Void = { _ in }
    ) throws(PostgresError) {
        var failure: ServerError?
        reading: while let result = PQgetResult(handle) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
                take(result)
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                precondition(isCopy, "COPY is run by copyIn and copyOut")
                isConfused = true
                break reading
            default:
                if let error = ServerError(result, copying: target) {
                    failure = failure ?? error
                } else {
                    // Without a code it is not the server that speaks, but libpq, which could not go on.
                    isConfused = true
                }
            }
        }
        if isLost { throw .lost(server: server) }
        if let failure { throw .refused(failure) }
    }

    /// For a call of libpq that failed by itself: nothing is known of the line any more.
    func giveUp() -> PostgresError {
        isConfused = true
        return .lost(server: server)
    }

    /// The rows of a command's tag; none for a command that counts none.
    static func count(_ result: OpaquePointer) -> Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }
}
