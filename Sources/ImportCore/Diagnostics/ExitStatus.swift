/// What the program tells the shell. A contract: statuses are added, never changed.
package enum ExitStatus: Int32, Sendable, CaseIterable, Codable {
    case done = 0
    case someRejected = 3
    case rejectionLimit = 4
    case someInDoubt = 5
    case quota = 6
    case usage = 64
    case data = 65
    case noInput = 66
    case unavailable = 69
    case bug = 70
    case cannotWrite = 73
    case locked = 75
    case protocolMismatch = 76
    case refused = 77
    case plan = 78
    case hangup = 129
    case interrupted = 130
    case terminated = 143
}

/// An error that a person may see: every closed error type of every module can say itself in this form.
package protocol PresentableError: Error {
    var report: FailureReport { get }
}

/// A failure as a person reads it: place, what happened, what is safe, and what to do.
package struct FailureReport: Sendable, Equatable {
    package var status: ExitStatus
    /// `plan.yaml:12`, or a file's name.
    package var place: String?
    package var message: String
    /// What of the user's data is in a known state, and where it stands.
    package var safe: String?
    /// The way out.
    package var hint: String?

    package init(
        _ status: ExitStatus, place: String? = nil, _ message: String, safe: String? = nil, hint: String? = nil
    ) {
        self.status = status
        self.place = place
        self.message = message
        self.safe = safe
        self.hint = hint
    }

    /// The lines that stand on standard error.
    package var text: String {
        var lines = [(place.map { $0 + ": " } ?? "") + "error: " + message]
        if let safe { lines.append("  safe: " + safe) }
        if let hint { lines.append("  try: " + hint) }
        return lines.joined(separator: "\n")
    }
}
