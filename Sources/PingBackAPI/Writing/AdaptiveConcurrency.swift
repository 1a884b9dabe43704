/// How many requests a server takes side by side: learnt from which of them it refuses.
///
/// It begins with one, and with each accepted answer allows one more, so it doubles in the time of a request. When a
/// server refuses only requests that had more beside them than any it accepted, their number was the reason: it falls to
/// the largest number that was accepted. From there it probes with one more, waits twice as long after each probe that
/// is refused, and goes on in growing steps after one that is not.
///
/// Nothing is concluded from the time that answers take: many servers are slow for other reasons, and a refusal says it
/// plainly.
struct AdaptiveConcurrency: Sendable {
    typealias Instant = ContinuousClock.Instant

    static let firstHold = Duration.seconds(8)
    static let longestHold = Duration.seconds(64)
    /// Where each refusal leaves a record in doubt, probing is not worth it more often.
    static let costlyHold = Duration.seconds(600)

    /// So many requests may be under way.
    private(set) var limit = 1

    private let bound: Int
    /// Whether the limit follows from a refusal.
    private var isKnown = false
    /// The most requests under way, itself included, when one was sent that was accepted since the last refusal.
    private var most = 0
    /// The fewest when one was sent that was refused.
    private var fewest: Int?
    private var hold = firstHold
    /// Since when the limit has been in full use.
    private var full: Instant?
    /// By how much the last probe went up; 0 while none is under way.
    private var step = 0
    private var before = 1
    /// Requests accepted at the probed limit.
    private var confirmations = 0

    /// `bound` is the plan's concurrency.
    init(bound: Int) { self.bound = max(bound, 1) }

    /// A request is sent; `number` are under way with it.
    mutating func begin(_ number: Int, now: Instant) {
        guard isKnown, step == 0, number >= limit, limit < bound else { return }
        guard let full else {
            self.full = now
            return
        }
        guard full.duration(to: now) >= hold else { return }
        step = 1
        before = limit
        limit += 1
        confirmations = 0
    }

    /// One was accepted that was sent as the `number`-th under way; `isSettling` while a refusal is not judged yet.
    mutating func accepted(_ number: Int, isSettling: Bool) {
        most = max(most, number)
        guard !isSettling else { return }
        if !isKnown {
            if number * 2 >= limit, limit < bound { limit += 1 }
        } else if step > 0, number >= limit {
            confirmations += 1
            guard confirmations >= 2 * limit else { return }
            hold = Self.firstHold
            before = limit
            confirmations = 0
            if limit < bound {
                step *= 2
                limit = min(bound, limit + step)
            } else {
                step = 0
                full = nil
            }
        }
    }

    /// One was refused that was sent as the `number`-th under way.
    mutating func refused(_ number: Int) { fewest = min(fewest ?? number, number) }

    /// Judges a refusal, once all that was under way with it is answered.
    ///
    /// - Returns: whether the number of requests side by side was the reason.
    mutating func settle(leavesDoubt: Bool) -> Bool {
        defer {
            most = 0
            fewest = nil
            step = 0
            full = nil
        }
        guard let fewest, most >= 1, fewest > most else {
            if step > 0 { limit = before }
            return false
        }
        hold = step == 1 && most >= before ? min(hold * 2, Self.longestHold) : Self.firstHold
        if leavesDoubt { hold = Self.costlyHold }
        limit = min(limit, most)
        isKnown = true
        return true
    }
}
