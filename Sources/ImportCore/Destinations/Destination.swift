/// Where conversations go. Small on purpose: what only some destinations can do is a protocol of its own.
package protocol Destination: Sendable {
    var traits: DestinationTraits { get }

    /// What a checkpoint binds to: scheme, host, port and business, or the id of a sandbox's data. Never credentials.
    /// Also the preflight: throws where the destination cannot be reached, refuses us, or is not what the plan says.
    func prepare() async throws -> String

    /// Writes every conversation of the feed, and tells the journal of each intent and outcome. Returns when the feed
    /// is at its end and nothing is in flight; throws a `PresentableError` after draining when it has to stop.
    func write(_ feed: any ConversationFeed, journal: any Journal) async throws

    /// Finds out what became of requests whose answers were lost, and tells the journal: `done` with the id found,
    /// `released` where the plan lets an absent one be sent again, or `inDoubt`. While requests are under way (see
    /// `SettlingContext`) it tells of what it found only.
    ///
    /// - Returns: those that stay in doubt; empty while requests are under way.
    func settle(
        _ doubts: [AttemptEntry], in context: SettlingContext, journal: any Journal
    ) async throws -> [OpenDoubt]

    /// What a person should know before anything is written; asked for after `prepare`.
    func notices() async -> [String]

    /// What `prepare` saw there, in a few lines without anybody's data.
    func findings() async -> [String]

    /// What was sent in this process.
    func requestCounts() async -> Books.Requests

    /// Customers that the run created, in all its processes; nil where the destination creates none.
    func createdCustomers() async -> Int?

    func shutdown() async throws
}

extension Destination {
    package var traits: DestinationTraits { DestinationTraits() }

    package func notices() async -> [String] { [] }

    package func findings() async -> [String] { [] }

    package func createdCustomers() async -> Int? { nil }
}

/// What a run has to know of a kind of destination.
package struct DestinationTraits: Sendable {
    /// Whether the destination itself remembers what is in, so that the checkpoint needs no row for each record.
    package var keepsLedger: Bool
    /// Whether it holds all messages of a conversation, or only the opening one.
    package var carriesHistory: Bool
    /// What becomes of each field.
    package var fidelity: Fidelity

    package init(keepsLedger: Bool = false, carriesHistory: Bool = false, fidelity: Fidelity = Fidelity()) {
        self.keepsLedger = keepsLedger
        self.carriesHistory = carriesHistory
        self.fidelity = fidelity
    }
}

/// A conversation whose turn it is, and how often it has been tried.
package struct PendingConversation: Sendable {
    package let conversation: Conversation
    /// Which attempt this one is, from 1. A conversation fed again, after it was released, goes on counting.
    package let attempt: Int

    package init(_ conversation: Conversation, attempt: Int = 1) {
        self.conversation = conversation
        self.attempt = attempt
    }
}

/// Conversations in file order, pulled one by one.
///
/// What a destination took from the feed and wrote no entry about was not sent.
package protocol ConversationFeed: Sendable {
    /// Whether an earlier process of this run already had something accepted: then the destination is known to take
    /// what we send, and a refusal is about one record rather than about the plan.
    var followsSuccess: Bool { get }

    /// The run that the conversations belong to.
    var runID: String { get }

    /// Where the run stood when the feed began: the outcome of every record before it is known.
    var position: SourcePosition { get }

    /// Whether it brings records from the position on alone, or others, too.
    var input: RunInput { get }

    /// The next conversation; nil at the end, or when the run drains. May wait for outcomes of those handed out before,
    /// so nobody calls it while holding an outcome that the journal does not have yet.
    func next() async throws -> PendingConversation?

    /// The next conversation if it is at hand, without waiting; nil also at the end. With it a destination writes an
    /// outcome and the next intent down together.
    func nextIfReady() async throws -> PendingConversation?

    /// The next conversations at hand, so many at most, without waiting; empty also at the end.
    func nextIfReady(atMost count: Int) async throws -> [PendingConversation]

    /// The next conversations at hand, so many at most; waits for the first. Empty at the end, or when the run drains.
    func next(atMost count: Int) async throws -> [PendingConversation]

    /// Whether the run drains: what was taken and is not under way yet is then left where it is.
    var isDraining: Bool { get async }

    /// Returns when the run drains, or when the task is cancelled: what waits for a server then waits no longer.
    func draining() async
}

extension ConversationFeed {
    package var position: SourcePosition { .start }

    package var input: RunInput { .source }

    package func nextIfReady() async throws -> PendingConversation? { nil }

    package func nextIfReady(atMost count: Int) async throws -> [PendingConversation] {
        var taken: [PendingConversation] = []
        while taken.count < count, let next = try await nextIfReady() { taken.append(next) }
        return taken
    }

    package func next(atMost count: Int) async throws -> [PendingConversation] {
        var taken: [PendingConversation] = []
        while taken.count < count {
            guard let next = taken.isEmpty ? try await next() : try await nextIfReady() else { break }
            taken.append(next)
        }
        return taken
    }

    package var isDraining: Bool { false }

    package func draining() async {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    }
}

/// Where a destination writes down what it is about to do and what became of it. Fulfilled by the run, over the
/// checkpoint.
package protocol Journal: Sendable {
    /// Returns when all entries are durable. Throws when they cannot be made so: then nothing more may be sent.
    func record(_ entries: [AttemptEntry]) async throws

    /// Whether the opening message of a record may be sent, by the plan's budget for a month. What is promised so is
    /// counted from the record's intent on.
    ///
    /// - Parameters:
    ///   - month: of the server's clock.
    ///   - budget: nil where the plan has none; the message is counted all the same.
    func promiseMessage(of record: RecordID, in month: CalendarMonth, budget: Int?) async -> MessagePromise

    /// Something worth a line of the log or the progress display: a gate closed, a wait.
    func note(_ event: DestinationEvent) async

    /// What the run's own writing is known to look like.
    func traces() async -> OwnTraces

    /// Keeps what was learnt of it. Returns when that is durable.
    func keep(_ traces: OwnTraces) async throws
}

extension Journal {
    package func traces() async -> OwnTraces { OwnTraces() }

    package func keep(_ traces: OwnTraces) async throws {}
}

extension Journal {
    package func promiseMessage(
        of record: RecordID, in month: CalendarMonth, budget: Int?
    ) async -> MessagePromise { .given }
}

package enum DestinationEvent: Sendable, Equatable {
    /// Requests wait until the server answers again; `reason` without data of anybody's.
    case waiting(reason: String, seconds: Double)
    case resumed
    /// The plan holds requests back, until a moment in seconds since 1970; `reason` goes on after "waiting for".
    case holding(reason: String, until: Int)
    case goingOn
    case settling(doubts: Int, seconds: Double)
    /// A longer step of the destination's own begins or is done; in words without data of anybody's.
    case step(String)
    /// Something odd that stops nothing, said once; without data of anybody's.
    case remark(String)
}
