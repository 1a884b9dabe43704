import ImportCore

/// Tells a plan that is wrong from records that are: counts refusals in a row.
struct RefusalStreak: Sendable {
    /// PingBack documents 400 for a channel that does not exist, which no record can mend.
    static let most400 = 5
    /// A mapping that is wrong for fifty records is wrong.
    static let mostAtStart = 50

    /// Whether the destination has accepted anything in this run.
    private var hasAccepted: Bool
    private var isFirst = true
    private var badRequests = 0
    private var refusals = 0
    private var verdict: APIError?

    init(hasAccepted: Bool) { self.hasAccepted = hasAccepted }

    mutating func accepted() {
        hasAccepted = true
        isFirst = false
        badRequests = 0
        refusals = 0
    }

    /// The error to stop with, when this refusal says more about the run than about its record; then the record is not
    /// to blame and is released. What was in flight at that moment is judged alike.
    mutating func refused(status: Int, words: String) -> APIError? {
        if let verdict { return verdict }
        refusals += 1
        badRequests = status == 400 ? badRequests + 1 : 0
        if status == 400, isFirst, !hasAccepted {
            verdict = .firstRefused(words: words)
        } else if badRequests == Self.most400 || (refusals == Self.mostAtStart && !hasAccepted) {
            verdict = .refusedInARow(count: max(badRequests == Self.most400 ? badRequests : 0, refusals), words: words)
        }
        isFirst = false
        return verdict
    }
}
