/// The pass of a night that carries changes to conversations that are in.
struct NightUpdates: Sendable {
    let parts: RunParts
    let ledger: RunLedger
    let work: NightWork
    let plan: NightPlan

    /// So many changed conversations are handed over together: each keeps its batch in memory.
    private static let atOnce = 1_000

    /// What of the changes is not done, by the place of its record in the night's source.
    func run(_ source: any RecordSource) async throws -> Set<RecordID> {
        try await work.updating.prepareToUpdate()
        return try await carry(source)
    }

    private func carry(_ source: some RecordSource) async throws -> Set<RecordID> {
        let pipeline = BatchPipeline(
            source: source, preparation: parts.preparation, businessID: parts.businessID, width: parts.width)
        var waiting: [ChangedConversation] = []
        var left: Set<RecordID> = []
        try await pipeline.forEach { batch in
            for (row, verdict) in try plan.verdicts(of: batch).enumerated() {
                guard case .update(let groups, let record) = verdict else { continue }
                let created = try await parts.checkpoint.entry(for: record, step: .create)
                let before = try plan.hashesBefore(of: batch.place(at: row).id)
                waiting.append(
                    ChangedConversation(
                        conversation: batch.conversation(at: row), groups: groups, record: record,
                        remoteID: created?.remoteID,
                        wasAssigned: { [work] id in before.map { $0.assignee == work.assigneeHash(id) } }))
            }
            if waiting.count >= Self.atOnce { left.formUnion(try await hand(over: &waiting)) }
            return parts.control.stopReason == nil
        }
        left.formUnion(try await hand(over: &waiting))
        return left
    }

    private func hand(over waiting: inout [ChangedConversation]) async throws -> Set<RecordID> {
        let changes = waiting
        waiting = []
        guard !changes.isEmpty else { return [] }
        let context = UpdatingContext(
            runID: parts.progress.runID, startedAt: parts.progress.startedAt, onDrift: work.onDrift,
            control: parts.control, journal: ledger)
        let outcomes = try await work.updating.update(changes, in: context)
        precondition(outcomes.count == changes.count, "an update has one outcome for each change")
        var left: Set<RecordID> = []
        var drifts: [ListedDrift] = []
        var refused: [RejectedRecord] = []
        for (change, outcome) in zip(changes, outcomes) {
            let place = change.conversation.place
            switch outcome.result {
            case .updated, .unchanged: break
            case .notReached: left.insert(place.id)
            case .refused(let finding):
                left.insert(place.id)
                refused.append(
                    RejectedRecord(
                        Rejection(place: place, findings: [finding]), file: parts.fileNames[place.file],
                        bytes: change.conversation.batch.rawBytes(at: change.conversation.index)))
            }
            drifts += outcome.drifts.map {
                ListedDrift(
                    $0, place: place, file: parts.fileNames[place.file], key: change.conversation.key,
                    remoteID: outcome.remoteID ?? change.remoteID)
            }
        }
        if !drifts.isEmpty {
            try await work.drift.append(drifts)
            _ = try await work.drift.flush()
        }
        try await ledger.carried(outcomes, of: changes, refused: refused)
        return left
    }
}
