import Foundation

/// How many requests a second a server takes: learnt from its refusals, and kept a little below.
///
/// Requests are spaced evenly. While nothing was refused, there is no limit but the plan's. At a refusal the rate falls
/// to what was really accepted in the last second, and no further: halving, the usual way, leaves a third of a small
/// bucket unused. From there it
///
/// 1. searches, while nothing is known but that less than a second was accepted: it doubles each second;
/// 2. climbs half of the way to just below the rate that was refused, every three seconds;
/// 3. holds, and then probes 1.5 % above. A probe that is refused makes the next wait twice as long; one that is not,
///    for ten seconds (a bucket hides a small excess for so long), is followed by steps of 2, 4, 8 … %.
///
/// A refusal of a rate that was held says by how much it was too high, once a bucket of a tenth of a second's requests
/// is assumed: after t seconds by 0.1 / t. Several within three seconds of each other count for more each time.
///
/// The figures were found by simulation (`PaceSimulationTests`): a refusal may cost a whole second, as Retry-After knows
/// no less, so within three minutes there may be six of them and no more.
struct AdaptiveRate: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// How far ahead of an even pace requests may run: what the timer's own jitter would otherwise lose of the rate.
    static let slack = Duration.milliseconds(20)
    /// Where climbing ends, as a share of the rate that was refused.
    static let summit = 0.975
    static let climbInterval = Duration.seconds(3)
    /// By how much a probe is above what is known to be accepted.
    static let probeStep = 0.015
    static let confirmation = Duration.seconds(10)
    static let firstHold = Duration.seconds(25)
    static let longestHold = Duration.seconds(100)
    /// Where each refusal leaves a record in doubt, probing is not worth it more often.
    static let costlyHold = Duration.seconds(600)
    /// Where it begins to search after a time in which nothing was accepted, in requests a second.
    static let restart = 4.0
    /// The slowest rate it falls to by itself, in requests a second.
    static let slowest = 0.5

    /// Requests a second; infinite while no limit is known.
    private(set) var rate: Double

    private let bound: Double
    /// When the next request is due at an even pace.
    private var due: Instant?
    /// When the first request after the last pause was due.
    private var resumed: Instant?
    /// When the pace last kept a request back: a rate that keeps none back is no evidence.
    private var kept: Instant?
    private var accepted = RecentTimes(span: .seconds(1))

    /// Whether the rate follows from a refusal rather than from a short time in which little was sent.
    private var isKnown = false
    /// The lowest rate that was refused since one above it was accepted.
    private var refused = Double.infinity
    private var changed: Instant?
    /// The rate before the last step up, if there was one since the last refusal.
    private var before: Double?
    /// By how much the last probe went up; 0 while none is under way.
    private var step = 0.0
    private var hold = firstHold
    /// Refusals in a row that came within three seconds of sending.
    private var streak = 0

    /// `bound` is the plan's rate.
    init(bound: Double?) {
        precondition(bound.map { $0 > 0 } ?? true, "a plan whose rate is not positive is refused when it is read")
        self.bound = bound ?? .infinity
        rate = self.bound
    }

    /// Whether the server's refusals have brought it below the plan's bound.
    var isLearnt: Bool { rate < bound }

    /// Whether a request may go now.
    func isDue(now: Instant) -> Bool { due.map { $0 <= now } ?? true }

    /// Takes the next turn; returns when it may be used, which is never before `now`.
    mutating func reserve(now: Instant) -> Instant {
        if resumed == nil {
            resumed = now
            changed = now
        }
        guard rate < .infinity else { return now }
        grow(now: now)
        let turn = max(due ?? now, now - Self.slack)
        due = turn + .seconds(1 / rate)
        if turn > now { kept = turn }
        return max(turn, now)
    }

    mutating func accepted(now: Instant) { accepted.add(now) }

    /// The server refused a request because of its limit; `now` is when that was first seen.
    mutating func refused(now: Instant, leavesDoubt: Bool) {
        let recent = accepted.count(now: now)
        let count = Double(max(1, recent))
        let active = resumed.map { max($0.duration(to: now) / .seconds(1), 0) } ?? 0
        let tried = rate
        if recent == 0, active < 1, !isKnown || streak > 1 {
            // Where nothing at all is accepted, the reason is not how fast it was sent.
            rate = min(tried, Self.restart)
            refused = .infinity
            isKnown = false
        } else if !isKnown, active < 1, refused == .infinity {
            rate = min(count, tried)
            if tried < .infinity {
                refused = tried
                isKnown = true
            }
        } else {
            let isNear = isKnown && before.map { tried - $0 <= 0.03 * tried } ?? false
            var fallen = fallenRate(from: tried, count: count, active: active, isNear: isNear)
            if active >= 0.8 { fallen = min(fallen, count) }
            if step == Self.probeStep, fallen > 0.9 * tried {
                hold = min(hold * 2, Self.longestHold)
            } else if fallen < 0.9 * tried {
                hold = Self.firstHold
            }
            if isNear {
                refused = fallen / Self.summit
            } else {
                refused = active >= 0.8 ? min(tried, max(fallen, count) * 1.02) : tried
            }
            rate = fallen
            isKnown = true
        }
        rate = min(max(rate, Self.slowest), bound)
        if leavesDoubt { hold = Self.costlyHold }
        step = 0
        before = nil
        paused()
    }

    /// Nothing is sent for a while, for whatever reason: what was measured before says nothing about afterwards.
    mutating func paused() {
        resumed = nil
        kept = nil
        due = nil
        accepted.removeAll()
    }

    private mutating func fallenRate(from tried: Double, count: Double, active: Double, isNear: Bool) -> Double {
        if isKnown, let before {
            // What was sent before the step was accepted for long.
            if isNear { return step == Self.probeStep ? before : before * 0.99 }
            return max(before * 0.99, active >= 0.8 ? 0.95 * min(count, tried) : 0)
        }
        guard tried < .infinity else { return count * 0.97 }
        streak = active < 3 ? streak + 1 : 0
        let excess = active > 0 ? 0.1 / active : 1
        return tried * min(0.985, pow(max(0.5, 1 - excess), Double(max(1, streak))))
    }

    private mutating func grow(now: Instant) {
        guard rate < bound, let changed else { return }
        let elapsed = changed.duration(to: now)
        guard let kept, kept.duration(to: now) <= .seconds(max(0.25, 2 / rate)) else {
            self.changed = now
            return
        }
        if !isKnown {
            self.changed = now
            rate = min(rate * pow(2, min(elapsed / .seconds(1), 0.25)), max(rate, refused))
        } else if step == 0, refused < .infinity, rate < refused * Self.summit * 0.999 {
            guard elapsed >= Self.climbInterval else { return }
            let summit = refused * Self.summit
            raise(to: min(summit, rate + max(rate * 0.01, (summit - rate) / 2)), now: now)
        } else if step == 0 {
            guard elapsed >= hold else { return }
            step = Self.probeStep
            raise(to: rate * (1 + step), now: now)
        } else if elapsed >= (step == Self.probeStep ? Self.confirmation : Self.climbInterval) {
            refused = .infinity
            hold = Self.firstHold
            step = step == Self.probeStep ? 0.02 : min(step * 2, 0.32)
            raise(to: rate * (1 + step), now: now)
        }
        rate = min(rate, bound)
    }

    private mutating func raise(to higher: Double, now: Instant) {
        before = rate
        rate = higher
        changed = now
    }
}

/// The times of what happened within the last while.
struct RecentTimes: Sendable {
    private let span: Duration
    private var times: [ContinuousClock.Instant] = []
    /// The first of `times` that is not forgotten yet.
    private var head = 0

    init(span: Duration) { self.span = span }

    mutating func add(_ time: ContinuousClock.Instant) {
        times.append(time)
        forget(before: time - span)
    }

    mutating func count(now: ContinuousClock.Instant) -> Int {
        forget(before: now - span)
        return times.count - head
    }

    mutating func removeAll() {
        times.removeAll(keepingCapacity: true)
        head = 0
    }

    private mutating func forget(before time: ContinuousClock.Instant) {
        while head < times.count, times[head] <= time { head += 1 }
        if head > 1024, head > times.count / 2 {
            times.removeFirst(head)
            head = 0
        }
    }
}
