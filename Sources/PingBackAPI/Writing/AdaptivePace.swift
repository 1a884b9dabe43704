/// How fast and how many: a rate and a number of requests side by side, each under the plan's bound.
///
/// A server says no more than that a request was too much, so which of the two it was is found out: when it refused only
/// requests that had more beside them than any it accepted, it was their number, else the rate. That is judged when the
/// pause it asked for is over, as only then is all answered that was under way with the refused one; and whatever else was
/// refused meanwhile belongs to the same refusal.
struct AdaptivePace: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// What became of a request, as far as limits go.
    enum Ending: Sendable, Equatable {
        case accepted
        /// Refused by a limit of the server's, which asks for a pause of so long.
        case refused(pause: Duration, leavesDoubt: Bool)
        case other
    }

    private struct Refusal {
        var seen: Instant
        /// Until when nothing is sent.
        var end: Instant
        var leavesDoubt: Bool
    }

    private(set) var rate: AdaptiveRate
    private var concurrency: AdaptiveConcurrency
    private var refusal: Refusal?

    init(rate: Double?, concurrency: Int) {
        self.rate = AdaptiveRate(bound: rate)
        self.concurrency = AdaptiveConcurrency(bound: concurrency)
    }

    /// So many requests may be under way.
    var mostUnderWay: Int { concurrency.limit }

    func isDue(now: Instant) -> Bool { rate.isDue(now: now) }

    /// Takes the next turn; returns when it may be used, which is never before `now`.
    mutating func reserve(now: Instant) -> Instant {
        if let refusal, refusal.end <= now {
            let isTheirNumber = concurrency.settle(
                leavesDoubt: refusal.leavesDoubt, isRateKnown: rate.isLearnt, now: now)
            // Where each refusal leaves a record in doubt, neither is tried out at the cost of the other.
            if isTheirNumber && !refusal.leavesDoubt {
                rate.paused()
            } else {
                rate.refused(now: refusal.seen, leavesDoubt: refusal.leavesDoubt)
            }
            self.refusal = nil
        }
        return rate.reserve(now: now)
    }

    /// A request is sent; `number` are under way with it.
    mutating func begin(_ number: Int, now: Instant) { concurrency.begin(number, now: now) }

    /// The request that was the `number`-th under way is answered.
    mutating func end(_ number: Int, _ ending: Ending, now: Instant) {
        switch ending {
        case .accepted:
            if refusal == nil { rate.accepted(now: now) }
            concurrency.accepted(number, isSettling: refusal != nil)
        case .refused(let pause, let leavesDoubt):
            concurrency.refused(number)
            refusal = Refusal(
                seen: refusal?.seen ?? now, end: max(refusal?.end ?? now, now + pause),
                leavesDoubt: leavesDoubt || refusal?.leavesDoubt ?? false)
        case .other: break
        }
    }
}
