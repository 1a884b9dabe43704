import ImportCore

/// Why writing to Postgres cannot go on. Holds no password and no row: the server's own words are not kept.
enum PostgresError: PresentableError, Equatable {
    /// The connection settings cannot be used.
    case settings(String, hint: String?)
    case unreachable(server: String, ConnectProblem)
    /// The connection was cut: what became of the statement that was under way is unknown.
    case lost(server: String)
    case refused(ServerError)
    /// The tables are not what they must be: everything that was found, at once. Missing rights are `.refused`, with the
    /// statements that grant them; a server that takes no writes is `.unavailable`.
    case target([String], status: ExitStatus = .plan, grants: [String] = [])
    /// The program's own tables have other columns than this version writes: what differs.
    case bookkeeping([String])
    /// Tables that were to be made are there.
    case notEmpty([String])
    /// Another session works on the same plan; what the server says of it, if it does.
    case locked(owner: String?)
    /// The server still holds a session of ours whose line was lost.
    case sessionRemains(process: String, server: String)
    /// The session that held the lock was lost, and the lock with it.
    case lockLost
    /// Another session works on the same tables, and a fresh load needs them for itself.
    case tablesInUse
    /// Tables that a fresh load was to fill have rows that no run made.
    case tablesNotEmpty([String])
    /// A fresh load of the plan of this name has not put the tables' constraints back.
    case freshLoadOpen(plan: String)
    /// A constraint or an index, in words, that the server does not let be rebuilt; `search` finds the rows that are in
    /// its way. Where it is not dropped, that was found out before.
    case notRebuilt(String, ServerError, search: String?, isDropped: Bool)
    /// What stopped a fresh load, after which the constraints could not be put back at once either.
    case leftDropped(FailureReport)
    /// Nothing says which channel the conversations belong to; the business's active ones.
    case channelOpen([String])

    /// Whether the same transaction may succeed when it is tried again, over a new connection where this one is lost.
    var isWorthAnotherTry: Bool {
        switch self {
        case .lost, .lockLost, .sessionRemains: true
        case .refused(let error): error.isWorthAnotherTry
        case .unreachable(_, let problem): problem.isWorthWaiting
        case .settings, .target, .bookkeeping, .notEmpty, .locked, .channelOpen, .tablesInUse, .tablesNotEmpty,
            .freshLoadOpen, .notRebuilt, .leftDropped:
            false
        }
    }

