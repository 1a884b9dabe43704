import ImportTestSupport
@testable import PingBackAPI

/// Lanes that send at an `AdaptivePace` to a server with a limit, in a time that nobody waits for.
///
/// It keeps the order of a real lane: a turn, the disk, leave to send, the request. A refused request costs a pause of a
/// whole second for all, after which one goes alone until it is answered.
struct PaceSimulation {
    enum Kind: Sendable {
        /// So many in each whole second, by the server's clock.
        case window
        /// A bucket that holds `size`, and gets `limit` a second.
        case bucket(size: Double)
        /// `limit` side by side.
        case sideBySide
    }

    /// What a server allows, from a second on.
    struct Step: Sendable {
        var from: Double
        var limit: Double
    }

    struct Result {
        /// Accepted, as a share of what was possible, in the seconds that count.
        var goodput: Double
        /// Refused, as a share of all sent, from the first second on.
        var refused: Double
    }

    private enum Event {
        case ready(Int)
        case turn
        case send(Int)
        case arrive(Int, place: Int)
        case answer(Int, place: Int, isAccepted: Bool, wasWorkedOn: Bool)
        case reopen
    }

    private enum Light: Equatable {
        case open, closed
        case trial(Int?)
    }

    let kind: Kind
    let steps: [Step]
    /// How long the server works on a request, in seconds; up to a tenth more, at random.
    let latency: Double
    private let lanes: Int
    /// From request to answer beside that, and from a turn to the request, in seconds: loopback and a disk's sync.
    private let travel = 0.0005
    private let sync = 0.0015
    /// Requests that are sent together arrive in any order, within so many seconds.
    private let disorder = 0.002

    private let start = ContinuousClock.now
    private var pace: AdaptivePace
    private var events = EventHeap<Event>()
    private var random: SeededRandom
    private var now = 0.0

    private var light = Light.trial(nil)
    private var closedUntil = 0.0
    private var atGate: [Int] = []
    private var line: [Int] = []
    private var isPacing = false
    private var senders: [Int] = []
    private var underWay = 0

    private var window = -1.0
    private var inWindow = 0.0
    private var tokens = 0.0
    private var filled = 0.0
    private var atWork = 0.0
    private let phase: Double

    private var accepted: [Double] = []
    private var refusedCount = 0

    init(_ kind: Kind, _ steps: [Step], latency: Double, lanes: Int, seed: UInt64) {
        self.kind = kind
        self.steps = steps
        self.latency = latency
        self.lanes = lanes
        pace = AdaptivePace(rate: nil, concurrency: lanes)
        random = SeededRandom(seed: seed)
        phase = random.share()
        if case .bucket(let size) = kind { tokens = size }
        for lane in 0..<lanes { events.push(0, .ready(lane)) }
    }

    /// Runs for so many virtual seconds; the first 10 and those from a change of the limit to 10 s later do not count.
    mutating func run(seconds: Double = 180) -> Result {
        while let (time, event) = events.pop(), time <= seconds {
            now = time
            handle(event)
        }
        let changes = steps.dropFirst().map(\.from)
        func counts(_ time: Double) -> Bool {
            time >= 10 && !changes.contains { time >= $0 && time < $0 + 10 }
        }
        let possible = stride(from: 0, to: seconds, by: 0.01).filter(counts).reduce(0) {
            $0 + possibleRate(at: $1) * 0.01
        }
        return Result(
            goodput: Double(accepted.count(where: counts)) / possible,
            refused: Double(refusedCount) / Double(refusedCount + accepted.count))
    }

    private var instant: ContinuousClock.Instant { start + .seconds(now) }

    private func limit(at time: Double) -> Double { steps.last { $0.from <= time }?.limit ?? 0 }

    private func possibleRate(at time: Double) -> Double {
        if case .sideBySide = kind { return min(limit(at: time), Double(lanes)) / (latency * 1.05) }
        return limit(at: time)
    }

    // MARK: - The lanes

