import ImportCore
import Synchronization

/// What the lanes of one `write` share.
final class WriteSession: Sendable {
    let client: PingBackClient
    let book: AnswerBook
    let gate: Gate
    let feed: any ConversationFeed
    let journal: any Journal
    let assigning: APIOptions.Assigning
    let allowance: SendingAllowance
    let pause: SendingPause
    private let assignments: AssignmentRecord
    private let pacer: Mutex<Pacer?>
    private let refusals: Mutex<RefusalStreak>
    private let budget = Mutex(RetryBudget())
    private let onCreated: @Sendable (Exchange) async throws -> Void
    private let onDoubt: @Sendable () -> Void

    init(
        client: PingBackClient, book: AnswerBook, gate: Gate, feed: any ConversationFeed, journal: any Journal,
        options: APIOptions, timing: Timing, assignments: AssignmentRecord,
        onCreated: @escaping @Sendable (Exchange) async throws -> Void, onDoubt: @escaping @Sendable () -> Void
    ) {
        self.client = client
        self.book = book
        self.gate = gate
        self.feed = feed
        self.journal = journal
        assigning = options.assigning
        allowance = SendingAllowance(
            options, journal: journal, serverClock: client.serverClock, wallClock: timing.wallClock)
        pause = SendingPause(
            allowance, waits: options.waits, gate: gate, wallClock: timing.wallClock, note: { await journal.note($0) })
        self.assignments = assignments
        pacer = Mutex(options.rate.map { Pacer(rate: $0) })
        refusals = Mutex(RefusalStreak(hasAccepted: feed.followsSuccess))
        self.onCreated = onCreated
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

    /// Takes steps that are left to be done, those of one conversation in their order, so many conversations at once.
    func take(_ steps: [AttemptEntry], lanes: Int, control: RunControl) async throws {
        let waiting = WaitingSteps(steps)
        await withDiscardingTaskGroup { group in
            for lane in 0..<max(lanes, 1) {
                group.addTask {
                    do {
                        while control.stopReason == nil, await self.gate.pass(lane) {
                            if let hold = self.allowance.windowHold, !(await self.pause.sitOut(hold)) { break }
                            guard let next = waiting.next() else { break }
                            let taken = try await self.stepTaking.take(next, mayBeDone: true, lane: lane) {
                                try await self.journal.record($0)
                            }
                            if !taken.isEmpty { try await self.journal.record(taken) }
                        }
                    } catch {
                        await self.gate.stop(error)
                    }
                    await self.gate.leave(lane)
                }
            }
        }
        if let error = await gate.stopped { throw error }
        try Task.checkCancellation()
    }

    /// When the next request is due; nil without a rate limit.
    func reserveTurn() -> ContinuousClock.Instant? { pacer.withLock { $0?.reserve(now: .now) } }

    /// How the later steps of a conversation are taken.
    var stepTaking: StepTaking {
        StepTaking(
            client: client, gate: gate, assigning: assigning, record: assignments, token: book.token,
            pace: { [self] in
                if let turn = reserveTurn(), turn > .now { try await Task.sleep(until: turn, clock: .continuous) }
            },
            takeRetry: { [self] in takeRetry() })
    }

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

    /// A request was fulfilled by this exchange.
    func created(by exchange: Exchange) async throws { try await onCreated(exchange) }
}
