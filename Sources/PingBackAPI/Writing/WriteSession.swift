import ImportCore
import Synchronization

/// What the lanes of one `write` share.
final class WriteSession: Sendable {
    let client: PingBackClient
    let book: AnswerBook
    let gate: Gate
    let feed: any ConversationFeed
    let journal: any Journal
    private let pacer: Mutex<Pacer?>
    private let refusals: Mutex<RefusalStreak>
    private let budget = Mutex(RetryBudget())
    private let onDoubt: @Sendable () -> Void

    init(
        client: PingBackClient, book: AnswerBook, gate: Gate, feed: any ConversationFeed, journal: any Journal,
        rate: Double?, onDoubt: @escaping @Sendable () -> Void
    ) {
        self.client = client
        self.book = book
        self.gate = gate
        self.feed = feed
        self.journal = journal
        pacer = Mutex(rate.map { Pacer(rate: $0) })
        refusals = Mutex(RefusalStreak(hasAccepted: feed.followsSuccess))
        self.onDoubt = onDoubt
    }

    /// Runs the lanes until the feed is at its end, the run drains, or something stops it; nothing is in flight then.
    func run(lanes: Int) async throws {
        await withDiscardingTaskGroup { outer in
            outer.addTask { [feed, gate] in
                await feed.draining()
                if !Task.isCancelled { await gate.drain() }
            }
            await withDiscardingTaskGroup { group in
                for number in 0..<max(lanes, 1) {
                    group.addTask { await Lane(number: number, session: self).run() }
                }
            }
            outer.cancelAll()
        }
        if let error = await gate.stopped { throw error }
        try Task.checkCancellation()
    }

    /// When the next request is due; nil without a rate limit.
    func reserveTurn() -> ContinuousClock.Instant? { pacer.withLock { $0?.reserve(now: .now) } }

    func accepted() { refusals.withLock { $0.accepted() } }

    func refused(status: Int, words: String) -> APIError? {
        refusals.withLock { $0.refused(status: status, words: words) }
    }

    /// Takes one retry from the budget; the error to stop with when there is none left.
    func takeRetry() -> APIError? {
        let sent = client.createsSent
        return budget.withLock { $0.take(sent: sent) ? nil : .retriesUsed(count: $0.used) }
    }

    func doubted() { onDoubt() }
}
