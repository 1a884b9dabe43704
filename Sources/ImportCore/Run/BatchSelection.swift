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
    /// How many messages the books hold of those of them that are rejected, by index.
    var rejectedMessages: [Int: Int] = [:]
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
    private let lastOfTail: RecordID?
    /// Records before the position that are judged again; nil where none are.
    let rejected: [RecordID: AttemptEntry]?
    /// Keys that came in with other inputs.
    let present: KeySet
    /// The pass ends behind so many records.
    let lastRecord: Int?

    var intake: BatchIntake
    /// Records read, and rejected, as far as that is known: what is on its way may add to the latter, and takes nothing
    /// from it.
    var records: Books.Records
    /// Whether the rejection limit is passed: nothing more is sent, but what an earlier process sent is still told.
    private var isStopped = false

    init(
        position: SourcePosition, limit: RejectionLimit, tail: [RecordID: AttemptEntry],
        rejected: [RecordID: AttemptEntry]?, present: KeySet, lastRecord: Int?, intake: BatchIntake,
        records: Books.Records
    ) {
        self.position = position
        self.limit = limit
        self.tail = tail
        self.rejected = rejected
        self.present = present
        self.lastRecord = lastRecord
        self.intake = intake
        self.records = records
        lastOfTail = tail.keys.max()
    }

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
        var outcomes: [Int: OpenBatch.Outcome] = [:]
        for index in taken.accepted {
            if let entry = earlier[index], let outcome = outcome(of: entry) {
                outcomes[index] = outcome
            } else if present.contains(batch.content.keyFingerprints[index].low) {
                outcomes[index] = .alreadyPresent
            }
        }
        var ending: PassEnding?
        if taken.cut(toRecords: lastRecord.map { $0 - records.read }) { ending = .recordLimit }
        let allowed = allowed(of: taken, outcomes)
        if isStopped {
            let end = RecordID(file: batch.span.end.file, number: batch.span.end.record)
            if ending != nil || lastOfTail ?? end <= end { ending = .rejectionLimit }
            _ = taken.cut(toRecords: max(allowed, countKnown(of: taken)))
        }
        var selected = SelectedBatch(taken: taken, counting: taken.isCut || isStopped ? .partial : .byBatch)
        selected.ending = ending
        selected.outcomes = outcomes.filter { $0.key < taken.recordCount }
        selected.pending = taken.accepted.filter { $0 < allowed && outcomes[$0] == nil }.map { index in
            PendingConversation(batch.conversation(at: index), attempt: (earlier[index]?.attempt ?? 0) + 1)
        }
        records.read += taken.recordCount
        records.rejected += taken.rejected.count + selected.outcomes.values.count { $0.isRefused }
        return selected
    }

    /// How many records of the batch may be sent before the plan's rejection limit is passed, as far as that can be
    /// known before anything of it is sent.
    private mutating func allowed(of taken: TakenBatch, _ outcomes: [Int: OpenBatch.Outcome]) -> Int {
        if isStopped { return 0 }
        var judgement = RejectionJudgement()
        let passed = judgement.passes(limit, taken, before: records) { outcomes[$0]?.isRefused ?? false }
        guard let passed else { return taken.recordCount }
        isStopped = true
        return passed
    }

    /// How many records of the batch lie before the last one that an earlier process did something to, or are it.
    private func countKnown(of taken: TakenBatch) -> Int {
        guard let lastOfTail else { return 0 }
        let start = taken.batch.span.start
        if lastOfTail.file != start.file { return lastOfTail.file > start.file ? taken.recordCount : 0 }
        return min(max(lastOfTail.number - start.record, 0), taken.recordCount)
    }

    /// What an earlier process ended with; nil where the record is sent again.
    private func outcome(of entry: AttemptEntry) -> OpenBatch.Outcome? {
        // Who revisits what was rejected means these too.
        if entry.state == .refused && rejected != nil && !entry.isLeftOut { return nil }
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
            let standing = Standing(entry)
            selected.standings[index] = standing
            guard standing.isRejected else { continue }
            selected.rejectedMessages[index] = entry.messages
            records.rejected -= 1
        }
        records.rejected += taken.rejected.count
        selected.pending = taken.accepted.map { index in
            let attempt = (rejected[batch.id(at: index)]?.attempt ?? 0) + 1
            return PendingConversation(batch.conversation(at: index), attempt: attempt)
        }
        return selected
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
