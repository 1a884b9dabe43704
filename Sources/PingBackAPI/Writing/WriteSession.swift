import ImportCore
import Synchronization

/// What the lanes of one `write` share.
final class WriteSession: Sendable {
    let client: PingBackClient
    let book: AnswerBook
    let gate: Gate
    let order: CustomerOrder
    let journal: any Journal
    let throttle: Throttle
    let allowance: SendingAllowance
    let pause: SendingPause
    let assigning: APIOptions.Assigning
    private let assignments: AssignmentRecord
    private let feed: any ConversationFeed
    private let echoes: Mutex<EchoCheck>
    private let refusals: Mutex<RefusalStreak>
    private let budget = Mutex(RetryBudget())
    private let shortestWait: Duration
    private let onCreated: @Sendable (Exchange) async throws -> Void
    private let onDoubt: @Sendable () -> Void
    /// What idempotency keys of this run begin with, before they are hashed.
    private let keyPrefix: [UInt8]

    init(
        client: PingBackClient, book: AnswerBook, echoes: EchoCheck, gate: Gate, feed: any ConversationFeed,
        journal: any Journal, options: APIOptions, timing: Timing, assignments: AssignmentRecord,
        onCreated: @escaping @Sendable (Exchange) async throws -> Void, onDoubt: @escaping @Sendable () -> Void
    ) {
        self.client = client
        self.book = book
        self.echoes = Mutex(echoes)
        self.gate = gate
        self.feed = feed
        order = CustomerOrder(feed)
        self.journal = journal
        assigning = options.assigning
        allowance = SendingAllowance(
            options, journal: journal, serverClock: client.serverClock, wallClock: timing.wallClock)
        pause = SendingPause(
            allowance, waits: options.waits, gate: gate, wallClock: timing.wallClock, note: { await journal.note($0) })
        self.assignments = assignments
        throttle = Throttle(rate: options.rate, concurrency: options.concurrency)
        shortestWait = timing.shortestWait
        refusals = Mutex(RefusalStreak(hasAccepted: feed.followsSuccess))
        self.onCreated = onCreated
        self.onDoubt = onDoubt
        keyPrefix = Array("\(feed.runID)/".utf8)
    }

    /// Runs the lanes until the feed is at its end, the run drains, or something stops it; nothing is in flight then.
    func run(lanes: Int) async throws {
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { outer in
                outer.addTask { [feed, gate] in
                    await feed.draining()
                    guard !Task.isCancelled else { return }
                    await gate.drain()
                    self.close()
                }
                await withDiscardingTaskGroup { group in
                    for number in 0..<max(lanes, 1) {
                        group.addTask(executorPreference: client.executor) {
                            await Lane(number: number, session: self).run()
                        }
                    }
                }
                outer.cancelAll()
            }
        } onCancel: {
            close()
        }
        if let error = await gate.stopped { throw error }
        try Task.checkCancellation()
    }

    /// Whether what is taken and not sent yet is to be left where it is.
    var isDraining: Bool { get async { await feed.isDraining } }

    /// Nothing more is handed out: lanes that wait get nothing, those that send finish.
    func close() {
        order.close()
        throttle.close()
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

    /// How the later steps of a conversation are taken.
    var stepTaking: StepTaking {
        StepTaking(
            client: client, gate: gate, assigning: assigning, record: assignments, token: book.token,
            throttle: throttle, throttled: { [self] in throttled($0, false) },
            takeRetry: { [self] in takeRetry() })
    }

    func accepted() { refusals.withLock { $0.accepted() } }

    func check(_ echo: CreationEcho, _ exchange: Exchange, of request: CreateRequest) -> EchoCheck.Finding {
        echoes.withLock { $0.check(echo, body: exchange.answer?.body, of: request) }
    }

    func refused(status: Int, words: String) -> APIError? {
        refusals.withLock { $0.refused(status: status, words: words) }
    }

    /// Takes one retry from the budget; the error to stop with when there is none left.
    func takeRetry() -> APIError? {
        let sent = client.createsSent
        return budget.withLock { $0.take(sent: sent) ? nil : .retriesUsed(count: $0.used) }
    }

    /// How a request ended that met a limit of the server's.
    func throttled(_ pause: Meaning.Pause, _ leavesDoubt: Bool) -> AdaptivePace.Ending {
        switch pause {
        case .seconds(let seconds):
            .refused(pause: max(.seconds(seconds), shortestWait), leavesDoubt: leavesDoubt)
        case .untilProbed: .refused(pause: shortestWait, leavesDoubt: leavesDoubt)
        }
    }

    func doubted() { onDoubt() }

    /// A request was fulfilled by this exchange.
    func created(by exchange: Exchange) async throws { try await onCreated(exchange) }

    /// The same for the same record in every process of a run, for no two records, and telling nothing of its key.
    func idempotencyKey(of conversation: Conversation) -> String {
        var parts = keyPrefix
        parts += "\(conversation.keyFingerprint)/".utf8
        conversation.withBytes(.key) { parts += $0 }
        let digest = RequestContent.digest(parts)
        return String(unsafeUninitializedCapacity: 32) { text in
            for index in 0..<32 {
                let digit = index.isMultiple(of: 2) ? digest[index / 2] >> 4 : digest[index / 2] & 15
                text[index] = digit < 10 ? 0x30 + digit : 0x57 + digit
            }
            return 32
        }
    }
}