    var report: FailureReport {
        switch self {
        case .settings(let message, let hint):
            FailureReport(.plan, message, safe: Self.untouched, hint: hint)
        case .unreachable(let server, let problem):
            FailureReport(
                problem.status, "cannot reach Postgres at \(server): \(problem.words)", safe: Self.committed,
                hint: problem.hint)
        case .lost(let server):
            FailureReport(
                .unavailable, "the connection to Postgres at \(server) was cut", safe: Self.committed,
                hint: "see that the server runs, and repeat the command; it continues from there")
        case .refused(let error):
            FailureReport(
                error.status, "Postgres refuses what was asked of it: \(error.words)", safe: Self.committed,
                hint: error.hint)
        case .locked(let owner):
            FailureReport(
                .locked, "another run of this plan is at work in the database" + (owner.map { ": " + $0 } ?? ""),
                safe: Self.untouched,
                hint: "wait for its end; where no run is at work any more, the server ends the session when it notices "
                    + "that, within about a minute, or somebody does with pg_terminate_backend")
        case .sessionRemains(let process, let server):
            FailureReport(
                .unavailable,
                "Postgres at \(server) still holds a session of ours that was cut off (server process \(process))",
                safe: Self.committed,
                hint: "end it with SELECT pg_terminate_backend(\(process)), and repeat the command")
        case .lockLost:
            FailureReport(
                .unavailable, "the session that held the run's lock was ended", safe: Self.committed,
                hint: "repeat the command; it continues from there")
        case .tablesInUse:
            FailureReport(
                .locked, "another run is at work on the same tables, and one of the two is a fresh load (load: fresh)",
                safe: Self.untouched, hint: "wait for its end; a session that was cut off ends by itself")
        case .tablesNotEmpty(let tables):
            FailureReport(
                .plan,
                "load: fresh takes empty tables only, and there are rows that no run of this program made in "
                    + tables.joined(separator: ", "), safe: Self.untouched,
                hint: "write load: merge into the plan, or leave it out")
        case .freshLoadOpen(let plan):
            FailureReport(
                .plan, "the fresh load of the plan \(plan) has not put the tables' constraints and indexes back",
                safe: Self.untouched, hint: "repeat its run, or rebuild them with run --abandon-fresh")
        case .notRebuilt(let name, let error, let search, let isDropped):
            FailureReport(
                error.status, "\(name) cannot be rebuilt: \(error.words)",
                safe: isDropped ? Self.dropped : "nothing was dropped",
                hint: (search.map { "correct the rows that this finds: \($0); then" }
                    ?? (isDropped ? "correct that, and" : "write load: merge into the plan, and"))
                    + (isDropped ? " repeat the command, or rebuild with run --abandon-fresh" : " repeat the command"))
        case .leftDropped(let report):
            FailureReport(
                report.status, place: report.place, report.message,
                safe: [report.safe, Self.dropped].compactMap { $0 }.joined(separator: "; "),
                hint: [report.hint, "run goes on with the fresh load, run --abandon-fresh or undo only rebuilds"]
                    .compactMap { $0 }.joined(separator: "; "))
        case .channelOpen(let channels):
            FailureReport(
                .plan,
                channels.isEmpty
                    ? "the business has no active channel"
                    : "the business has several active channels: " + channels.joined(separator: ", "),
                safe: Self.untouched, hint: "name one with channel_id in the plan")
        case .target(let findings, let status, let grants):
            FailureReport(
                status,
                "the database is not ready for the import:" + findings.map { "\n    " + $0 }.joined(),
                safe: Self.untouched,
                hint: grants.isEmpty
                    ? "correct what is listed, and repeat the command"
                    : "have the rights granted by whom the objects belong to, and repeat the command:"
                        + grants.map { "\n    " + $0 }.joined())
        case .bookkeeping(let differences):
            FailureReport(
                .data,
                "the program's own tables at the server are those of another version:"
                    + differences.map { "\n    " + $0 }.joined(),
                safe: Self.untouched, hint: "use the version that made them, or name another database")
        case .notEmpty(let tables):
            FailureReport(
                .plan, "tables are made in an empty database only, and there is \(tables.joined(separator: ", "))",
                safe: Self.untouched, hint: "leave --create-schema out to go on with them, or name an empty database")
        }
    }

    private static let untouched = "nothing was written"
    private static let dropped =
        "the tables' constraints and indexes are still dropped; their definitions stand in \(Bookkeeping.schema).dropped"
    private static let committed = "a batch is in as a whole or not at all, and the server's ledger knows which are"
}

extension ServerError {
    /// The exit status of a run that this error stops.
    fileprivate var status: ExitStatus {
        switch sqlState.prefix(2) {
        case "28": .refused
        case "42": sqlState == "42501" ? .refused : .plan
        case "3D", "3F", "0A": .plan
        case "25": sqlState == "25006" || isWorthAnotherTry ? .unavailable : .bug
        case "08" where sqlState == SQLState.protocolViolation: .bug
        case "08", "40", "53", "55", "57", "58", "XX": .unavailable
        default: isAboutRow ? .refused : .bug
        }
    }

    fileprivate var hint: String? {
        switch (status, sqlState) {
        case (.refused, "42501"): "grant the user what is missing, and repeat the command"
        case (.refused, _): "see what the server's log says about it"
        case (.plan, _): "correct the plan or the database, and repeat the command"
        case (.unavailable, "53100"): "make room on the server's disk, and repeat the command; it continues from there"
        case (.unavailable, "25006"): "name a server that takes writes, and repeat the command"
        case (.unavailable, _): "repeat the command when the server is well; it continues from there"
        default: nil
        }
    }
}
