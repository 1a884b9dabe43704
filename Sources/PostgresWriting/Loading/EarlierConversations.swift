import ImportCore

/// Which conversations are in the tables already, and which of these the run put there itself: those count as created,
/// the others as already present.
struct EarlierConversations {
    let connection: Connection
    let statements: LoadStatements
    /// The run's number in the program's own tables.
    let run: Int32

    enum Origin: Sendable { case thisRun, elsewhere }

    /// Those that are there; the others are left out.
    func among(_ ids: [BinaryUUID]) throws(PostgresError) -> [BinaryUUID: Origin] {
        guard !ids.isEmpty else { return [:] }
        var found: [BinaryUUID: Origin] = [:]
        for row in try connection.rows(statements.earlier, [SQLArray.uuids(ids), String(run)]) {
            guard let id = row[0].flatMap({ BinaryUUID($0) }) else { continue }
            found[id] = row[1] == "t" ? .thisRun : .elsewhere
        }
        return found
    }
}
