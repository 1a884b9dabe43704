import Synchronization

/// The feed of a run: conversations wait here, a bounded number of them, until a destination takes them.
///
/// Our own and not a channel of swift-async-algorithms, because a destination must be able to ask without waiting
/// (`nextIfReady`), and because a drain must empty what nobody took.
package actor ConversationQueue: ConversationFeed {
    package nonisolated let followsSuccess: Bool
    package nonisolated let runID: String
    package nonisolated let position: SourcePosition
    package nonisolated let input: RunInput

    private var waiting: [PendingConversation] = []
    /// The first of `waiting` that is not taken yet.
    private var head = 0
    private var isFinished = false
    private let drains = Atomic(false)
    /// Asked before every request, and answered without waiting for the queue.
    package nonisolated var isDraining: Bool { drains.load(ordering: .acquiring) }
    private var takers: [CheckedContinuation<PendingConversation?, Never>] = []
    private var offerer: CheckedContinuation<Void, Never>?
    private var drainWaiters: [Int: CheckedContinuation<Void, Never>] = [:]
    private var nextWaiter = 0
    /// A new offer is let in when no more than this many still wait.
    private let lowWater: Int

    package init(
        lowWater: Int, followsSuccess: Bool, runID: String = "", position: SourcePosition = .start,
        input: RunInput = .source
    ) {
        self.lowWater = lowWater
        self.runID = runID
        self.position = position
        self.input = input
        self.followsSuccess = followsSuccess
    }

    // MARK: - The run's side

    /// Puts conversations behind the others, once there is room; false when the queue drains and takes nothing more.
    /// One task at a time.
    package func offer(_ conversations: [PendingConversation]) async -> Bool {
        while !isDraining && waiting.count - head > lowWater {
            await withCheckedContinuation { offerer = $0 }
        }
        guard !isDraining else { return false }
        var rest = conversations[...]
        while !takers.isEmpty, let first = rest.popFirst() { takers.removeFirst().resume(returning: first) }
        waiting.removeFirst(head)
        head = 0
        waiting.append(contentsOf: rest)
        return true
    }

    /// Nothing more will come.
    package func finish() {
        isFinished = true
        if head == waiting.count { releaseTakers() }
    }

    /// What is not taken yet will not be: destinations finish what they have in flight, and return.
    package func drain() {
        drains.store(true, ordering: .releasing)
        waiting = []
        head = 0
        releaseTakers()
        offerer?.resume()
        offerer = nil
        for waiter in drainWaiters.values { waiter.resume() }
        drainWaiters = [:]
    }

    private func releaseTakers() {
        for taker in takers { taker.resume(returning: nil) }
        takers = []
    }

    // MARK: - The destination's side

    var takersWaiting: Int { takers.count }

    package func next() async -> PendingConversation? {
        if let ready = take() { return ready }
        if isFinished || isDraining { return nil }
        return await withCheckedContinuation { takers.append($0) }
    }

    package func nextIfReady() -> PendingConversation? { take() }

    package func nextIfReady(atMost count: Int) -> [PendingConversation] {
        var taken: [PendingConversation] = []
        while taken.count < count, let next = take() { taken.append(next) }
        return taken
    }

    package func next(atMost count: Int) async -> [PendingConversation] {
        guard let first = await next() else { return [] }
        var taken = [first]
        while taken.count < count, let next = take() { taken.append(next) }
        return taken
    }

    private func take() -> PendingConversation? {
        guard head < waiting.count else { return nil }
        let pending = waiting[head]
        head += 1
        if waiting.count - head <= lowWater {
            offerer?.resume()
            offerer = nil
        }
        return pending
    }

    package func draining() async {
        guard !isDraining else { return }
        let waiter = nextWaiter
        nextWaiter += 1
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // A task that was cancelled meanwhile finds no waiter to wake any more.
                if isDraining || Task.isCancelled {
                    continuation.resume()
                } else {
                    drainWaiters[waiter] = continuation
                }
            }
        } onCancel: {
            Task { await self.wake(waiter) }
        }
    }

    private func wake(_ waiter: Int) {
        drainWaiters.removeValue(forKey: waiter)?.resume()
    }
}

/// Why a run is asked to end before its source does; the first reason wins.
package final class RunControl: Sendable {
    private let state = Mutex<(reason: ExitStatus?, onStop: (@Sendable () -> Void)?)>((nil, nil))

    package init() {}

    package var stopReason: ExitStatus? { state.withLock { $0.reason } }

    /// Asks the run to drain.
    package func stop(_ reason: ExitStatus) {
        let action = state.withLock { state -> (@Sendable () -> Void)? in
            guard state.reason == nil else { return nil }
            state.reason = reason
            return state.onStop
        }
        action?()
    }

    /// What is done when the run is asked to stop; at once, if it was already.
    package func onStop(_ action: @escaping @Sendable () -> Void) {
        let isStopped = state.withLock { state in
            state.onStop = action
            return state.reason != nil
        }
        if isStopped { action() }
    }
}
