/// Spaces requests evenly over time, for all lanes together: a rate limit with a small bucket.
struct Pacer: Sendable {
    typealias Instant = ContinuousClock.Instant

    private let spacing: Duration
    /// How far ahead of an even pace requests may run: what the timer's own jitter would otherwise lose of the rate.
    private let slack: Duration
    /// When the next request would be due at an even pace.
    private var due: Instant?

    /// `rate` in requests a second.
    init(rate: Double) {
        precondition(rate > 0, "a plan whose rate is not positive is refused when it is read")
        spacing = .seconds(1 / rate)
        slack = .milliseconds(50)
    }

    /// Takes the next turn; returns when it may be used, which is never before `now`.
    mutating func reserve(now: Instant) -> Instant {
        let turn = max(due ?? now, now - slack)
        due = turn + spacing
        return max(turn, now)
    }
}
