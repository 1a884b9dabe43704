/// A rejected record as the reports tell it: its findings, and its original bytes.
package struct RejectedRecord: Sendable {
    package var rejection: Rejection
    /// The source's name of the file it stands in.
    package var file: String
    /// The record's bytes as they stand in the file, with its line end where it has one.
    package var bytes: ArraySlice<UInt8>
    /// Whether the bytes only go on with those of the record before: then there are no findings.
    package var isContinuation: Bool

    package init(_ rejection: Rejection, file: String, bytes: ArraySlice<UInt8>, isContinuation: Bool = false) {
        self.rejection = rejection
        self.file = file
        self.bytes = bytes
        self.isContinuation = isContinuation
    }
}

/// Where rejected records are written down. Fulfilled by `Checkpointing`: after any kill, what it wrote can be cut back
/// to the lengths that were committed with a position.
package protocol RejectionReport: Sendable {
    func append(_ rejected: [RejectedRecord]) async throws

    /// Returns when everything appended is on the disk, with the lengths to be committed, by file name.
    func flush() async throws -> [String: Int]
}

/// What a run shows on the way. Fulfilled by the command line; it never slows the run down.
package protocol RunObserver: Sendable {
    func rejected(_ record: RejectedRecord)
    func progressed(_ books: Books, position: SourcePosition)
    func noted(_ event: DestinationEvent)

    /// A batch is on its way to the destination.
    func began(conversations: Int, records: Int, span: BatchSpan)
    /// So many conversations have an outcome.
    func settled(_ count: Int)
}

extension RunObserver {
    package func began(conversations: Int, records: Int, span: BatchSpan) {}
    package func settled(_ count: Int) {}
}
