import ImportCore
import Synchronization

/// What a server holds, whatever becomes of the processes that write to it: how often each message was created.
final class Server: Sendable {
    private let applied = Mutex<[String: [String]]>([:])

    func create(_ message: String) -> String {
        applied.withLock { applied in
            let id = "\(message) #\(applied[message, default: []].count + 1)"
            applied[message, default: []].append(id)
            return id
        }
    }

    func id(of digest: [UInt8]?) -> String? {
        applied.withLock { applied in
            applied.first { RequestContent.digest($0.key.utf8) == digest }?.value.first
        }
    }

    var counts: [String: Int] { applied.withLock { $0.mapValues(\.count) } }
}

/// A destination that follows a seeded script: three lanes, whose answers come, get lost, or are refusals.
struct ScriptedDestination: Destination {
    let server: Server
    /// One in so many requests meets each kind of trouble; nil for none.
    let trouble: Int?
    let random: SharedRandom
    /// Refused whenever they are sent.
    var refused: Set<String> = []
    var sent: @Sendable () -> Void = {}
    /// Messages that may be sent in the one month that there is; nil where nobody asks.
    var budget: Int?

    /// It takes the messages and is said to lose them: so what is lost can be counted by what is there.
    var traits: DestinationTraits {
        DestinationTraits(fidelity: Fidelity(exceptions: [.initialMessage: .init(.lost)]))
    }

    func prepare() async throws -> String { "script" }

    func write(_ feed: any ConversationFeed, journal: any Journal) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    while let turn = try await feed.next() { try await send(turn, journal) }
                }
            }
            // `waitForAll` would let the others go on when one has failed, and they may wait for it.
            while try await group.next() != nil {}
        }
    }

    private func send(_ turn: PendingConversation, _ journal: any Journal) async throws {
        let conversation = turn.conversation
        let message = conversation.text(.initialMessage) ?? ""
        var attempt = turn.attempt
        while true {
            try await ask(for: conversation.id, journal)
            var entry = AttemptEntry(
                record: conversation.id, state: .intent, attempt: attempt,
                keyFingerprint: conversation.keyFingerprint, startedAt: 1, content: RequestContent(of: conversation))
            try await journal.record([entry])
            sent()
            for _ in 0..<random.int(0...3) { await Task.yield() }
            if refused.contains(conversation.key) {
                entry.state = .refused
                entry.code = .refused
                entry.detail = "no"
            } else if hasTrouble {
                entry.state = .released
            } else if hasTrouble {
                entry.state = .inDoubt
                if random.int(0...1) == 0 { _ = server.create(message) }
            } else {
                entry.state = .done
                entry.remoteID = server.create(message)
            }
            if entry.state != .inDoubt { entry.content = nil }
            try await journal.record([entry])
            guard entry.state == .released else { return }
            attempt += 1
        }
    }

    private func ask(for record: RecordID, _ journal: any Journal) async throws {
        guard let budget else { return }
        while true {
            switch await journal.promiseMessage(
                of: record, in: CalendarMonth(year: 2026, month: 11), budget: budget)
            {
            case .given: return
            case .undecided:
                // The lane whose answer would decide may have died with its process.
                try Task.checkCancellation()
                await Task.yield()
            case .usedUp: throw BudgetUsed()
            }
        }
    }

    func settle(
        _ doubts: [AttemptEntry], in context: SettlingContext, journal: any Journal
    ) async throws -> [OpenDoubt] {
        var open: [OpenDoubt] = []
        for doubt in doubts {
            var entry = doubt
            if hasTrouble {
                entry.state = .inDoubt
            } else {
                entry.remoteID = server.id(of: doubt.content?.messageDigest)
                entry.state = entry.remoteID == nil ? .released : .done
                entry.content = nil
            }
            // While others are on their way, only what is found is settled.
            if context.isUnderWay && entry.state != .done { continue }
            for _ in 0..<random.int(0...9) where context.isUnderWay { await Task.yield() }
            try await journal.record([entry])
            if entry.state == .inDoubt { open.append(OpenDoubt(entry: entry)) }
        }
        return open
    }

    func requestCounts() async -> Books.Requests { Books().requests }
    func shutdown() async throws {}

    private var hasTrouble: Bool { trouble.map { random.int(0...($0 - 1)) == 0 } ?? false }
}

struct BudgetUsed: PresentableError {
    var report: FailureReport { FailureReport(.quota, "the budget is used up") }
}

/// Seeded numbers that several tasks take.
final class SharedRandom: Sendable {
    private let state: Mutex<UInt64>

    init(seed: UInt64) { state = Mutex(seed) }

    func int(_ range: ClosedRange<Int>) -> Int {
        let bits = state.withLock { state in
            // SplitMix64.
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
        return range.lowerBound + Int(bits % UInt64(range.count))
    }
}

/// Does something once, at its last step.
final class Countdown: Sendable {
    private let left: Mutex<Int?>
    private let action: @Sendable () -> Void

    init(_ steps: Int?, _ action: @escaping @Sendable () -> Void) {
        left = Mutex(steps)
        self.action = action
    }

    func step() {
        let isLast = left.withLock { left in
            guard let count = left else { return false }
            left = count - 1
            return count == 1
        }
        if isLast { action() }
    }
}
