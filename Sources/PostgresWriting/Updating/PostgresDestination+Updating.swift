package import ImportCore

extension PostgresDestination: Updating {
    package func prepareToUpdate() async throws {
        try await preflight.retrying { try await session.prepareToUpdate() }
    }

    package func update(
        _ changes: [ChangedConversation], in context: UpdatingContext
    ) async throws -> [UpdateOutcome] {
        let patience = Patience(seconds: patience, control: context.control) { await context.journal.note($0) }
        var outcomes: [UpdateOutcome] = []
        outcomes.reserveCapacity(changes.count)
        for part in Self.parts(of: changes) {
            if context.control.stopReason != nil {
                outcomes += part.map { UpdateOutcome(.notReached, remoteID: plan.ids.text(of: $0.conversation)) }
                continue
            }
            let result = try await carry(Array(part), in: context, patience)
            outcomes += result.outcomes
            if result.looksRestored, !hasToldOfRestoring {
                hasToldOfRestoring = true
                await context.journal.note(.remark(Self.restored))
            }
        }
        return outcomes
    }

    private static let restored =
        "no row in the database carries the transaction that wrote it, as after a restored dump: who changed what since "
        + "cannot be told, so a conversation that is not word for word what was written counts as changed in PingBack"

    private func carry(
        _ changes: [ChangedConversation], in context: UpdatingContext, _ patience: Patience
    ) async throws -> UpdateLane.Result {
        let run = try await patience.retrying { try await session.beginUpdating(runID: context.runID) }
        let ids = changes.compactMap { plan.ids.conversation($0.conversation) }
        let creating =
            context.onDrift == .overwrite ? try await patience.retrying { try await updating.missing(among: ids) } : []
        var items = await session.place(changes, creating: creating)
        let refused = try await patience.retrying { try await session.createCustomers(run: run) }
        for index in items.indices {
            if let customer = items[index].placed?.customer, let refusal = refused[customer] {
                items[index].refusal = refusal
            }
        }
        let isBinary = await session.target?.attachmentsAreBinary ?? true
        let batch = await encode(items, onDrift: context.onDrift, attachmentsAreBinary: isBinary)
        return try await patience.retrying {
            try await updating.update(
                batch, run: run, lock: try await session.held(), attachmentsAreBinary: isBinary
            ) { outcomes in
                let drifts = zip(changes, outcomes).map { (change: $0, drifts: $1.drifts) }
                if drifts.contains(where: { !$0.drifts.isEmpty }) { try await context.propose(drifts) }
            }
        }
    }

    /// On the shared pool, beside whatever waits for the server.
    @concurrent private nonisolated func encode(
        _ items: [WantedBatch.Item], onDrift: DriftRule, attachmentsAreBinary: Bool
    ) async -> WantedBatch {
        WantedBatch(items, onDrift: onDrift, identity: plan.ids, attachmentsAreBinary: attachmentsAreBinary)
    }

    /// Conversations in one transaction: enough that its own cost does not count, and so few that the rows that it locks
    /// are free again soon.
    private static let conversationsInPart = 512
    private static let bytesInPart = 1 << 20

    private static func parts(of changes: [ChangedConversation]) -> [ArraySlice<ChangedConversation>] {
        var parts: [ArraySlice<ChangedConversation>] = []
        var (start, bytes) = (0, 0)
        for (index, change) in changes.enumerated() {
            bytes += change.conversation.sourceBytes
            if index + 1 - start == conversationsInPart || bytes >= bytesInPart || index + 1 == changes.count {
                parts.append(changes[start...index])
                (start, bytes) = (index + 1, 0)
            }
        }
        return parts
    }
}

extension ConversationIdentity {
    fileprivate func text(of conversation: Conversation) -> String? { self.conversation(conversation)?.description }
}
