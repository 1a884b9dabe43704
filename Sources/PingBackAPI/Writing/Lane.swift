import ImportCore
import NIOCore

/// One of the lanes that send side by side: takes a conversation, makes its intent durable, sends it, and writes down what
/// became of it, until the feed ends or the gate says stop.
///
/// An outcome and the next intent go to the journal together, so that they share one sync of the disk. Whenever the lane
/// has to wait instead (for the feed, a turn, or the gate), the outcome goes first, alone.
///
/// Nothing is held while waiting for something that only other lanes can bring about: no outcome, no turn while the gate
/// is closed, no trial while the feed is asked.
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
        if await session.gate.isOver { session.close() }
    }

    private func drive() async throws {
        let (gate, journal, throttle, order) = (session.gate, session.journal, session.throttle, session.order)
        // The first conversation of a run goes alone, and it is the first of the file.
        if number > 0 { guard await gate.pass(number) else { return } }
        // Known, and not yet durable.
        var outcomes: [AttemptEntry] = []
        // Taken, and not sent yet or to be sent again.
        var taken: CustomerOrder.Turn?
        func flush() async throws {
            guard !outcomes.isEmpty else { return }
            let entries = outcomes
            outcomes = []
            try await journal.record(entries)
        }

        while true {
            if taken == nil { taken = try await order.nextIfReady() }
            if taken == nil {
                try await flush()
                taken = try await order.next()
            }
            guard let turn = taken?.pending else { break }
            if !throttle.turnIfDue() {
                try await flush()
                guard await throttle.turn() else { break }
            }
            guard await gate.mayPass(number) else {
                throttle.giveBack()
                try await flush()
                guard await gate.pass(number) else { break }
                continue
            }
            // The last look before the intent: the feed or the pace may have taken long.
            if let hold = await session.allowance.hold(on: turn.conversation) {
                throttle.giveBack()
                try await flush()
                await gate.leave(number)
                guard await session.pause.sitOut(hold) else { break }
                continue
            }

            let request = CreateRequest(turn.conversation)
            let intent = AttemptEntry(
                record: turn.conversation.id, state: .intent, attempt: turn.attempt,
                keyFingerprint: turn.conversation.keyFingerprint, startedAt: WallClock.milliseconds(),
                content: RequestContent(
                    of: turn.conversation,
                    later: LaterSteps(of: turn.conversation, assigns: session.assigning != .none)))
            let entries = outcomes + [intent]
            outcomes = []
            try await journal.record(entries)

            let place = await throttle.begin()
            // What was seen while the disk worked holds for this request too. The outcome that shared its write may have
            // been the one that passes the rejection limit.
            let isDraining = await session.isDraining
            guard !isDraining, await gate.mayPass(number) else {
                throttle.end(place, .other)
                outcomes = [intent.becoming(.released)]
                if isDraining { break }
                taken?.pending = PendingConversation(turn.conversation, attempt: turn.attempt + 1)
                continue
            }
            let exchange = await session.client.create(
                ByteBuffer(of: request), idempotencyKey: session.idempotencyKey(of: turn.conversation),
                isRetry: turn.attempt > 1)
            guard !Task.isCancelled else {
                // Cut off from outside: the intent stands, and is in doubt.
                throttle.end(place, .other)
                throw CancellationError()
            }
            let judgement = await judge(exchange, of: intent, request)
            throttle.end(place, judgement.ending)
            outcomes = [judgement.outcome]
            if judgement.isCreated, let id = judgement.outcome.remoteID {
                try await session.created(by: exchange)
                let steps = intent.found(as: id).dropFirst()
                if !steps.isEmpty {
                    let done = try await session.stepTaking.take(Array(steps), mayBeDone: false, lane: number) {
                        outcomes += $0
                        try await flush()
                    }
                    outcomes += done
                }
            }
            if judgement.sendsAgain {
                taken?.pending = PendingConversation(turn.conversation, attempt: turn.attempt + 1)
            } else {
                order.finished(taken?.customer)
                taken = nil
            }
        }
        try await flush()
    }

    private struct Judgement {
        var outcome: AttemptEntry
        var sendsAgain = false
        /// Created as it should be, so that what belongs to it may follow.
        var isCreated = false
        var ending = AdaptivePace.Ending.other
    }

    /// What the exchange makes of the record; tells the gate first, so that no other lane sends what must not be sent.
    private func judge(_ exchange: Exchange, of intent: AttemptEntry, _ request: CreateRequest) async -> Judgement {
        let gate = session.gate
        switch session.book.meaning(of: exchange, to: request) {
        case .created(let echo):
            session.accepted()
            let done = intent.becoming(.done, remoteID: echo.id)
            switch session.check(echo, exchange, of: request) {
            case .same: break
            case .odd(let words): await session.journal.note(.remark(words))
            case .differs(let error):
                await gate.stop(error)
                return Judgement(outcome: done)
            }
            await gate.answered(number, isCreated: true)
            return Judgement(outcome: done, isCreated: true, ending: .accepted)
        case .refused(let code, let status, let words):
            if let error = session.refused(status: status, words: words) {
                await gate.stop(error)
                return Judgement(outcome: intent.becoming(.released))
            }
            await gate.answered(number, isCreated: false)
            return Judgement(outcome: intent.becoming(.refused, code: code, detail: words), ending: .accepted)
        case .stop(let error):
            await gate.stop(error)
            return Judgement(outcome: intent.becoming(.released))
        case .wait(let pause, let reason):
            await gate.close(pause, reason: reason, lane: number)
            return Judgement(
                outcome: intent.becoming(.released), sendsAgain: true, ending: session.throttled(pause, false))
        case .notSent(let reason):
            await gate.close(.untilProbed, reason: reason, lane: number)
            if let error = session.takeRetry() { await gate.stop(error) }
            return Judgement(outcome: intent.becoming(.released), sendsAgain: true)
        case .inDoubt(let reason, let pause):
            session.doubted()
            await gate.close(pause, reason: reason, lane: number, doubt: intent.record)
            // Also where it asks for no pause: gateways answer so at a limit of theirs (nginx's `limit_req` does), and
            // taking an outage for a limit costs time, a limit for an outage a doubt with every request over it.
            let isThrottled = pause != .untilProbed || exchange.answer?.status == 503
            return Judgement(
                outcome: intent.becoming(.inDoubt, detail: reason),
                ending: isThrottled ? session.throttled(pause, true) : .other)
        case .inDoubtAndStop(let error):
            session.doubted()
            await gate.stop(error)
            return Judgement(outcome: intent.becoming(.inDoubt))
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
    fileprivate init(of request: CreateRequest) {
        var bytes: [UInt8] = []
        request.encode(into: &bytes)
        self.init(bytes: bytes)
    }
}
