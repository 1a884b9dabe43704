import Synchronization

/// What a run knows of its records: makes every intent and outcome durable, closes batches in order, and keeps books
/// and reports in step with the committed position.
package actor RunLedger {
    let checkpoint: any Checkpoint
    let report: any RejectionReport
    let observer: any RunObserver
    let fileNames: [String]
    let clock: any WallClock
    let fingerprints: @Sendable () async -> [SourceFingerprint]
    let limit: RejectionLimit
    /// Whether more records were rejected than the plan lets pass. From then on no batch is closed, so that the next
    /// process finds the same records behind the same position, and judges as this one did.
    var isLimitPassed = false
    var onLimit: (@Sendable () async -> Void)?
    /// Whether the reports are the run's own, whose lengths are committed with its position.
    let reportsBelongToPosition: Bool
    let traits: DestinationTraits

    /// As it is to be committed next. It is changed only right before a commit, with no suspension in between, so that
    /// whoever commits it commits a state that is whole.
    var progress: RunProgress
    var open: [OpenBatch] = []
    /// Batches that ended before their piece did: counted, reported, but read again next time.
    var partial: [OpenBatch] = []
    /// Where the books count the records that enter them one by one.
    var standings: [RecordID: Standing] = [:]
    /// How many messages the books hold of those of them that are rejected.
    var rejectedMessages: [RecordID: Int] = [:]
    /// What goes with a doubt whose record is not at hand.
    var carriages: [RecordID: Carriage] = [:]
    /// Doubts that are being looked up: their outcome is no longer that of a request.
    var lookedUp: Set<RecordID> = []
    /// Doubts that arose since they were last taken.
    var freshDoubts: [AttemptEntry] = []
    var onDoubt: (@Sendable () -> Void)?
    /// What stayed in doubt when all of it was looked up last; nil where that was not done in this process.
    var openDoubts: [OpenDoubt]?
    /// Under a lock of its own, since it is asked before every request, and has nothing to do with what else stands here.
    let messages = Mutex(MessageBudget(MessageSpending()))
    let isNight: Bool
    /// Later steps that the night took, and those that were refused it.
    var stepsOfNight = Books.Steps()
    /// What of the checkpoint belongs to the night: the number of its first file, and earlier records that it sends again.
    var night: (firstFile: Int, reused: Set<RecordID>)?
    var isClosing = false
    /// The feed's task, while more batches are closed than are committed.
    var waiter: CheckedContinuation<Void, Never>?
    let requestsBefore: Books.Requests

    init(_ parts: RunParts, fingerprints: @escaping @Sendable () async -> [SourceFingerprint]) {
        checkpoint = parts.checkpoint
        report = parts.report
        observer = parts.observer
        fileNames = parts.fileNames
        clock = parts.clock
        progress = parts.progress
        limit = parts.limit
        reportsBelongToPosition = !parts.isOtherInput
        isNight = parts.night != nil
        traits = parts.destination.traits
        self.fingerprints = fingerprints
        requestsBefore = parts.progress.books.requests
    }

    /// The run's books as they stand now, with batches that are still open.
    package var books: Books {
        var books = progress.books
        for batch in partial + open { batch.add(to: &books) }
        return books
    }

    package var position: SourcePosition { progress.position }
}

/// The wall clock, in milliseconds since 1970; only for what is written down, never for waiting.
package protocol WallClock: Sendable {
    func milliseconds() -> Int64
}
