import ImportCore
import Synchronization

/// The one traffic light of all lanes: an outage closes it, so that it does not turn a file into doubts.
///
/// Closed, it is tended by the first lane that comes to wait: it sits out the time a server asked for, and probes with
/// jittered backoff until the server answers. Then one lane sends one request on trial; only when that is answered
/// plainly do the others follow. A stop, once called, is final.
///
/// A run of which nothing was accepted yet begins with lane 0 alone, until something is created: what its answer shows may
/// say that nothing else should be sent.
actor Gate {
    /// What a harmless request found.
    enum Probe: Sendable {
        case up
        case down(reason: String, wait: Double?)
        case stop(APIError)
    }

    private enum Light {
        case open
        /// Only lane 0 may send: nothing was created yet.
        case first
        /// One lane may send; nil while none has taken it.
        case trial(Int?)
        case closed
    }

    private let origin: String
    private let patience: Double
    private let timing: Timing
    private let probe: @Sendable () async -> Probe
    private let note: @Sendable (DestinationEvent) async -> Void
    private let clock = ContinuousClock()

    private var light: Light { didSet { refresh() } }
    /// Whether nothing was created in this run so far.
    private var awaitsFirst: Bool
    /// Requests in doubt since the last plain answer that nobody has looked up, and how many of them the run may have.
    private var doubts: Set<RecordID> = []
    private let mostDoubts: Int
    /// Look-ups of doubts that are due or under way.
    private var lookUps = 0
    /// After so long a doubt can be settled, and another may be risked.
    private let doubtWindow: Duration
    /// Whether every lane may send and nothing is amiss: what lanes ask before every request without waiting.
    private nonisolated let isPlain = Atomic(false)
    private var reason = ""
    private var needsProbe = false
    private var notBefore: ContinuousClock.Instant?
    /// Since when no request was answered plainly.
    private var troubleSince: ContinuousClock.Instant? { didSet { refresh() } }
    private var failures = 0
    private var isTended = false
    private var isDraining = false
    private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    private var interruption: Task<Probe, Never>?
    /// What stopped the run; nil while it goes on.
    private(set) var stopped: (any Error)? { didSet { refresh() } }

    init(
        origin: String, patience: Double, timing: Timing, awaitsFirst: Bool, mostDoubts: Int, doubtWindow: Duration,
        probe: @escaping @Sendable () async -> Probe, note: @escaping @Sendable (DestinationEvent) async -> Void
    ) {
        self.origin = origin
        self.patience = patience
        self.timing = timing
        self.awaitsFirst = awaitsFirst
        self.mostDoubts = max(mostDoubts, 1)
        self.doubtWindow = doubtWindow
        light = awaitsFirst ? .first : .open
        isPlain.store(!awaitsFirst, ordering: .releasing)
        self.probe = probe
        self.note = note
    }

    /// Whether this lane may send right now; asks nobody while nothing is amiss.
    nonisolated func mayPass(_ lane: Int) async -> Bool {
        if isPlain.load(ordering: .acquiring) { return true }
        return await isOpen(for: lane)
    }

    /// Whether nothing will be sent any more, and nobody waits for anything.
    var isOver: Bool { stopped != nil || isDraining }

    private func isOpen(for lane: Int) -> Bool {
        guard stopped == nil else { return false }
        switch light {
        case .open: return true
        case .first: return lane == 0 && mayRiskDoubt
        case .trial(nil):
            guard mayRiskDoubt else { return false }
            light = .trial(lane)
            return true
        case .trial(let holder): return holder == lane
        case .closed: return false
        }
    }

    /// A trial may end in one doubt more. While there are as many as there may be, looking them up goes first, however
    /// close the two come together.
    private var mayRiskDoubt: Bool { doubts.count < mostDoubts || lookUps == 0 }

    /// Reading costs no doubt, and takes no lane's trial away.
    private var isReadable: Bool {
        if case .closed = light { return false }
        return stopped == nil
    }

    /// Waits until this lane may send; false when it never may: the run stops, or drains while the gate is closed.
    func pass(_ lane: Int) async -> Bool { await pass(lane) { $0.isOpen(for: lane) } }

    /// Waits until the server answers again; false when nobody waits for that any more.
    func passToRead() async -> Bool { await pass(Self.readingLane) { $0.isReadable } }

    /// A number that no lane has.
    private static let readingLane = -1

    private func pass(_ lane: Int, where isFree: (isolated Gate) -> Bool) async -> Bool {
        while !isFree(self) {
            guard stopped == nil, !isDraining, !Task.isCancelled else { return false }
            if case .closed = light, !isTended {
                isTended = true
                await tend()
                isTended = false
                wakeAll()
            } else {
                await waitForChange(lane)
            }
        }
        return true
    }

    /// A request was answered plainly: the server works.
    nonisolated func answered(_ lane: Int, isCreated: Bool) async {
        if isPlain.load(ordering: .acquiring) { return }
        await noteAnswer(lane, isCreated)
    }

    private func noteAnswer(_ lane: Int, _ isCreated: Bool) {
        switch light {
        case .first:
            if isCreated {
                awaitsFirst = false
                light = .open
                wakeAll()
            }
        case .trial(let holder) where holder == lane:
            light = .open
            wakeAll()
        case .open: break
        case .trial, .closed: return
        }
        troubleSince = nil
        failures = 0
        doubts = []
    }

    /// Doubts are going to be looked up, now or as soon as they can be; `lookedUp` has to follow.
    func expectLookUp() { lookUps += 1 }

    /// These were looked up, be it in vain: a second look is for the time behind the pass.
    func lookedUp(_ records: [RecordID]) {
        lookUps -= 1
        doubts.subtract(records)
        wakeAll()
    }

    /// - Parameter doubt: the record whose request is in doubt now.
    func close(_ pause: Meaning.Pause, reason: String, lane: Int, doubt: RecordID? = nil) {
        let now = clock.now
        switch light {
        case .trial(let holder) where holder == lane: failures += 1
        case .first: failures += 1
        case .trial, .open, .closed: break
        }
        light = .closed
        if let doubt {
            doubts.insert(doubt)
            // Probes say nothing of creating: what only creating meets would cost a doubt for each trial.
            if doubts.count >= mostDoubts { notBefore = max(notBefore ?? now, now + doubtWindow) }
        }
        self.reason = reason
        let since = troubleSince ?? now
        troubleSince = since
        switch pause {
        case .untilProbed: needsProbe = true
        case .seconds(let seconds):
            let end = now + max(.seconds(seconds), timing.shortestWait)
            notBefore = max(notBefore ?? end, end)
        }
        if since.duration(to: now) > .seconds(patience) { stop(unavailable) }
    }

    /// The lane sends nothing for a while, or no more: its trial, if it has one, is another's, and so is tending.
    func leave(_ lane: Int) {
        switch light {
        case .trial(let holder) where holder == lane: light = .trial(nil)
        // Where lane 0 finds nothing more, the others will not either.
        case .first where lane == 0: light = .open
        // Nor will it come back when the server does: one of the others tries then, or finds nothing to try.
        case .closed where lane == 0: awaitsFirst = false
        case .first, .trial, .open, .closed: break
        }
        wakeAll()
    }

    /// Nothing is sent from now on. The first reason is the one that counts.
    func stop(_ error: any Error) {
        if stopped == nil { stopped = error }
        interruption?.cancel()
        wakeAll()
    }

    /// Nobody waits for the server any longer.
    func drain() {
        isDraining = true
        interruption?.cancel()
        wakeAll()
    }

    private var unavailable: APIError {
        .stayedUnavailable(origin: origin, reason: reason, seconds: patience)
    }

    private func tend() async {
        while case .closed = light, stopped == nil, !isDraining, !Task.isCancelled {
            let now = clock.now
            let deadline = (troubleSince ?? now) + .seconds(patience)
            guard now < deadline else { return stop(unavailable) }
            // The last probe falls on the end of our patience; a wait that the server asked for is kept whole.
            var delay = min(timing.jittered(failures: failures), now.duration(to: deadline))
            if let notBefore, notBefore > now {
                delay = max(delay, now.duration(to: notBefore) + timing.backoff * Double.random(in: 0...0.1))
            }
            if delay > .zero {
                await note(.waiting(reason: reason, seconds: delay / .seconds(1)))
                _ = await interruptible { [clock, delay] in
                    try? await clock.sleep(for: delay)
                    return .up
                }
            }
            guard stopped == nil, !isDraining, !Task.isCancelled else { return }
            if needsProbe {
                switch await interruptible(probe) {
                case .up: break
                case .stop(let error): return stop(error)
                case .down(let reason, let wait):
                    failures += 1
                    self.reason = reason
                    if let wait {
                        guard wait <= AnswerBook.longestWait else { return stop(APIError.waitTooLong(seconds: wait)) }
                        notBefore = clock.now + .seconds(wait)
                    }
                    continue
                }
            }
            // Another answer may have asked for more time meanwhile.
            if let notBefore, notBefore > clock.now { continue }
            needsProbe = false
            notBefore = nil
            light = awaitsFirst ? .first : .trial(nil)
            await note(.resumed)
        }
    }

    /// Runs something that a stop or a drain may cut off.
    private func interruptible(_ body: @escaping @Sendable () async -> Probe) async -> Probe {
        guard stopped == nil, !isDraining else { return .down(reason: reason, wait: nil) }
        let task = Task { await body() }
        interruption = task
        defer { interruption = nil }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func waitForChange(_ lane: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled { continuation.resume() } else { waiting[lane] = continuation }
            }
        } onCancel: {
            Task { await self.wake(lane) }
        }
    }

    private func refresh() {
        var isOpen = false
        if case .open = light { isOpen = stopped == nil && troubleSince == nil }
        isPlain.store(isOpen, ordering: .releasing)
    }

    private func wake(_ lane: Int) { waiting.removeValue(forKey: lane)?.resume() }

    private func wakeAll() {
        let all = waiting.values
        waiting = [:]
        for continuation in all { continuation.resume() }
    }
}
