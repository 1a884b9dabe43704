/// The part of a night's source that a pass writes: what is new, and what is to be reported as rejected.
struct NightSelection: BatchSelection {
    let plan: NightPlan
    let fileNames: [String]
    let duplicates: Plan.DuplicateKeys
    /// Whether anything is sent: not where more is rejected than the plan lets pass.
    let sends: Bool

    mutating func select(_ batch: ConversationBatch) throws -> SelectedBatch? {
        let verdicts = try plan.verdicts(of: batch)
        guard !verdicts.isEmpty else { return nil }
        var passing = PassingCounts()
        var repeats: [(row: Int, first: RecordID)] = []
        for (row, verdict) in verdicts.enumerated() {
            switch verdict {
            case .asItWas: passing.unchanged += 1
            case .passedOver: passing.skip(Books.Skips.older)
            case .repeated(let first): repeats.append((row, first))
            case .present: passing.alreadyPresent += 1
            case .inDoubt: passing.inDoubt += 1
            case .create where !sends, .update where !sends: passing.notSent += 1
            // Changes are carried by a pass of their own.
            case .create, .update, .rejected, .skipped, .heldBack: break
            }
        }
        var taken = TakenBatch(batch, repeats: repeats, duplicates: duplicates, fileNames: fileNames)
        passing.skip(taken)
        taken.skipped = []
        taken.rejected.removeAll { verdicts[$0.index] == .heldBack }
        for rejected in taken.rejected {
            passing.rejected += 1
            passing.rejectedMessages += Carriage(of: rejected.index, in: batch).total
        }
        return selected(taken, passing, verdicts)
    }

    private func selected(
        _ part: TakenBatch, _ passing: PassingCounts, _ verdicts: [NightPlan.Verdict]
    ) -> SelectedBatch {
        var taken = part
        let batch = part.batch
        var ids = batch.records.records.indices.map { RecordID(rawValue: -1 - Int64($0)) }
        var attempts: [Int: Int] = [:]
        taken.accepted.removeAll { index in
            guard sends, case .create(let record, let attempt) = verdicts[index] else { return true }
            ids[index] = record
            attempts[index] = attempt
            return false
        }
        taken.batch = ConversationBatch(batch.content, businessID: batch.businessID, span: batch.span, ids: ids)
        var selected = SelectedBatch(taken: taken, counting: .byRecord(passing: passing))
        for index in taken.accepted { selected.standings[index] = .uncounted }
        selected.pending = taken.accepted.map { index in
            PendingConversation(taken.batch.conversation(at: index), attempt: attempts[index] ?? 1)
        }
        return selected
    }
}

/// Those of a night that were sent and provably never arrived.
struct ReleasedNightSelection: BatchSelection {
    let plan: NightPlan
    let released: [RecordID: AttemptEntry]
    let fileNames: [String]

    mutating func select(_ batch: ConversationBatch) throws -> SelectedBatch? {
        let verdicts = try plan.verdicts(of: batch)
        var ids = verdicts.indices.map { RecordID(rawValue: -1 - Int64($0)) }
        var wanted: [Int] = []
        for (row, verdict) in verdicts.enumerated() {
            guard case .create(let record, _) = verdict, released[record] != nil else { continue }
            ids[row] = record
            wanted.append(row)
        }
        guard !wanted.isEmpty else { return nil }
        var taken = TakenBatch(batch, repeats: [], duplicates: .first, fileNames: fileNames)
            .restricted { wanted.contains($0) }
        taken.rejected = []
        taken.batch = ConversationBatch(batch.content, businessID: batch.businessID, span: batch.span, ids: ids)
        var selected = SelectedBatch(taken: taken, counting: .byRecord(passing: PassingCounts()))
        for index in wanted { selected.standings[index] = .notSent }
        selected.pending = wanted.map { index in
            let attempt = (released[ids[index]]?.attempt ?? 0) + 1
            return PendingConversation(taken.batch.conversation(at: index), attempt: attempt)
        }
        return selected
    }
}
