/// What a night has not done, or not for certain, when it ends.
struct NightRemainder: Sendable {
    /// The places of the records whose changes are not done; nil for all of them.
    var changes: Set<RecordID>?
    /// The first file number whose conversations were not compared with the source where they were found there already;
    /// nil for none.
    var unread: Int?

    init(of plan: NightPlan) { unread = plan.uncertain == nil ? nil : plan.firstFile }
}

/// The passes of a night that carry changes to conversations that are in.
struct NightUpdates: Sendable {
    enum Part: Sendable, Equatable {
        /// Those that are known to be in.
        case changed
        /// Those that were to be created and were found there: a process that was killed had brought them in, perhaps with
        /// what the source said then.
        case found
    }

    let parts: RunParts
    let ledger: RunLedger
    let work: NightWork
    let plan: NightPlan

    /// So many changed conversations are handed over together: each keeps its batch in memory.
    private static let atOnce = 1_000

    /// What of the changes is not done, by the place of its record in the night's source.
    func run(_ part: Part, _ source: any RecordSource) async throws -> Set<RecordID> {
        try await work.updating.prepareToUpdate()
        return try await carry(part, source)
    }

    private func carry(_ part: Part, _ source: some RecordSource) async throws -> Set<RecordID> {
        let pipeline = BatchPipeline(
            source: source, preparation: parts.preparation, businessID: parts.businessID, width: parts.width)
        var waiting: [ChangedConversation] = []
        var left: Set<RecordID> = []
        try await pipeline.forEach { batch in
            for (row, verdict) in try plan.verdicts(of: batch).enumerated() {
                guard let (groups, record) = wanted(verdict, part) else { continue }
                let created = try await parts.checkpoint.entry(for: record, step: .create)
                if part == .found, created?.state != .done || created?.attempt != 0 { continue }
                let before = try plan.hashesBefore(of: batch.place(at: row).id)
                waiting.append(
                    ChangedConversation(
                        conversation: batch.conversation(at: row), groups: groups, record: record,
                        remoteID: created?.remoteID,
                        wasAssigned: { [work] id in before.map { $0.assignee == work.assigneeHash(id) } }))
            }
            if waiting.count >= Self.atOnce { left.formUnion(try await hand(over: &waiting, part)) }
            return parts.control.stopReason == nil
        }
        left.formUnion(try await hand(over: &waiting, part))
        return left
    }

    private func wanted(_ verdict: NightPlan.Verdict, _ part: Part) -> (ContentGroups, RecordID)? {
        switch (part, verdict) {
        case (.changed, .update(let groups, let record)): (groups, record)
        case (.found, .create(let record, _)): plan.uncertain.map { ($0, record) }
        default: nil
        }
    }

    private func hand(over waiting: inout [ChangedConversation], _ part: Part) async throws -> Set<RecordID> {
        let changes = waiting
        waiting = []
        guard !changes.isEmpty else { return [] }
        let context = UpdatingContext(
            runID: parts.progress.runID, startedAt: parts.progress.startedAt, onDrift: work.onDrift,
            control: parts.control, journal: ledger,
            propose: { [self] proposed in
                let drifts = proposed.flatMap { list($0.drifts, of: $0.change, remoteID: $0.change.remoteID) }
                if !drifts.isEmpty { try await work.drift.propose(drifts) }
            })
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
            drifts += list(outcome.drifts, of: change, remoteID: outcome.remoteID ?? change.remoteID)
        }
        try await work.drift.withdraw()
        if !drifts.isEmpty { try await work.drift.append(drifts) }
        _ = try await work.drift.flush()
        try await ledger.carried(outcomes, of: changes, refused: refused, wereFound: part == .found)
        return left
    }
    private func list(_ drifts: [Drift], of change: ChangedConversation, remoteID: String?) -> [ListedDrift] {
        let place = change.conversation.place
        return drifts.map {
            ListedDrift(
                $0, place: place, file: parts.fileNames[place.file], key: change.conversation.key, remoteID: remoteID)
        }
    }
}
