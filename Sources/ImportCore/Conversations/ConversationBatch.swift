/// A batch after validation, not yet placed in its source: a pure function of a piece's bytes and the plan.
package struct ValidatedBatch: Sendable {
    package var drafts: DraftBatch
    /// Indices of the records that are valid, ascending.
    package var valid: [Int]
    /// What is wrong with the others, ascending by index; several findings of a record stand together.
    package var findings: [BatchFinding]
    /// One for each record, `none` where it has no key.
    package var keyFingerprints: [KeyFingerprint]
    /// One for each record; empty where nobody asked for them.
    package var contentHashes: [ContentHashes] = []

    package init(drafts: DraftBatch, valid: [Int], findings: [BatchFinding], keyFingerprints: [KeyFingerprint]) {
        self.drafts = drafts
        self.valid = valid
        self.findings = findings
        self.keyFingerprints = keyFingerprints
    }
}

/// A validated batch at its place in the source.
///
/// A class, because every `Conversation` taken from it refers to it; immutable, and so free to cross tasks.
package final class ConversationBatch: Sendable {
    package let businessID: String
    package let content: ValidatedBatch
    package let span: BatchSpan
    /// One for each record; nil where the records' places say it.
    private let ids: [RecordID]?

    /// - Parameter ids: what the checkpoint knows the records by, where that is not their own place: a record of another
    ///   input takes the place of the one that it corrects.
    package init(_ content: ValidatedBatch, businessID: String, span: BatchSpan, ids: [RecordID]? = nil) {
        self.content = content
        self.businessID = businessID
        self.span = span
        self.ids = ids
    }

    package func id(at index: Int) -> RecordID {
        ids.map { $0[index] } ?? RecordID(file: span.start.file, number: span.start.record + index + 1)
    }

    /// The index of a record of this batch; nil for any other.
    package func index(of record: RecordID) -> Int? {
        if let ids { return ids.firstIndex(of: record) }
        guard record.file == span.start.file else { return nil }
        let index = record.number - span.start.record - 1
        return records.records.indices.contains(index) ? index : nil
    }

    package var drafts: DraftBatch { content.drafts }
    package var records: RecordBatch { content.drafts.records }

    package func place(at index: Int) -> Place { span.place(records.records[index].place) }

    /// The conversation at an index of `valid`'s.
    package func conversation(at index: Int) -> Conversation { Conversation(batch: self, index: index) }

    /// A record's original bytes as they stand in the file.
    package func rawBytes(at index: Int) -> ArraySlice<UInt8> { records.raw[records.records[index].raw.bounds] }

    func string(_ range: ByteRange) -> String? {
        range.isNone ? nil : String(decoding: records.slab[range.bounds], as: UTF8.self)
    }
}
