/// The file that remembers a run, so that the same command continues it. Fulfilled by `Checkpointing`, over SQLite.
package protocol Checkpoint: Sendable {
    /// What the checkpoint belongs to; nil before the first `bind`.
    func binding() async throws -> CheckpointBinding?
    func bind(_ binding: CheckpointBinding) async throws

    /// The state at the last committed position; nil before the first.
    func progress() async throws -> RunProgress?

    /// How many opening messages were sent, month by month.
    func messageSpending() async throws -> MessageSpending

    /// The entry of a record's step; nil where there is none.
    func entry(for record: RecordID, step: Step) async throws -> AttemptEntry?

    /// The entries of records after `record` (of all, for nil), in record order: about `limit`, since the steps of one
    /// record always come together. Empty at the end.
    func entries(after record: RecordID?, limit: Int) async throws -> [AttemptEntry]

    /// The last record that has an entry, found at once; nil where none has.
    func lastRecord() async throws -> RecordID?

    /// The entries of the create step whose state is `intent` or `inDoubt`, in record order.
    func unsettled() async throws -> [AttemptEntry]

    /// The entries of later steps that are still to be done, in record order.
    func pendingSteps() async throws -> [AttemptEntry]

    /// The entries of later steps that the destination refused, in record order.
    func refusedSteps() async throws -> [AttemptEntry]

    /// How many later steps stand where.
    func stepFigures() async throws -> Books.Steps

    /// The entries of the create step in any of these states, in record order.
    func entries(in states: Set<AttemptState>) async throws -> [AttemptEntry]

    /// The ids that the destination gave in attempts begun at or after a moment (milliseconds since 1970).
    func remoteIDs(startedSince moment: Int64) async throws -> Set<String>

    /// Makes entries, and where given the progress and the spending, durable in one transaction. Returns when they are on
    /// the disk; commits asked for at the same time share one.
    func commit(_ entries: [AttemptEntry], progress: RunProgress?, spending: MessageSpending?) async throws

    func close() async throws
}

extension Checkpoint {
    package func commit(_ entries: [AttemptEntry], progress: RunProgress?) async throws {
        try await commit(entries, progress: progress, spending: nil)
    }
}

/// What a checkpoint belongs to: a run is only continued when all of this is the same.
package struct CheckpointBinding: Sendable, Equatable, Codable {
    package var planName: String
    package var businessID: String
    package var destinationName: String
    /// Scheme, host, port and business of an API, or the id of a sandbox's data; never credentials.
    package var destination: String
    /// What gives a conversation its identity: a change is never lawful.
    package var identity: String
    /// What decides what a record becomes, with the plan's lines.
    package var meaning: [Plan.MeaningLine]

    package init(
        planName: String, businessID: String, destinationName: String, destination: String, identity: String,
        meaning: [Plan.MeaningLine]
    ) {
        self.planName = planName
        self.businessID = businessID
        self.destinationName = destinationName
        self.destination = destination
        self.identity = identity
        self.meaning = meaning
    }
}

/// What a file of the source was when it was read: its metadata, and one hash for each block of it that was read.
package struct SourceFingerprint: Sendable, Equatable, Codable {
    package var name: String
    /// Bytes; nil for standard input.
    package var size: Int?
    /// Nanoseconds since 1970; nil for standard input.
    package var modified: Int64?
    package var inode: UInt64?
    /// XXH3 (128 bits, hexadecimal) of each whole block read so far, in order, and of what was read behind them.
    package var blocks: [String]
    package var rest: String
    /// Bytes read so far: what the hashes cover.
    package var read: Int
    /// Whether the last byte read is a line end: a file may only grow behind a whole record.
    package var endsWithNewline: Bool

    package init(
        name: String, size: Int?, modified: Int64?, inode: UInt64?, blocks: [String], rest: String, read: Int,
        endsWithNewline: Bool
    ) {
        self.name = name
        self.size = size
        self.modified = modified
        self.inode = inode
        self.blocks = blocks
        self.rest = rest
        self.read = read
        self.endsWithNewline = endsWithNewline
    }
}

/// Everything a later process needs to go on from a position as if there had been no other.
package struct RunProgress: Sendable, Equatable, Codable {
    package var runID: String
    package var position: SourcePosition
    package var books: Books
    /// Bytes of each report file that belong to the records before `position`, by file name.
    package var reportLengths: [String: Int]
    package var files: [SourceFingerprint]
    package var isFinished: Bool
    package var status: Int32?
    package var reason: String?
    /// Milliseconds since 1970.
    package var startedAt: Int64
    package var finishedAt: Int64?
    /// Whether the rejected records before the position are being read again, and the reports written anew. It stays
    /// until they are whole: a process that ends before leaves the work to the next one.
    package var isRevisiting: Bool
    /// What the books hold of the other input that was read last, beside its rows.
    package var passing: PassingCounts
    /// Records behind the position that processes with a limit of records have read: the batch is not closed, and what
    /// we reject leaves a row only when it is, so that nothing else tells how far they came. Nil for none.
    package var recordsAhead: Int?
    /// What the run's own writing looks like; nil before anything was sent.
    package var traces: OwnTraces?
    /// Nights that left a baseline behind; nil for none. Where there were some, a baseline that is missing is a loss.
    package var nights: Int?
    /// How many conversations the source was expected to hold when this process began, the rejected ones not counted.
    /// Nil where nothing told.
    package var expected: Int?

    package init(
        runID: String, position: SourcePosition, books: Books, reportLengths: [String: Int],
        files: [SourceFingerprint], isFinished: Bool, status: Int32? = nil, reason: String? = nil, startedAt: Int64,
        finishedAt: Int64? = nil, isRevisiting: Bool = false, passing: PassingCounts = PassingCounts()
    ) {
        self.runID = runID
        self.position = position
        self.books = books
        self.reportLengths = reportLengths
        self.files = files
        self.isFinished = isFinished
        self.status = status
        self.reason = reason
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.isRevisiting = isRevisiting
        self.passing = passing
    }
}
