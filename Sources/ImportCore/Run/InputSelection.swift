/// The records of another input than the plan's, matched with the checkpoint by their keys alone.
///
/// A key that is in counts as already present. A record whose key was rejected, or provably never arrived, takes that
/// record's place: it is sent under the same number, and when it is created, nothing of the old one is left to do. Any
/// other is a new record, numbered in a file of its own. So the same input may be given again after any kill, and
/// creates nothing twice. What came back without a readable key cannot be told apart from a new record: the old one
/// stays rejected.
///
/// The checkpoint keeps 64 bits of each key: with ten million keys on either side, the chance that a new one is taken
/// for one that is in is one in 200,000.
struct InputSelection: BatchSelection {
    let keys: KnownKeys
    /// The number of the input's first file.
    let firstFile: Int
    let lastRecord: Int?

    var intake: BatchIntake
    var read = 0

    mutating func select(_ batch: ConversationBatch) throws -> SelectedBatch? {
        var taken = try intake.take(batch)
        var ending: PassEnding?
        if taken.cut(toRecords: lastRecord.map { $0 - read }) { ending = .recordLimit }
        read += taken.recordCount

        var passing = PassingCounts()
        passing.skip(taken)
        var ids = batch.records.records.indices.map { index in
            RecordID(file: firstFile + batch.span.start.file, number: batch.span.start.record + index + 1)
        }
        var selected = SelectedBatch(taken: taken, counting: .byRecord(passing: passing))
        var attempts: [Int: Int] = [:]
        for index in taken.accepted {
            let key = batch.content.keyFingerprints[index].low
            if keys.present.contains(key) {
                selected.outcomes[index] = .alreadyPresent
                passing.alreadyPresent += 1
            } else if let place = keys.places[key] {
                ids[index] = place.record
                selected.standings[index] = place.standing
                if place.standing.isRejected { selected.rejectedMessages[index] = place.messages }
                attempts[index] = place.attempt + 1
            } else {
                selected.standings[index] = .uncounted
            }
        }
        for rejected in taken.rejected {
            let key = batch.content.keyFingerprints[rejected.index].low
            // Rejected once more, it stays counted where it is.
            guard keys.places[key] == nil || isRepeat(rejected) else { continue }
            passing.rejected += 1
            passing.rejectedMessages += Carriage(of: rejected.index, in: batch).total
        }
        let placed = ConversationBatch(batch.content, businessID: batch.businessID, span: batch.span, ids: ids)
        selected.taken.batch = placed
        selected.counting = .byRecord(passing: passing)
        selected.pending = taken.accepted.filter { selected.outcomes[$0] == nil }.map { index in
            PendingConversation(placed.conversation(at: index), attempt: attempts[index] ?? 1)
        }
        selected.ending = ending
        return selected
    }

    /// A second record of the input with the same key has nothing to do with the place of the first.
    private func isRepeat(_ rejected: TakenBatch.RejectedIndex) -> Bool {
        rejected.rejection.findings.contains { $0.code == .keyDuplicate }
    }
}

/// Those of another input that were sent and provably never arrived, known by their keys.
struct ReleasedInputSelection: BatchSelection {
    let released: [UInt64: AttemptEntry]
    var intake: BatchIntake

    mutating func select(_ batch: ConversationBatch) throws -> SelectedBatch? {
        let taken = try intake.take(batch)
        let wanted = taken.accepted.filter { released[batch.content.keyFingerprints[$0].low] != nil }
        guard !wanted.isEmpty else { return nil }
        var ids = batch.records.records.indices.map { _ in RecordID(rawValue: -1) }
        for index in wanted {
            if let entry = released[batch.content.keyFingerprints[index].low] { ids[index] = entry.record }
        }
        let placed = ConversationBatch(batch.content, businessID: batch.businessID, span: batch.span, ids: ids)
        var part = taken.restricted { wanted.contains($0) }
        part.batch = placed
        part.rejected = []
        var selected = SelectedBatch(taken: part, counting: .byRecord(passing: PassingCounts()))
        for index in wanted { selected.standings[index] = .notSent }
        selected.pending = wanted.map { index in
            let attempt = (released[batch.content.keyFingerprints[index].low]?.attempt ?? 0) + 1
            return PendingConversation(placed.conversation(at: index), attempt: attempt)
        }
        return selected
    }
}
