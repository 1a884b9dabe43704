import ImportCore

/// Why the plan lets nothing be sent for now. Where nobody waits for its end it stops the run, which the same command
/// continues.
enum SendingHold: PresentableError, Equatable {
    /// The window is closed until a moment in seconds since 1970; nil where no clock will ever open it.
    case window(opening: Int?, zone: String, now: Int)
    /// The month's messages are sent.
    case budget(total: Int, month: CalendarMonth)
    /// The same, unless a request under way turns out not to have sent its own. Stops nothing.
    case answers

    var report: FailureReport {
        switch self {
        case .answers: preconditionFailure("a lane that waits for other lanes' answers stops no run")
        case .window(let opening, let zone, let now):
            let until = opening.map { " until " + MomentText.of($0, now: now, zone: zone) } ?? ""
            return FailureReport(
                .quota, "the plan's window is closed" + until, safe: Self.safe,
                hint: "repeat the command then, or add --wait, which waits for it")
        case .budget(let total, let month):
            return FailureReport(
                .quota,
                "the plan's message budget of \(total) for \(month.name) is used up; the next month begins "
                    + "\(month.next)-01 00:00 UTC",
                safe: Self.safe,
                hint: "repeat the command then, or add --wait, which waits for it; or raise message_budget")
        }
    }

    /// What is waited for, behind "waiting for".
    var reason: String {
        switch self {
        case .answers: "answers"
        case .window: "the plan's window"
        case .budget(_, let month): "the message budget of \(month.next.name)"
        }
    }

    private static let safe = "what became of every request is in the checkpoint; nothing more was sent"
}
