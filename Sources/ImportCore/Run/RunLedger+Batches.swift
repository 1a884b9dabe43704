/// How batches enter the ledger and are closed: in the source's order, however their outcomes came in.
extension RunLedger {
    /// So many batches may be done and wait to be committed: enough for commits never to stop the destination, and few
    /// enough that a destination faster than the checkpoint does not fill the memory.
    private static let mostWaiting = 4

    /// Takes a batch into the ledger before any of its records is sent. One task at a time.
    func begin(_ selected: SelectedBatch) async throws {
        while isClosing, open.count(where: \.isClosed) > Self.mostWaiting {
            await withCheckedContinuation { waiter = $0 }
        }
        for (index, standing) in selected.standings { standings[selected.taken.batch.id(at: index)] = standing }
        for (index, count) in selected.rejectedMessages {
            rejectedMessages[selected.taken.batch.id(at: index)] = count
        }
        open.append(OpenBatch(selected, traits: traits))
        observer.began(
            conversations: selected.pending.count, records: selected.taken.recordCount,
            span: selected.taken.batch.span)
        try await closeBatches()
    }

    /// What is done, once, when the rejection limit is passed; nil for nothing.
    func onLimit(_ action: (@Sendable () async -> Void)?) { onLimit = action }

    /// The oldest batches as far as they are closed, and whether the limit is passed behind them. Only the next batch in
    /// file order can be judged, with the books of all before it.
    private func closable() -> (count: Int, isLimitPassed: Bool) {
        var before = progress.books
        for batch in partial { batch.add(to: &before) }
        for index in open.indices {
            if open[index].passes(limit, before: before) { return (index, true) }
            guard open[index].isClosed else { return (index, false) }
            // Lines of a batch that is read again next time lie behind what the commit says of the reports.
            if open[index].counting == .partial { return (max(index, 1), false) }
            open[index].add(to: &before)
        }
        return (open.count, false)
    }

    func closeBatches() async throws {
        // Commits suspend, and outcomes come in meanwhile: only one caller closes, and it looks again.
        guard !isClosing, !isLimitPassed else { return }
        isClosing = true
        defer {
            isClosing = false
            letFeedOn()
        }
        while true {
            let (count, isLimitPassed) = closable()
            if count > 0 { try await close(count) }
            if isLimitPassed {
                self.isLimitPassed = true
                await onLimit?()
            }
            if isLimitPassed || count == 0 { return }
        }
    }

    /// Closes the oldest batches: reports first, then one commit of all that follows from them.
    private func close(_ count: Int) async throws {
        var rejected: [RejectedRecord] = []
        for batch in open.prefix(count) { rejected += batch.rejectedRecords(fileNames: fileNames) }
        try await report.append(rejected)
        let lengths = try await report.flush()
        let files = await fingerprints()
        for record in rejected where !record.isContinuation { observer.rejected(record) }
        // Taken only now: a doubt may have been settled while the reports were written.
        let batches = Array(open.prefix(count))
        open.removeFirst(count)
        letFeedOn()
        var entries: [AttemptEntry] = []
        for batch in batches {
            if batch.counting == .partial { partial.append(batch) } else { entries += close(batch) }
        }
        if !batches.allSatisfy({ $0.counting == .partial }) {
            progress.files = files
            if reportsBelongToPosition { progress.reportLengths = lengths }
            try await checkpoint.commit(entries, progress: progress)
        }
        if let last = batches.last { observer.progressed(books, position: last.taken.batch.span.end) }
    }

    private func letFeedOn() {
        waiter?.resume()
        waiter = nil
    }

    /// Enters a closed batch into the progress; returns its rows.
    private func close(_ batch: OpenBatch) -> [AttemptEntry] {
        batch.add(to: &progress.books)
        let entries = batch.entries(at: clock.milliseconds(), withPresent: !traits.keepsLedger) {
            standings[$0] != nil
        }
        switch batch.counting {
        case .byBatch:
            // Batches are closed in order: whatever was read again before this one is done.
            progress.isRevisiting = false
            progress.position = max(progress.position, batch.taken.batch.span.end)
            progress.recordsAhead = progress.recordsAhead.map { $0 - batch.taken.recordCount }.flatMap {
                $0 > 0 ? $0 : nil
            }
        case .byRecord(let passing):
            progress.passing += passing
            for entry in entries { _ = move(entry) }
            for record in batch.taken.accepted.map({ batch.taken.batch.id(at: $0) }) + entries.map(\.record) {
                standings[record] = nil
                rejectedMessages[record] = nil
            }
        case .partial: break
        }
        for record in lookedUp where batch.isInDoubt(record) { standings[record] = .inDoubt }
        return entries
    }
}
