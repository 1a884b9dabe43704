/// A batch when everything about it is known that the source alone can say: which of its records may be written.
package struct TakenBatch: Sendable {
    package var batch: ConversationBatch
    /// Indices of the records that may be written, ascending.
    package var accepted: [Int]
    /// The others, ascending, each with all that is wrong with it.
    package var rejected: [RejectedIndex]
    /// Records passed over because the plan says so (`source.skip`, `duplicates: first`), ascending.
    package var skipped: [Int]
    /// Where a limit of records cuts the batch off; nil for nowhere.
    private(set) var cutAt: Int?
    /// Whether only selected records of the batch count: the others are in the books already.
    private(set) var isRestricted = false

    package struct RejectedIndex: Sendable {
        package var index: Int
        package var rejection: Rejection
    }
}

extension TakenBatch {
    var isCut: Bool { cutAt.map { $0 < batch.records.records.count } ?? false }

    /// Leaves out what is behind the first `most` records; returns whether the limit is reached.
    mutating func cut(toRecords most: Int?) -> Bool {
        guard let most, recordCount >= most else { return false }
        guard recordCount > most else { return true }
        accepted.removeAll { $0 >= most }
        rejected.removeAll { $0.index >= most }
        skipped.removeAll { $0 >= most }
        cutAt = most
        return true
    }

    /// Leaves only the selected records.
    func restricted(to isSelected: (Int) -> Bool) -> TakenBatch {
        var part = self
        part.accepted.removeAll { !isSelected($0) }
        part.rejected.removeAll { !isSelected($0.index) }
        part.skipped.removeAll { !isSelected($0) }
        part.isRestricted = true
        return part
    }

    /// Accepts records whatever the plan says of them now: what is in stays in.
    mutating func accept(_ indices: [Int]) {
        guard !indices.isEmpty else { return }
        let kept = Set(indices)
        rejected.removeAll { kept.contains($0.index) }
        skipped.removeAll { kept.contains($0) }
        accepted = kept.union(accepted).sorted()
    }

    /// Rejects records that may be written as far as the source alone can say.
    mutating func refuse(_ findings: [Int: Finding]) {
        accepted.removeAll { findings[$0] != nil }
        rejected += findings.map { index, finding in
            RejectedIndex(index: index, rejection: Rejection(place: batch.place(at: index), findings: [finding]))
        }
        rejected.sort { $0.index < $1.index }
    }

    /// The records of the batch that count.
    package var recordCount: Int {
        isRestricted ? accepted.count + rejected.count + skipped.count : cutAt ?? batch.records.records.count
    }
}

extension TakenBatch {
    /// - Parameters:
    ///   - repeats: the records whose key another one has, and that one, which counts.
    ///   - duplicates: what to do with them.
    init(
        _ batch: ConversationBatch, repeats: [(row: Int, first: RecordID)], duplicates: Plan.DuplicateKeys,
        fileNames: [String]
    ) {
        let drafts = batch.drafts
        let passedOver = drafts.skips.indices.filter { drafts.isSkipped($0) }
        guard !repeats.isEmpty || !batch.content.findings.isEmpty else {
            self.init(batch: batch, accepted: batch.content.valid, rejected: [], skipped: passedOver)
            return
        }
        var findings: [Int: [Finding]] = [:]
        for found in batch.content.findings {
            findings[found.index, default: []].append(found.finding.placed(in: batch.span))
        }
        var skipped = Set(passedOver)
        for (row, first) in repeats {
            // A record that is wrong in itself is rejected for that, also where repeats are passed over.
            if duplicates == .reject {
                findings[row, default: []].append(Finding(repeating: first, in: fileNames))
            } else if findings[row] == nil {
                skipped.insert(row)
            }
        }
        self.init(
            batch: batch, accepted: batch.content.valid.filter { findings[$0] == nil && !skipped.contains($0) },
            rejected: findings.keys.sorted().map { row in
                TakenBatch.RejectedIndex(
                    index: row,
                    rejection: Rejection(place: batch.place(at: row), findings: findings[row] ?? []))
            }, skipped: skipped.sorted())
    }
}

extension Finding {
    fileprivate init(repeating first: RecordID, in fileNames: [String]) {
        let file = fileNames.count > 1 && first.file < fileNames.count ? " of \(fileNames[first.file])" : ""
        self.init(
            .keyDuplicate, field: TextField.key.name, "record \(first.number)\(file) has the same key",
            hint: "remove one of them, or say duplicates: first in the plan")
    }

    /// A finding's own line counts from the batch's start until here.
    fileprivate func placed(in span: BatchSpan) -> Finding {
        var finding = self
        if let line = finding.line { finding.line = span.start.line + line + 1 }
        return finding
    }
}

extension Books {
    /// Enters a batch of a dry run: what may be written is not sent.
    package mutating func enter(_ taken: TakenBatch) {
        enterFindings(of: taken)
        for index in taken.accepted { count(.notSent, Carriage(unsent: index, in: taken.batch)) }
    }

    /// Enters what the source alone says about a batch, but for the records that may be written.
    mutating func enterFindings(of taken: TakenBatch, carriesHistory: Bool = false) {
        let batch = taken.batch
        for rejected in taken.rejected {
            count(.rejectedByUs, Carriage(of: rejected.index, in: batch, carriesHistory: carriesHistory))
        }
        entries.read += taken.skipped.count + batch.records.blanks
        entries.blank += batch.records.blanks
        records.read += taken.skipped.count
        records.skipped += taken.skipped.count
        for index in taken.skipped { skipped.count(batch.drafts.skipReason(of: index) ?? Skips.repeatedKey) }
        for (name, number) in batch.drafts.repairs { repairs[name, default: 0] += number }
    }
}
