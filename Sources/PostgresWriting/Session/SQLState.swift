/// What is known of the server's error codes (PostgreSQL documentation, appendix A): whom they are about, whether
/// waiting helps, which exit status they lead to, and what they mean in words of our own.
enum SQLState {
    /// The classes that speak about a value or a row, and those that a trigger or a rule raises.
    private static let rowClasses: Set<Substring> = [
        "09", "21", "22", "23", "27", "2F", "38", "39", "44", "54", "P0",
    ]

    /// A row's binary form is made by us, so what the server finds wrong with it is our mistake and no record's.
    private static let formatErrors: Set<String> = ["22P03", "22P04"]

    static func isAboutRow(_ state: String) -> Bool {
        guard !formatErrors.contains(state) else { return false }
        let kind = state.prefix(2)
        if rowClasses.contains(kind) { return true }
        // What the standard leaves to its users and PostgreSQL does not use, and the 45 that other servers' triggers
        // made a habit: a trigger's own.
        guard let first = kind.first else { return false }
        let isPrivate = ("6"..."9").contains(first) || ("I"..."Z").contains(first) || kind == "45"
        return isPrivate && kind != "72" && kind != "XX"
    }

    /// Conflicts between transactions, and sessions and servers that go away and come back.
    private static let passing: Set<String> = [
        "40001", "40P01", "55P03", "57014", "25P03", "57P01", "57P02", "57P03", "57P05", "53300",
    ]

    /// A violation of the protocol is of the connections' class, and comes again however often it is tried.
    static let protocolViolation = "08P01"

    static func isWorthAnotherTry(_ state: String) -> Bool {
        passing.contains(state) || (state.hasPrefix("08") && state != protocolViolation)
    }

    /// The rule that was broken, without a value.
    static func words(_ state: String) -> String {
        if let words = byState[state] { return words }
        return byClass[String(state.prefix(2))] ?? "the server refuses the statement"
    }

    private static let byState = [
        protocolViolation: "the binary form of a value or a message is not what the server expects",
        "01000": "the server left a row out without a word, as a trigger can",
        "22001": "a text is too long for its column",
        "22003": "a number is out of its type's range",
        "22007": "a time is not written as its type demands",
        "22008": "a time is out of its type's range",
        "22021": "a text holds bytes that the server's encoding does not allow",
        "22P02": "a value is not what its type demands",
        "22P03": "the binary form of a value is not what the server expects",
        "22P04": "the binary form of a row is not what the server expects",
        "22P05": "a text holds a character that the server's encoding or type does not allow",
        "23001": "another row still refers to the row",
        "23502": "a value that must be there is missing",
        "23503": "the row that a value refers to does not exist",
        "23505": "a row with the same unique value is already there",
        "23514": "a check constraint refuses the row",
        "23P01": "an exclusion constraint refuses the row",
        "25006": "the server takes no writes: it is read-only, or a standby",
        "25P03": "the session was ended: its transaction was idle for too long",
        "28000": "the server refuses the user",
        "28P01": "the server refuses the password",
        "3D000": "the database does not exist",
        "3F000": "the schema does not exist",
        "40001": "the transaction collided with another one",
        "40P01": "the transaction was chosen to end a deadlock",
        "42501": "a right is missing",
        "42703": "a column does not exist",
        "42P01": "a table does not exist",
        "44000": "a view's check option refuses the row",
        "53100": "the server's disk is full",
        "53200": "the server is out of memory",
        "53300": "the server has no connection free",
        "54000": "a row is larger than the server can hold",
        "54001": "a value is nested more deeply than the server can follow",
        "55P03": "a lock was not free in time",
        "57014": "the statement was cancelled",
        "57P01": "the server, or somebody at it, ended the session",
        "57P02": "the server crashed and is recovering",
        "57P03": "the server is starting up, shutting down or recovering",
        "57P05": "the session was ended: it was idle for too long",
        "P0001": "a trigger refuses the row",
    ]

    private static let byClass = [
        "08": "the connection failed",
        "0A": "the server does not support what the statement asks for",
        "21": "a statement of a trigger or rule met more rows than it allows",
        "22": "a value is not what its type demands",
        "23": "a constraint refuses the row",
        "25": "the transaction's state does not allow the statement",
        "28": "the server refuses the user",
        "40": "the transaction was rolled back by the server",
        "42": "the statement does not fit the server's tables or rights",
        "53": "the server is out of resources",
        "54": "a limit of the server is passed",
        "55": "an object is not in the state that the statement needs",
        "57": "somebody at the server intervened",
        "58": "the server's system fails",
        "P0": "a trigger refuses the row",
        "XX": "the server reports an internal fault or damaged data",
    ]
}
