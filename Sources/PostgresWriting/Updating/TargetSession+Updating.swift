import ImportCore

extension TargetSession {
    /// Looks at whether changes may be written there, and writes nothing.
    func prepareToUpdate() throws {
        target = try TargetInspection.inspect(try ready(), tables, businessID: plan.businessID, for: .update)
    }

    /// Takes the lock, and reads who and what is there, once for a run's updates. It may be repeated.
    func beginUpdating(runID: String) async throws -> RunNumbers {
        _ = try await held()
        let connection = try ready()
        if let updating, updating.runID == runID { return updating.numbers }
        try Bookkeeping.create(connection)
        let number = try Bookkeeping.plan(
            identity: plan.identityDigest, name: plan.name, businessID: plan.businessID, on: connection)
        if let left = try DroppedDefinitions.read(connection, tables) {
            guard left.plan == number else { throw PostgresError.freshLoadOpen(plan: left.planName) }
            mayBeDropped = true
            _ = try await rebuildConstraints()
        }
        let run = try Bookkeeping.run(runID, ofPlan: number, on: connection)
        placement = try Placement.read(connection, tables: tables, plan: plan, target: target)
        refusedCustomers = [:]
        updating = (runID, run)
        return run
    }

    /// Finds whom and what changed conversations belong to, as a load would: in the order of the source.
    ///
    /// - Parameter creating: those that are to be put there again.
    func place(_ changes: [ChangedConversation], creating: Set<BinaryUUID>) -> [WantedBatch.Item] {
        changes.map { change in
            let id = plan.ids.conversation(change.conversation) ?? BinaryUUID(high: 0, low: 0)
            var item = WantedBatch.Item(change: change, id: id)
            let isLookedFor = change.groups.contains(.rest) || creating.contains(id)
            let finding =
                isLookedFor ? placement?.find(for: change.conversation) : placement?.glance(at: change.conversation)
            guard let finding else { preconditionFailure("updating is begun before anything is placed") }
            if isLookedFor { item.naming = ExpectedBatch.Naming(change.conversation) }
            item.refusal = finding.refusal
            if finding.refusal == nil, let channel = finding.channel, let createdAt = finding.createdAt {
                item.placed = PlacedConversation(
                    conversation: change.conversation, customer: finding.customer, channel: channel,
                    createdAt: createdAt)
            }
            return item
        }
    }
}

extension Placement {
    /// What a conversation that keeps its customer and its channel has to be refused for.
    func glance(at conversation: Conversation) -> Finding {
        var finding = Finding()
        finding.createdAt = conversation.time(.createdAt)
        // Any one: it is not written.
        finding.channel = channels.channel(of: conversation) ?? channels.any
        if finding.createdAt == nil {
            finding.refusal = .noCreationTime
        } else if let column = target?.tooNarrow(for: conversation) {
            finding.refusal = .tooLong(column: column)
        } else if finding.channel == nil {
            finding.refusal = .channelInvalid
        }
        return finding
    }
}
