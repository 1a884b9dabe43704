import Foundation
import ImportCore
import NIOHTTP1

/// Assigns, resolves and closes conversations that are in, behind the same gate and at the same pace as they were created.
struct StepTaking: Sendable {
    let client: PingBackClient
    let gate: Gate
    /// How the plan wants conversations assigned.
    let assigning: APIOptions.Assigning
    let record: AssignmentRecord
    let token: Secret?
    let throttle: Throttle
    /// How a request ended that met a limit of the server's.
    let throttled: @Sendable (Meaning.Pause) -> AdaptivePace.Ending
    /// Takes one repetition from the run's budget; the error to stop with when none is left.
    let takeRetry: @Sendable () -> APIError?

    /// Does the steps of one conversation in order.
    ///
    /// - Parameters:
    ///   - mayBeDone: whether an earlier process may have done them: then an assignment is looked up first, which spares
    ///     the agent a second notification.
    ///   - beforeWaiting: called with what is known so far before a wait, so that it becomes durable.
    /// - Returns: the steps not handed to `beforeWaiting` yet, `done` or `refused`; as they were given where the run
    ///   stops or drains before.
    func take(
        _ steps: [AttemptEntry], mayBeDone: Bool, lane: Int,
        beforeWaiting: ([AttemptEntry]) async throws -> Void
    ) async throws -> [AttemptEntry] {
        var known: [AttemptEntry] = []
        for (index, step) in steps.enumerated() {
            var isRepeat = mayBeDone
            while true {
                if !throttle.turnIfDue() {
                    // What waits is to be done, also by another process.
                    try await beforeWaiting(known + steps[index...])
                    known = []
                    guard await throttle.turn() else { return [] }
                }
                guard await gate.mayPass(lane) else {
                    throttle.giveBack()
                    try await beforeWaiting(known + steps[index...])
                    known = []
                    guard await gate.pass(lane) else { return [] }
                    continue
                }
                let place = await throttle.begin()
                let isDone: Bool
                do {
                    isDone = isRepeat ? try await isAssigned(step) : false
                } catch {
                    throttle.end(place, .other)
                    throw error
                }
                if isDone {
                    throttle.end(place, .accepted)
                    known.append(Self.done(step))
                    break
                }
                isRepeat = true
                let exchange = await send(step)
                guard !Task.isCancelled else {
                    throttle.end(place, .other)
                    throw CancellationError()
                }
                let judgement = try await judge(exchange, of: step, lane: lane)
                throttle.end(place, judgement.ending)
                guard let settled = judgement.settled else { continue }
                known.append(settled)
                break
            }
        }
        return known
    }

    /// What an assignment leaves is whom it was made to, so that a later night can tell its own from somebody else's; the
    /// conversation's id stands with its creation.
    private static func done(_ step: AttemptEntry) -> AttemptEntry {
        step.becoming(.done, remoteID: step.content?.later.assigneeID?.lowercased() ?? step.remoteID)
    }

    private func judge(
        _ exchange: Exchange?, of step: AttemptEntry, lane: Int
    ) async throws -> (settled: AttemptEntry?, ending: AdaptivePace.Ending) {
        guard let exchange else {
            let words = "an id that cannot stand in a path"
            return (step.becoming(.refused, remoteID: step.remoteID, detail: words), .other)
        }
        switch StepBook(token: token).meaning(of: exchange, step: step.step) {
        case .done:
            await gate.answered(lane, isCreated: false)
            if step.step == .assign, record.accepted(), try await !isAssigned(step) {
                await gate.stop(APIError.assigneeNotShown(id: ServerWords.tidy(step.remoteID ?? "") ?? ""))
            }
            return (Self.done(step), .accepted)
        case .refused(let words):
            await gate.answered(lane, isCreated: false)
            if step.step == .assign, let error = record.refused(words: words) { await gate.stop(error) }
            return (step.becoming(.refused, remoteID: step.remoteID, detail: words), .accepted)
        case .stop(let error):
            await gate.stop(error)
            return (nil, .other)
        case .again(let pause, let reason):
            await gate.close(pause, reason: reason, lane: lane)
            if let error = takeRetry() { await gate.stop(error) }
            return (nil, pause == .untilProbed ? .other : throttled(pause))
        }
    }

    /// Nil where an id cannot stand in a path: no request is made.
    private func send(_ entry: AttemptEntry) async -> Exchange? {
        guard let id = entry.remoteID.flatMap(PathSegment.of) else { return nil }
        switch entry.step {
        case .create: preconditionFailure("a conversation is created by a lane, and never again")
        case .resolve: return await client.change(.PUT, "/conversations/\(id)/resolve")
        case .close: return await client.change(.PUT, "/conversations/\(id)/close")
        case .assign:
            guard let agent = entry.content?.later.assigneeID.flatMap(PathSegment.of) else { return nil }
            switch assigning {
            case .conversation: return await client.change(.PUT, "/conversations/\(id)/assign/\(agent)")
            case .team, .none: return await client.change(.POST, "/team/assign/\(id)?agent_id=\(agent)")
            }
        }
    }

    /// Whether the server shows the conversation as assigned to whom the step says; false for other steps, and where it
    /// cannot be read now.
    private func isAssigned(_ entry: AttemptEntry) async throws -> Bool {
        guard entry.step == .assign, let id = entry.remoteID.flatMap(PathSegment.of),
            let assignee = entry.content?.later.assigneeID
        else { return false }
        let exchange = await client.get("/conversations/\(id)", answerLimit: PingBackClient.readLimit)
        try Task.checkCancellation()
        guard let answer = exchange.answer, answer.status == 200,
            let conversation = try? JSONDecoder().decode(ConversationObject.self, from: answer.body)
        else { return false }
        return conversation.assigneeID?.lowercased() == assignee.lowercased()
    }
}
