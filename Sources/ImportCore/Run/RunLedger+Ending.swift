import Synchronization

/// How a process's work with the ledger ends.
extension RunLedger {
    /// Enters what became of later steps into the books. A run asks the checkpoint, which reads every row: once a process,
    /// and for its last one of many. A night has counted its own, and asks only what is still to be done, whoever began it.
    func countSteps() async throws {
        guard isNight else {
            progress.books.steps = try await checkpoint.stepFigures()
            return
        }
        var steps = stepsOfNight
        steps.inDoubt = try await checkpoint.pendingSteps().count
        progress.books.steps = steps
    }

    /// Shows why the run stops: the lengths of the reports are not committed, so the next process takes this back.
    private func showOpen() async throws {
        for batch in open {
            let rejected = batch.rejectedRecords(fileNames: fileNames)
            try await report.append(rejected)
            for record in rejected where !record.isContinuation { observer.rejected(record) }
        }
        _ = try await report.flush()
    }

    /// Writes the end of this process: finished or not, and why.
    ///
    /// - Parameters:
    ///   - isAtEnd: whether the source was read to its end.
    ///   - isAtRecordLimit: whether all records that this process was asked for are read.
    func end(
        isAtEnd: Bool, isAtRecordLimit: Bool, isFinished: Bool, status: ExitStatus, reason: String,
        requests: Books.Requests, createdCustomers: Int?
    ) async throws -> RunProgress {
        if isLimitPassed { try await showOpen() }
        let files = await fingerprints()
        let isWhole = partial.isEmpty && open.isEmpty
        let lengths = isWhole && reportsBelongToPosition ? try await report.flush() : progress.reportLengths
        if isAtEnd && isWhole && reportsBelongToPosition { progress.isRevisiting = false }
        if isAtRecordLimit && reportsBelongToPosition {
            let ahead = (partial + open).reduce(0) { $0 + $1.taken.recordCount }
            progress.recordsAhead = ahead > 0 ? ahead : nil
        }
        progress.isFinished = isFinished && (isWhole || !reportsBelongToPosition)
        progress.status = status.rawValue
        progress.reason = reason
        progress.finishedAt = clock.milliseconds()
        progress.books.requests = requestsBefore + requests
        if let createdCustomers { progress.books.customers.created = createdCustomers }
        if let figures = messages.withLock({ $0.figures }) {
            for key in [MessageBudget.limitKey, MessageBudget.usedKey] { progress.books.limits[key] = figures[key] }
        }
        progress.files = files
        progress.reportLengths = lengths
        try await checkpoint.commit([], progress: progress)
        var shown = progress
        shown.books = books
        return shown
    }
}
