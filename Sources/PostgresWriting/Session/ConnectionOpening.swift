import CLibPQ

/// Connects, or says why not. The caller closes what it gets.
///
/// Libpq tells a failed attempt in words only, in the server's language, unless the connection was told to tell the
/// SQLSTATE alone; and that can be told to a connection only once there is one. So it is begun, told, and then begun
/// anew with libpq's own waiting, which knows about several hosts, several addresses of a host, and the time for each.
/// The server sees of the first beginning a connection that is closed without a word.
func openConnection(_ settings: ConnectionSettings) throws(PostgresError) -> OpaquePointer {
    guard let handle = settings.withParameters({ PQconnectStartParams($0, $1, 0) }) else {
        throw .unreachable(server: settings.server, ConnectProblem(.network, "there is no memory for a connection"))
    }
    // What the server remarks, on the way in already, is not for our standard error.
    PQsetNoticeProcessor(handle, { _, _ in }, nil)
    if PQstatus(handle) != CONNECTION_BAD {
        PQsetErrorVerbosity(handle, PQERRORS_SQLSTATE)
        PQreset(handle)
    }
    guard PQstatus(handle) == CONNECTION_OK else {
        defer { PQfinish(handle) }
        let account = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
        throw .unreachable(
            server: settings.server, ConnectProblem(account: account, secrets: settings.secrets))
    }
    return handle
}
