import ImportCore
import Synchronization

/// Decides, request by request, what the fault script wants: whether a limit turns it away, and which rule meets it.
///
/// Counts and times are those of one server from its first request on; a restart that the script itself asks for does
/// not begin them anew.
final class FaultDirector: Sendable {
    enum Verdict: Sendable {
        /// Over a limit: answered at once, not done and not counted.
        case turnedAway(StatedAnswer)
        /// It holds a place among the requests in flight until `leave()`.
        case admitted(FaultAction?)
    }

    private struct State {
        var start: ContinuousClock.Instant?
        var counts: [RequestKind: Int] = [:]
        var inFlight = 0
        var bucket = TokenBucket()
    }

    private let script: FaultScript
    private let clock = ContinuousClock()
    private let state = Mutex(State())

    init(_ script: FaultScript) {
        self.script = script
    }

    func admit(_ kind: RequestKind) -> Verdict {
        let now = clock.now
        return state.withLock { state in
            let elapsed = (now - (state.start ?? now)) / .seconds(1)
            state.start = state.start ?? now
            if let limit = script.limits.last(where: { $0.after <= elapsed }) {
                if let most = limit.inFlight, state.inFlight >= most { return .turnedAway(limit.answer) }
                if let rate = limit.rate,
                    !state.bucket.take(at: elapsed, rate: rate, size: limit.bucketSize)
                {
                    return .turnedAway(limit.answer)
                }
            }
            state.inFlight += 1
            state.counts[.any, default: 0] += 1
            if kind != .any { state.counts[kind, default: 0] += 1 }
            return .admitted(action(for: kind, elapsed: elapsed, counts: state.counts))
        }
    }

    /// Gives back the place that an admitted request held.
    func leave() {
        state.withLock { $0.inFlight -= 1 }
    }

    private func action(for kind: RequestKind, elapsed: Double, counts: [RequestKind: Int]) -> FaultAction? {
        for (index, rule) in script.faults.enumerated() {
            let condition = rule.condition
            guard condition.request == .any || condition.request == kind else { continue }
            let number = counts[condition.request] ?? 0
            guard number >= condition.first, number <= condition.last,
                (number - condition.first + 1) % condition.every == 0,
                elapsed >= condition.after, elapsed - condition.after < condition.duration,
                condition.share >= 1 || draw(rule: index, number: number) < condition.share
            else { continue }
            return rule.action
        }
        return nil
    }

    /// A number from 0 up to 1 that follows from the seed, the rule, and the request's number alone: however requests
    /// of other kinds come in between, the same ones are met. The mixing function is SplitMix64's (Steele, Lea and
    /// Flood 2014).
    private func draw(rule: Int, number: Int) -> Double {
        var bits = script.seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(rule) &* 0xD1B5_4A32_D192_ED03
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        return Double(bits >> 11) * 0x1p-53
    }
}

/// The tokens of a rate limit: one for each request, refilled evenly, never more than the bucket holds.
struct TokenBucket: Sendable {
    /// Nil as long as nothing was taken: the bucket is full.
    private var tokens: Double?
    private var filledAt = 0.0

    /// Takes a token, if there is one; `time` in seconds, never going back.
    mutating func take(at time: Double, rate: Double, size: Double) -> Bool {
        let held = min(size, (tokens ?? size) + max(0, time - filledAt) * rate)
        filledAt = max(time, filledAt)
        tokens = held >= 1 ? held - 1 : held
        return held >= 1
    }
}
