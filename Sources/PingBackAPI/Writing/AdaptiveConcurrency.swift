/// How many requests a server takes side by side: learnt from which of them it refuses.
///
/// It begins with one, and with each accepted answer allows one more, so it doubles in the time of a request. When a
/// server refuses only requests that had more beside them than any it accepted, their number was the reason: it falls to
/// the largest number that was accepted. Requests sent together may arrive in another order, and then the reason is not
/// plain: as long as no rate is known it falls to as many as were accepted of those that were under way together, and
/// takes that back where the server goes on to refuse within two seconds.
///
/// From there it probes with one more, waits three times as long after each probe that is refused, and goes on in growing
/// steps after one that is not.
///
/// Nothing is concluded from the time that answers take: many servers are slow for other reasons, and a refusal says it
/// plainly.
struct AdaptiveConcurrency: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// A probe that is refused costs what the server then asks to wait, a second at least: after the first ten seconds
    /// there are three in three minutes, 2 % of what is possible.
    static let firstHold = Duration.seconds(3)
    static let longestHold = Duration.seconds(243)
    /// For so long a limit that follows from a refusal is on trial.
    private static let trialTime = Duration.seconds(2)
    /// Where each refusal leaves a record in doubt, probing is not worth it more often.
    static let costlyHold = Duration.seconds(600)

    /// A limit that may have another reason, or be one too high.
    private struct Trial {
        /// The limit before.
        var before: Int
        var until: Instant
        /// What was accepted together may be one more than the server takes, where one was done as another came.
        var isFirst: Bool
    }

    /// So many requests may be under way.
    private(set) var limit = 1

    private let bound: Int
    /// Whether the limit follows from a refusal.
    private var isKnown = false
    /// The most requests under way, itself included, when one was sent that was accepted since the last refusal.
    private var most = 0
    /// The fewest when one was sent that was refused.
    private var fewest: Int?
    /// Accepted of those that were under way when the first refusal was seen: nothing is sent behind it.
    private var together = 0
    /// Nil once the server has taken as many for long enough.
    private var trial: Trial?
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
        guard !isSettling else {
            together += 1
            return
        }
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
    /// - Parameter isRateKnown: whether the server is known to allow so many a second.
    /// - Returns: whether the number of requests side by side was the reason.
    mutating func settle(leavesDoubt: Bool, isRateKnown: Bool, now: Instant) -> Bool {
        defer {
            most = 0
            fewest = nil
            together = 0
            step = 0
            full = nil
        }
        if let fewest, most >= 1, fewest > most {
            hold = step == 1 && most >= before ? min(hold * 3, Self.longestHold) : Self.firstHold
            if leavesDoubt { hold = Self.costlyHold }
            trial = step == 0 && !leavesDoubt ? Trial(before: limit, until: now + Self.trialTime, isFirst: true) : nil
            limit = min(limit, most)
            isKnown = true
            return true
        }
        if step > 0 {
            // The probe is the likelier reason; if it was not, the server says so again.
            limit = before
            hold = step == 1 ? min(hold * 3, Self.longestHold) : Self.firstHold
            if leavesDoubt { hold = Self.costlyHold }
            return true
        }
        if let trial, now < trial.until {
            guard trial.isFirst, together > 0, limit > 1 else {
                limit = trial.before
                isKnown = false
                self.trial = nil
                return false
            }
            self.trial = Trial(before: trial.before, until: now + Self.trialTime, isFirst: false)
            limit = min(limit - 1, together)
            return true
        }
        // Where each refusal leaves a record in doubt, finding out is not worth another.
        guard !isRateKnown, !isKnown, !leavesDoubt, together > 0 else { return false }
        trial = Trial(before: limit, until: now + Self.trialTime, isFirst: true)
        limit = min(limit, together)
        isKnown = true
        return true
    }
}
