/// Takes batches in order and finds the keys that repeat: the only thing that no batch can know alone.
package struct BatchIntake {
    private var index: any KeyIndex
    private let duplicates: Plan.DuplicateKeys
    private let fileNames: [String]

    /// The source's bytes, until the first batch has told how many records they are; nil for unknown.
    private var sourceBytes: Int?

    package init(
        index: any KeyIndex, duplicates: Plan.DuplicateKeys, fileNames: [String], sourceBytes: Int? = nil
    ) {
        precondition(duplicates != .last, "which record of a key is the last is not known batch by batch")
        self.sourceBytes = sourceBytes
        self.index = index
        self.duplicates = duplicates
        self.fileNames = fileNames
    }

    /// Enters a batch's keys only: for records that an earlier process is done with.
    package mutating func remember(_ batch: ConversationBatch) throws {
        prepareIndex(for: batch)
        for row in batch.records.records.indices {
            let fingerprint = batch.content.keyFingerprints[row]
            guard fingerprint != .none else { continue }
            _ = try index.insert(fingerprint, record: batch.place(at: row).id)
        }
    }

    /// - Parameter duplicates: what to do with repeats, where that is not what the plan says.
    package mutating func take(
        _ batch: ConversationBatch, duplicates other: Plan.DuplicateKeys? = nil
    ) throws -> TakenBatch {
        TakenBatch(
            batch, repeats: try repeats(in: batch), duplicates: other ?? duplicates, fileNames: fileNames)
    }

    private mutating func prepareIndex(for batch: ConversationBatch) {
        if let sourceBytes, !batch.records.raw.isEmpty {
            self.sourceBytes = nil
            index.reserve(sourceBytes / batch.records.raw.count * batch.records.records.count)
        }
        index.expect(batch.content.keyFingerprints)
    }

    private mutating func repeats(in batch: ConversationBatch) throws -> [(row: Int, first: RecordID)] {
        prepareIndex(for: batch)
        var repeats: [(Int, RecordID)] = []
        let span = batch.span
        for row in batch.records.records.indices {
            let fingerprint = batch.content.keyFingerprints[row]
            guard fingerprint != .none else { continue }
            let id = RecordID(file: span.start.file, number: span.start.record + row + 1)
            if let first = try index.insert(fingerprint, record: id) { repeats.append((row, first)) }
        }
        return repeats
    }
}
