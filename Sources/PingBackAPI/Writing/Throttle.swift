import Synchronization

/// Lets the lanes through, as fast and as many as the plan allows and the server takes.
///
/// A lane asks twice: for a turn, before its conversation's intent is written down, and for leave to send, behind it.
/// So a server that takes five requests side by side is never left with four while the disk works on the next intent;
/// and few intents are durable of which nothing is sent yet.
final class Throttle: Sendable {
    typealias Instant = ContinuousClock.Instant

    fileprivate struct State {
        var pace: AdaptivePace
        /// Lanes between their turn and their outcome.
        var admitted = 0
        var underWay = 0
        var isClosed = false
        /// Whether a lane waits at the head of the line; the others stand behind it.
        var isPacing = false
        var line: [CheckedContinuation<Void, Never>] = []
        /// The lane at the head, while too many are admitted.
        var head: CheckedContinuation<Void, Never>?
        /// What the lane at the head sleeps in.
        var sleep: Task<Void, Never>?
        var senders: [CheckedContinuation<Int, Never>] = []

        /// As many more may prepare: answers tend to come together, and then their lanes write down the next intents
        /// together, while those that did so before can be sent.
        var mostAdmitted: Int { 2 * pace.mostUnderWay }
    }

    private let state: Mutex<State>
    private let clock = ContinuousClock()

    init(rate: Double?, concurrency: Int) {
        state = Mutex(State(pace: AdaptivePace(rate: rate, concurrency: concurrency)))
    }

    /// Takes a turn if it is due right now.
    func turnIfDue() -> Bool {
        let now = clock.now
        return state.withLock { state in
            guard !state.isClosed, !state.isPacing, state.admitted < state.mostAdmitted, state.pace.isDue(now: now)
            else { return false }
            return state.take(now: now) <= now
        }
    }

    /// Waits for a turn; false when none will come.
    func turn() async -> Bool {
        await withCheckedContinuation { continuation in
            let isFirst = state.withLock { state in
                guard state.isPacing else {
                    state.isPacing = true
                    return true
                }
                state.line.append(continuation)
                return false
            }
            if isFirst { continuation.resume() }
        }
        defer {
            let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
                if state.line.isEmpty {
                    state.isPacing = false
                    return nil
                }
                return state.line.removeFirst()
            }
            next?.resume()
        }
        guard await room() else { return false }
        let due = state.withLock { $0.take(now: clock.now) }
        guard due > clock.now else { return true }
        let sleep = Task<Void, Never> { [clock] in
            // Cut short, the state says why.
            try? await clock.sleep(until: due)
        }
        let isOpen = state.withLock { state in
            state.sleep = sleep
            return !state.isClosed
        }
        if isOpen { await sleep.value } else { sleep.cancel() }
        let isClosed = state.withLock { state in
            state.sleep = nil
            return state.isClosed
        }
        if isClosed { giveBack() }
        return !isClosed
    }

    /// Gives a turn back without using it.
    func giveBack() {
        state.withLock { state in
            state.admitted -= 1
            return state.takeHead()
        }?.resume()
    }

    /// Waits until one more request may be under way; returns how many are with it.
    func begin() async -> Int {
        let number = state.withLock { $0.begin(now: clock.now) }
        if let number { return number }
        return await withCheckedContinuation { continuation in
            let number = state.withLock { state in
                let number = state.begin(now: clock.now)
                if number == nil { state.senders.append(continuation) }
                return number
            }
            if let number { continuation.resume(returning: number) }
        }
    }

    /// The request that was the `number`-th under way is answered, or was not sent.
    func end(_ number: Int, _ ending: AdaptivePace.Ending) {
        let now = clock.now
        let (head, senders) = state.withLock { state in
            state.underWay -= 1
            state.admitted -= 1
            state.pace.end(number, ending, now: now)
            return (state.takeHead(), state.takeSenders(now: now))
        }
        head?.resume()
        for (sender, number) in senders { sender.resume(returning: number) }
    }

    /// Nobody gets a turn any more; those who have one may use it.
    func close() {
        let (head, sleep) = state.withLock { state in
            state.isClosed = true
            return (state.takeHead(), state.sleep)
        }
        sleep?.cancel()
        head?.resume()
    }

    /// Waits at the head of the line until another may be admitted; false when the throttle is closed.
    private func room() async -> Bool {
        while true {
            let isThere = state.withLock { state -> Bool? in
                if state.isClosed { return false }
                return state.admitted < state.mostAdmitted ? true : nil
            }
            if let isThere { return isThere }
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    guard !state.isClosed, state.admitted >= state.mostAdmitted else { return false }
                    state.head = continuation
                    return true
                }
                if !waits { continuation.resume() }
            }
        }
    }
}

extension Throttle.State {
    fileprivate mutating func take(now: Throttle.Instant) -> Throttle.Instant {
        admitted += 1
        return pace.reserve(now: now)
    }

    fileprivate mutating func begin(now: Throttle.Instant) -> Int? {
        guard underWay < pace.mostUnderWay else { return nil }
        underWay += 1
        pace.begin(underWay, now: now)
        return underWay
    }

    fileprivate mutating func takeHead() -> CheckedContinuation<Void, Never>? {
        guard isClosed || admitted < mostAdmitted else { return nil }
        defer { head = nil }
        return head
    }

    fileprivate mutating func takeSenders(now: Throttle.Instant) -> [(CheckedContinuation<Int, Never>, Int)] {
        var ready: [(CheckedContinuation<Int, Never>, Int)] = []
        while !senders.isEmpty, let number = begin(now: now) { ready.append((senders.removeFirst(), number)) }
        return ready
    }
}
