/// The place of one connection: opened when it is first asked for, and anew where it was lost, once the lost one's session
/// has ended.
struct ConnectionSlot {
    private let settings: ConnectionSettings
    private var connection: Connection?
    /// The session of the connection that was lost, of which it is not known that it ended.
    private var lost: ServerSession?

    init(_ settings: ConnectionSettings) { self.settings = settings }

    /// The connection, where there is one that is not known to be lost.
    var current: Connection? { connection.flatMap { $0.isLost ? nil : $0 } }

    mutating func ready() throws(PostgresError) -> Connection {
        if let current { return current }
        if let connection {
            lost = connection.session
            // Closed before the new one is opened: where the server can hear it, it ends the session by that.
            self.connection = nil
        }
        let made = try Connection(settings)
        try lost?.end(over: made)
        lost = nil
        connection = made
        return made
    }

    mutating func close() {
        connection = nil
        lost = nil
    }
}
