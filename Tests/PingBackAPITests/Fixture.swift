import Foundation
import ImportCore
import Synchronization

@testable import PingBackAPI

/// The parts of a run that surround a destination: conversations, a feed, and a way to make the destination.
enum Fixture {
    static let business = "b2c3d4e5-f6a7-8901-bcde-f12345678901"
    static let token = "canary-token"

    /// Conversations number 1, 2, …; each with the message `message N` unless told otherwise.
    static func conversations(
        _ count: Int, message: (Int) -> String? = { "message \($0)" }, customer: (Int) -> String? = { _ in nil },
        status: (Int) -> ConversationStatus? = { _ in nil }, assignee: (Int) -> String? = { _ in nil }
    ) -> [Conversation] {
        var records = RecordBatch(columnCount: 0)
        var messages: [ByteRange] = []
        var customers: [ByteRange] = []
        var assignees: [ByteRange] = []
        func append(_ text: String?) -> ByteRange {
            guard let text else { return .none }
            let range = ByteRange(offset: records.slab.count, length: text.utf8.count)
            records.slab += Array(text.utf8)
            return range
        }
        for index in 0..<count {
            records.records.append(
                RecordBatch.Record(place: Place(file: 0, line: index, record: index, offset: index), raw: .none))
            messages.append(append(message(index + 1)))
            customers.append(append(customer(index + 1)))
            assignees.append(append(assignee(index + 1)))
        }
        var drafts = DraftBatch(records: records)
        drafts.texts[TextField.initialMessage.rawValue] = messages
        drafts.texts[TextField.customerID.rawValue] = customers
        drafts.texts[TextField.assigneeID.rawValue] = assignees
        drafts.statuses = (0..<count).map { status($0 + 1)?.rawValue ?? 0 }
        let batch = ConversationBatch(
            ValidatedBatch(
                drafts: drafts, valid: Array(0..<count), findings: [],
                keyFingerprints: (0..<count).map { KeyFingerprint(low: UInt64($0 + 1), high: 0) }),
            businessID: business, span: BatchSpan(start: .start, end: .start))
        return (0..<count).map { batch.conversation(at: $0) }
    }

    static func record(_ number: Int) -> RecordID { RecordID(file: 0, number: number) }

    /// The entry of a request for `conversation` whose answer was lost `ago` milliseconds before now.
    static func doubt(_ conversation: Conversation, ago: Int64 = 1000) -> AttemptEntry {
        AttemptEntry(
            record: conversation.id, state: .intent, attempt: 1, keyFingerprint: conversation.keyFingerprint,
            startedAt: WallClock.milliseconds() - ago, content: RequestContent(of: conversation))
    }

    /// What settling is told of a run in which nothing is under way.
    static func context(known: Set<String> = [], traces: OwnTraces = OwnTraces()) -> SettlingContext {
        SettlingContext(traces: traces) { KnownAttempts(ids: known) }
    }

    /// Waits short enough for tests.
    static var timing: Timing {
        var timing = Timing()
        timing.backoff = .milliseconds(2)
        timing.backoffCap = .milliseconds(20)
        timing.shortestWait = .milliseconds(5)
        timing.preflightBackoff = .milliseconds(1)
        timing.lookInterval = .milliseconds(5)
        timing.doubtWindow = .milliseconds(5)
        return timing
    }

    /// Lends a destination that is shut down afterwards.
    static func withDestination<Result: Sendable>(
        _ url: String, name: String = "sandbox", assigns: Bool = false, environment: [String: String] = [:],
        timing adjust: (inout Timing) -> Void = { _ in },
        change: (inout APIOptions) -> Void = { _ in },
        _ body: (APIDestination) async throws -> Result
    ) async throws -> Result {
        var options = APIOptions()
        options.url = url
        options.token = Secret(token)
        options.concurrency = 1
        options.timeout = 5
        options.patience = 60
        options.doubts.settleAfter = 0
        change(&options)
        var timing = timing
        adjust(&timing)
        let destination = try APIDestination(
            options: options, businessID: business, name: name, assigns: assigns, environment: environment,
            timing: timing)
        let result: Result
        do {
            result = try await body(destination)
        } catch {
            try await destination.shutdown()
            throw error
        }
        try await destination.shutdown()
        return result
    }

    /// Writes the conversations and returns the status that stopped it; nil for a write that came to its end.
    static func write(
        _ conversations: [Conversation], to server: ScriptedServer, journal: RecordingJournal,
        followsSuccess: Bool = false, change: (inout APIOptions) -> Void = { _ in }
    ) async throws -> FailureReport? {
        try await withDestination(server.url, change: change) { destination in
            do {
                try await destination.write(
                    ListFeed(conversations, followsSuccess: followsSuccess), journal: journal)
                return nil
            } catch let error as any PresentableError {
                return error.report
            }
        }
    }
}

/// A feed of a list. Drains when asked to.
final class ListFeed: ConversationFeed {
    let followsSuccess: Bool
    let runID = "8f6f3c1e-5c3e-4d6b-9a57-0c2f3b1f9d11"
    private let rest: Mutex<[PendingConversation]>
    private let drained = Mutex(false)

    init(_ conversations: [Conversation], followsSuccess: Bool = false) {
        self.followsSuccess = followsSuccess
        rest = Mutex(conversations.map { PendingConversation($0) })
    }

    func next() async throws -> PendingConversation? { take() }
    func nextIfReady() async throws -> PendingConversation? { take() }

    func drain() { drained.withLock { $0 = true } }

    func draining() async {
        while !Task.isCancelled, !drained.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(1)) }
    }

    private func take() -> PendingConversation? {
        if drained.withLock({ $0 }) { return nil }
        return rest.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
}

/// A journal that keeps what it is told, call by call, after a moment in which nothing counts as durable yet.
final class RecordingJournal: Journal {
    struct DiskFull: Error {}

    private let state = Mutex((calls: [[AttemptEntry]](), events: [DestinationEvent]()))
    private let kept = Mutex([OwnTraces]())
    /// After so many calls every further one fails.
    private let capacity: Int

    init(capacity: Int = .max) { self.capacity = capacity }

    func record(_ entries: [AttemptEntry]) async throws {
        try await Task.sleep(for: .microseconds(200))
        try state.withLock {
            guard $0.calls.count < capacity else { throw DiskFull() }
            $0.calls.append(entries)
        }
    }

    func traces() async -> OwnTraces { kept.withLock { $0.last ?? OwnTraces() } }
    func keep(_ traces: OwnTraces) async throws { kept.withLock { $0.append(traces) } }

    func note(_ event: DestinationEvent) async { state.withLock { $0.events.append(event) } }

    var calls: [[AttemptEntry]] { state.withLock { $0.calls } }
    var entries: [AttemptEntry] { calls.flatMap(\.self) }
    var events: [DestinationEvent] { state.withLock { $0.events } }

    /// The entries of one record, in order.
    func history(_ number: Int) -> [AttemptEntry] { entries.filter { $0.record == Fixture.record(number) } }

    func last(_ number: Int) -> AttemptEntry? { history(number).last }

    /// How many records stand in each state at the end.
    var standing: [AttemptState: Int] {
        var last: [RecordID: AttemptState] = [:]
        for entry in entries { last[entry.record] = entry.state }
        return Dictionary(last.values.map { ($0, 1) }, uniquingKeysWith: +)
    }
}

extension ScriptedServer.Arrival {
    /// The N of a body whose message is `message N`.
    var messageNumber: Int? {
        body.components(separatedBy: "message ").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) }
    }
}
