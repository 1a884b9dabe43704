/// Decides, batch by batch, which records a pass is about.
///
/// It owns the index of keys, which belongs to one task: a pass makes its own.
protocol BatchSelection: SendableMetatype {
    /// The part of a batch that the pass is about; nil where there is none.
    mutating func select(_ batch: ConversationBatch) throws -> SelectedBatch?
}

/// What a pass takes of a batch.
struct SelectedBatch: Sendable {
    var taken: TakenBatch
    var counting: OpenBatch.Counting
    /// What is known of accepted records before anything is sent, by index.
    var outcomes: [Int: OpenBatch.Outcome] = [:]
    /// Where the books count records that enter them one by one, by index.
    var standings: [Int: Standing] = [:]
    /// The conversations to be sent.
    var pending: [PendingConversation] = []
    /// Why the pass ends with this batch; nil where it goes on.
    var ending: PassEnding?
}

/// Those of a source that are new: behind the run's position. And, where the run revisits what was rejected, those
/// records before it.
struct SourceSelection: BatchSelection {
    let position: SourcePosition
    let limit: RejectionLimit
    /// What an earlier process did to records behind the position: at most what was in flight when it ended.
    let tail: [RecordID: AttemptEntry]
    /// Records before the position that are judged again; nil where none are.
    let rejected: [RecordID: AttemptEntry]?
    /// Keys that came in with other inputs.
    let present: KeySet
    /// The pass ends behind so many records.
    let lastRecord: Int?

    var intake: BatchIntake
    /// Records read, and rejected, as the limit judges them.
    var read: Int
    var rejections: Int

    mutating func select(_ batch: ConversationBatch) throws -> SelectedBatch? {
        guard batch.span.end <= position else { return try new(batch) }
        guard let rejected else {
            try intake.remember(batch)
            return nil
        }
        return try revisited(batch, rejected)
    }

    private mutating func new(_ batch: ConversationBatch) throws -> SelectedBatch {
        var taken = try intake.take(batch)
        let earlier = batch.records.records.indices.map { tail.isEmpty ? nil : tail[batch.id(at: $0)] }
        taken.accept(
            earlier.indices.filter { index in
                guard let state = earlier[index]?.state else { return false }
                return state == .done || state == .inDoubt || state == .intent
            })
        var ending: PassEnding?
        if taken.cut(toRecords: lastRecord.map { $0 - read }) { ending = .recordLimit }
        if let over = firstOverLimit(taken) {
            _ = taken.cut(toRecords: over + 1)
            ending = .rejectionLimit
        }
        read += taken.recordCount
        rejections += taken.rejected.count
        var selected = SelectedBatch(
            taken: taken, counting: taken.isCut || ending == .rejectionLimit ? .partial : .byBatch)
        selected.ending = ending
        for index in taken.accepted {
            if let entry = earlier[index], let outcome = outcome(of: entry) {
                selected.outcomes[index] = outcome
            } else if present.contains(batch.content.keyFingerprints[index].low) {
                selected.outcomes[index] = .alreadyPresent
            } else {
                let attempt = (earlier[index]?.attempt ?? 0) + 1
                selected.pending.append(PendingConversation(batch.conversation(at: index), attempt: attempt))
            }
        }
        return selected
    }

    /// What an earlier process ended with; nil where the record is sent again.
    private func outcome(of entry: AttemptEntry) -> OpenBatch.Outcome? {
        // Who revisits what was rejected means these too.
        if entry.state == .refused && rejected != nil { return nil }
        return OpenBatch.Outcome(entry)
    }

    private mutating func revisited(
        _ batch: ConversationBatch, _ rejected: [RecordID: AttemptEntry]
    ) throws -> SelectedBatch? {
        // A repeat that was rejected stays so, whatever the plan now says of repeats: it is in the books as that.
        let taken = try intake.take(batch, duplicates: .reject)
            .restricted { rejected[batch.id(at: $0)] != nil }
        guard taken.recordCount > 0 else { return nil }
        var selected = SelectedBatch(taken: taken, counting: .byRecord(passing: PassingCounts()))
        for index in taken.accepted + taken.rejected.map(\.index) {
            guard let entry = rejected[batch.id(at: index)] else { continue }
            selected.standings[index] = Standing(entry)
            if selected.standings[index] == .rejectedByUs { rejections -= 1 }
        }
        rejections += taken.rejected.count
        selected.pending = taken.accepted.map { index in
            let attempt = (rejected[batch.id(at: index)]?.attempt ?? 0) + 1
            return PendingConversation(batch.conversation(at: index), attempt: attempt)
        }
        return selected
    }

    /// The index of the record at which the plan's rejection limit is passed.
    private func firstOverLimit(_ taken: TakenBatch) -> Int? {
        for (count, record) in taken.rejected.enumerated()
        where limit.isPassed(read: read + record.index + 1, rejected: rejections + count + 1, isEnd: false) {
            return record.index
        }
        return nil
    }
}

/// Those that were sent and provably never arrived.
///
/// One that is refused only now stands at the end of the reports, since its place in them is written already.
struct ReleasedSelection: BatchSelection {
    let released: [RecordID: AttemptEntry]
    var intake: BatchIntake

    mutating func select(_ batch: ConversationBatch) throws -> SelectedBatch? {
        let taken = try intake.take(batch, duplicates: .reject).restricted { released[batch.id(at: $0)] != nil }
        guard taken.recordCount > 0 else { return nil }
        var selected = SelectedBatch(taken: taken, counting: .byRecord(passing: PassingCounts()))
        for index in taken.accepted + taken.rejected.map(\.index) { selected.standings[index] = .notSent }
        selected.pending = taken.accepted.map { index in
            let attempt = (released[batch.id(at: index)]?.attempt ?? 0) + 1
            return PendingConversation(batch.conversation(at: index), attempt: attempt)
        }
        return selected
    }
}
