import ImportCore
import NIOCore

/// One of the lanes that send side by side: takes a conversation, makes its intent durable, sends it, and writes down what
/// became of it, until the feed ends or the gate says stop.
///
/// An outcome and the next intent go to the journal together, so that they share one sync of the disk. Whenever the lane
/// has to wait instead (for the gate, the pace, or the feed), the outcome goes first, alone.
struct Lane {
    let number: Int
    let session: WriteSession

    func run() async {
        do {
            try await drive()
        } catch {
            await session.gate.stop(error)
        }
        await session.gate.leave(number)
    }

    private func drive() async throws {
        let (gate, journal) = (session.gate, session.journal)
        // Known, and not yet durable.
        var outcomes: [AttemptEntry] = []
        // Released, and to be sent again by this lane.
        var again: PendingConversation?
        func flush() async throws {
            guard !outcomes.isEmpty else { return }
            let entries = outcomes
            outcomes = []
            try await journal.record(entries)
        }

        while true {
            if !(await gate.isOpen(for: number)) {
                try await flush()
                guard await gate.pass(number) else { break }
            }
            if let turn = session.reserveTurn(), turn > .now {
                try await flush()
                try await Task.sleep(until: turn, clock: .continuous)
            }
            let turn: PendingConversation
            if let released = again {
                turn = released
            } else if let ready = try await session.feed.nextIfReady() {
                turn = ready
            } else {
                try await flush()
                // The feed may wait for other lanes, which must not wait for this one.
                await gate.leave(number)
                guard let next = try await session.feed.next(), await gate.pass(number) else { break }
                turn = next
            }
            again = nil
            // The last look before the intent: the feed or the pace may have taken long.
            if let hold = await session.allowance.hold(on: turn.conversation) {
                try await flush()
                await gate.leave(number)
                guard await session.pause.sitOut(hold) else { break }
                again = turn
                continue
            }

            let intent = AttemptEntry(
                record: turn.conversation.id, state: .intent, attempt: turn.attempt,
                keyFingerprint: turn.conversation.keyFingerprint, startedAt: WallClock.milliseconds(),
                content: RequestContent(
                    of: turn.conversation,
                    later: LaterSteps(of: turn.conversation, assigns: session.assigning != .none)))
            let entries = outcomes + [intent]
            outcomes = []
            try await journal.record(entries)

            // What was seen while the disk worked holds for this request too.
            guard await gate.isOpen(for: number) else {
                outcomes = [intent.becoming(.released)]
                again = PendingConversation(turn.conversation, attempt: turn.attempt + 1)
                continue
            }
            let exchange = await session.client.create(
                ByteBuffer(of: turn.conversation), isRetry: turn.attempt > 1)
            // Cut off from outside: the intent stands, and is in doubt.
            try Task.checkCancellation()
            let judgement = await judge(exchange, of: intent)
            outcomes = [judgement.outcome]
            if judgement.outcome.state == .done, let id = judgement.outcome.remoteID {
                try await session.created(by: exchange)
                let steps = intent.found(as: id).dropFirst()
                let taken = try await session.stepTaking.take(Array(steps), mayBeDone: false, lane: number) {
                    outcomes += $0
                    try await flush()
                }
                outcomes += taken
            }
            if judgement.sendsAgain { again = PendingConversation(turn.conversation, attempt: turn.attempt + 1) }
        }
        try await flush()
    }

    /// What the exchange makes of the record; tells the gate first, so that no other lane sends what must not be sent.
    private func judge(
        _ exchange: Exchange, of intent: AttemptEntry
    ) async -> (outcome: AttemptEntry, sendsAgain: Bool) {
        let gate = session.gate
        switch session.book.meaning(of: exchange) {
        case .created(let id):
            session.accepted()
            await gate.answered(number)
            return (intent.becoming(.done, remoteID: id), false)
        case .misplaced(let id, let error):
            await gate.stop(error)
            return (intent.becoming(.done, remoteID: id), false)
        case .refused(let code, let status, let words):
            if let error = session.refused(status: status, words: words) {
                await gate.stop(error)
                return (intent.becoming(.released), false)
            }
            await gate.answered(number)
            return (intent.becoming(.refused, code: code, detail: words), false)
        case .stop(let error):
            await gate.stop(error)
            return (intent.becoming(.released), false)
        case .wait(let pause, let reason):
            await gate.close(pause, reason: reason, lane: number)
            return (intent.becoming(.released), true)
        case .notSent(let reason):
            await gate.close(.untilProbed, reason: reason, lane: number)
            if let error = session.takeRetry() { await gate.stop(error) }
            return (intent.becoming(.released), true)
        case .inDoubt(let reason, let pause):
            session.doubted()
            await gate.close(pause, reason: reason, lane: number)
            return (intent.becoming(.inDoubt, detail: reason), false)
        case .inDoubtAndStop(let error):
            session.doubted()
            await gate.stop(error)
            return (intent.becoming(.inDoubt), false)
        }
    }
}

extension AttemptEntry {
    /// The same attempt in a later state. Only a doubt still needs to know what the request held.
    func becoming(
        _ state: AttemptState, remoteID: String? = nil, code: RejectionCode? = nil, detail: String? = nil
    ) -> AttemptEntry {
        var entry = self
        entry.state = state
        entry.remoteID = remoteID
        entry.code = code
        entry.detail = detail
        if state != .inDoubt && state != .intent { entry.content = nil }
        return entry
    }
}

extension ByteBuffer {
    /// The body of the create-conversation request.
    fileprivate init(of conversation: Conversation) {
        var bytes: [UInt8] = []
        CreateRequest(conversation).encode(into: &bytes)
        self.init(bytes: bytes)
    }
}
