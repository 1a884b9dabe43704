/// The journal of settling apart from a run: nothing is read and nothing is sent, but the books change with the rows, in
/// one commit, as they do in a run.
package actor DoubtLedger: Journal {
    private let checkpoint: any Checkpoint
    private let clock: any WallClock
    private let onEvent: @Sendable (DestinationEvent) -> Void
    private var progress: RunProgress
    /// Where the books count the doubts that they hold.
    private var standings: [RecordID: Standing] = [:]
    private var carriages: [RecordID: Carriage] = [:]

    package init(
        checkpoint: any Checkpoint, progress: RunProgress, doubts: [AttemptEntry], clock: any WallClock,
        onEvent: @escaping @Sendable (DestinationEvent) -> Void
    ) {
        self.checkpoint = checkpoint
        self.progress = progress
        self.clock = clock
        self.onEvent = onEvent
        // What lies behind the position enters the books when the source brings it.
        for doubt in doubts where doubt.record.isCounted(before: progress.position) {
            standings[doubt.record] = .inDoubt
            carriages[doubt.record] = doubt.carriage
        }
    }

    package func record(_ given: [AttemptEntry]) async throws {
        var entries = given
        for index in entries.indices {
            let record = entries[index].record
            guard let before = standings[record], let carriage = carriages[record] else { continue }
            if entries[index].state == .refused { entries[index].messages = carriage.total }
            let now = Standing(entries[index])
            progress.books.move(from: before, to: now, carriage)
            standings[record] = now
        }
        // There is something to send again: the run is not at its end any more.
        if entries.contains(where: { $0.state == .released }) { progress.isFinished = false }
        try await checkpoint.commit(entries, progress: progress)
    }

    package func note(_ event: DestinationEvent) { onEvent(event) }

    package func traces() -> OwnTraces { progress.traces ?? OwnTraces() }

    package func keep(_ traces: OwnTraces) async throws {
        progress.traces = traces
        try await checkpoint.commit([], progress: progress)
    }

    /// Makes the outcome durable, and returns where the run stands now.
    package func end(requests: Books.Requests) async throws -> RunProgress {
        progress.books.requests = progress.books.requests + requests
        if progress.isFinished {
            progress.status = progress.books.status.rawValue
            progress.finishedAt = clock.milliseconds()
        }
        guard progress.books.balance else { throw RunError.unbalanced }
        try await checkpoint.commit([], progress: progress)
        return progress
    }
}
