/// What one process of a run reads.
package enum RunInput: Sendable, Equatable {
    /// The plan's source, from the run's position on.
    case source
    /// The same, and once more the records before the position that were rejected.
    case sourceAndRejected
    /// Another input, matched with the checkpoint by its keys.
    case other
}

extension RunProgress {
    /// Where a process goes on: what it takes back from the books and reports is durable before the reports are cut to
    /// it, so that a kill in between leaves both in step.
    ///
    /// - Parameters:
    ///   - before: as the checkpoint has it; nil before the first process.
    ///   - runID: names the run, where this is its first process.
    ///   - expected: how many conversations the source is expected to hold; nil where nothing tells.
    package static func begin(
        _ before: RunProgress?, reading input: RunInput, runID: String, in checkpoint: any Checkpoint,
        expected: Int? = nil, clock: any WallClock
    ) async throws -> RunProgress {
        var progress =
            before
            ?? RunProgress(
                runID: runID, position: .start, books: Books(), reportLengths: [:], files: [], isFinished: false,
                startedAt: clock.milliseconds())
        progress.finishedAt = nil
        progress.expected = expected ?? progress.expected
        // Another input leaves the source read as far as it is.
        if input != .other { progress.isFinished = false }
        if input == .other {
            progress.books.forget(progress.passing)
            progress.passing = PassingCounts()
        } else if before != nil, input == .sourceAndRejected || progress.isRevisiting {
            progress.isRevisiting = true
            progress.reportLengths = [:]
        }
        if progress != before { try await checkpoint.commit([], progress: progress) }
        return progress
    }

    /// Where a night begins: a run of its own, with books of its own, which leaves the plan's source read as far as it is.
    ///
    /// - Parameter before: as the checkpoint has it; nil before the first process.
    package static func beginNight(
        after before: RunProgress?, runID: String, in checkpoint: any Checkpoint, clock: any WallClock
    ) async throws -> RunProgress {
        var progress = RunProgress(
            runID: runID, position: before?.position ?? .start, books: Books(), reportLengths: [:],
            files: before?.files ?? [], isFinished: false, startedAt: clock.milliseconds())
        progress.traces = before?.traces
        progress.nights = before?.nights
        try await checkpoint.commit([], progress: progress)
        return progress
    }
}