    private mutating func handle(_ event: Event) {
        switch event {
        case .ready(let lane):
            guard mayPass(lane) else { return atGate.append(lane) }
            line.append(lane)
            if !isPacing { nextTurn() }
        case .turn: grantTurn()
        case .send(let lane): send(lane)
        case .arrive(let lane, let place):
            if admits() {
                let work = latency * (1 + 0.1 * random.share())
                events.push(now + work, .answer(lane, place: place, isAccepted: true, wasWorkedOn: true))
            } else {
                events.push(now + travel / 2, .answer(lane, place: place, isAccepted: false, wasWorkedOn: false))
            }
        case .answer(let lane, let place, let isAccepted, let wasWorkedOn):
            if wasWorkedOn { atWork -= 1 }
            answered(lane, place, isAccepted)
        case .reopen:
            guard light == .closed, now >= closedUntil else { return }
            light = .trial(nil)
            wakeGate()
        }
    }

    private mutating func mayPass(_ lane: Int) -> Bool {
        switch light {
        case .open: return true
        case .closed: return false
        case .trial(nil):
            light = .trial(lane)
            return true
        case .trial(let holder): return holder == lane
        }
    }

    private mutating func nextTurn() {
        isPacing = !line.isEmpty
        guard isPacing else { return }
        let due = start.duration(to: pace.reserve(now: instant)) / .seconds(1)
        // A timer is late by up to a millisecond.
        events.push(due > now ? due + 0.001 * random.share() : now, .turn)
    }

    private mutating func grantTurn() {
        let lane = line.removeFirst()
        events.push(now + sync * (0.5 + random.share()), .send(lane))
        nextTurn()
    }

    private mutating func send(_ lane: Int) {
        guard mayPass(lane) else { return atGate.append(lane) }
        guard underWay < pace.mostUnderWay else { return senders.append(lane) }
        underWay += 1
        pace.begin(underWay, now: instant)
        events.push(now + travel / 2 + disorder * random.share(), .arrive(lane, place: underWay))
    }

    private mutating func answered(_ lane: Int, _ place: Int, _ isAccepted: Bool) {
        underWay -= 1
        if isAccepted {
            accepted.append(now)
            pace.end(place, .accepted, now: instant)
            if light == .trial(lane) {
                light = .open
                wakeGate()
            }
        } else {
            refusedCount += 1
            pace.end(place, .refused(pause: .seconds(1), leavesDoubt: false), now: instant)
            light = .closed
            closedUntil = max(closedUntil, now + 1)
            events.push(closedUntil + 0.1 * random.share(), .reopen)
        }
        let waiting = senders
        senders = []
        for sender in waiting { send(sender) }
        events.push(now, .ready(lane))
    }

    private mutating func wakeGate() {
        for lane in atGate { events.push(now, .ready(lane)) }
        atGate = []
    }

    // MARK: - The server

    private mutating func admits() -> Bool {
        let limit = limit(at: now)
        switch kind {
        case .window:
            let second = (now + phase).rounded(.down)
            if second != window { (window, inWindow) = (second, 0) }
            guard inWindow < limit else { return false }
            inWindow += 1
        case .bucket(let size):
            tokens = min(size, tokens + (now - filled) * limit)
            filled = now
            guard tokens >= 1 else { return false }
            tokens -= 1
        case .sideBySide:
            guard atWork < limit else { return false }
        }
        atWork += 1
        return true
    }
}

/// Events by time, those of the same time in the order they came.
struct EventHeap<Event> {
    private var items: [(time: Double, order: Int, event: Event)] = []
    private var count = 0

    mutating func push(_ time: Double, _ event: Event) {
        items.append((time, count, event))
        count += 1
        var child = items.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> (Double, Event)? {
        guard !items.isEmpty else { return nil }
        items.swapAt(0, items.count - 1)
        let last = items.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && precedes(child, least) {
                least = child
            }
            if least == parent { break }
            items.swapAt(parent, least)
            parent = least
        }
        return (last.time, last.event)
    }

    private func precedes(_ one: Int, _ other: Int) -> Bool {
        (items[one].time, items[one].order) < (items[other].time, items[other].order)
    }
}

extension SeededRandom {
    /// From 0 to below 1, of the number's upper 53 bits.
    fileprivate mutating func share() -> Double { Double(next() >> 11) / Double(1 << 53) }
}
