/// What a run knows of its records: makes every intent and outcome durable, closes batches in order, and keeps books
/// and reports in step with the committed position.
package actor RunLedger: Journal {
    private let checkpoint: any Checkpoint
    private let report: any RejectionReport
    private let observer: any RunObserver
    private let fileNames: [String]
    private let clock: any WallClock
    private let fingerprints: @Sendable () async -> [SourceFingerprint]
    private let limit: RejectionLimit
    /// Whether more records were rejected than the plan lets pass. From then on no batch is closed, so that the next
    /// process finds the same records behind the same position, and judges as this one did.
    private(set) var isLimitPassed = false
    private var onLimit: (@Sendable () async -> Void)?
    /// Whether the reports are the run's own, whose lengths are committed with its position.
    private let reportsBelongToPosition: Bool
    private let traits: DestinationTraits

    /// As it is to be committed next. It is changed only right before a commit, with no suspension in between, so that
    /// whoever commits it commits a state that is whole.
    private var progress: RunProgress
    private var open: [OpenBatch] = []
    /// Batches that ended before their piece did: counted, reported, but read again next time.
    private var partial: [OpenBatch] = []
    /// Where the books count the records that enter them one by one.
    private var standings: [RecordID: Standing] = [:]
    /// How many messages the books hold of those of them that are rejected.
    private var rejectedMessages: [RecordID: Int] = [:]
    /// What goes with a doubt whose record is not at hand.
    private var carriages: [RecordID: Carriage] = [:]
    /// Doubts that are being looked up: their outcome is no longer that of a request.
    private var lookedUp: Set<RecordID> = []
    /// Doubts that arose since they were last taken.
    private var freshDoubts: [AttemptEntry] = []
    private var onDoubt: (@Sendable () -> Void)?
    /// What stayed in doubt when all of it was looked up last; nil where that was not done in this process.
    private(set) var openDoubts: [OpenDoubt]?
    private var messages = MessageBudget(MessageSpending())
    private let isNight: Bool
    /// What of the checkpoint belongs to the night: the number of its first file, and earlier records that it sends again.
    private var night: (firstFile: Int, reused: Set<RecordID>)?
    private var isClosing = false
    /// The feed's task, while more batches are closed than are committed.
    private var waiter: CheckedContinuation<Void, Never>?
    private let requestsBefore: Books.Requests

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

    // MARK: - Batches

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

    private func closeBatches() async throws {
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

    // MARK: - Journal

    package func record(_ given: [AttemptEntry]) async throws {
        var entries = given
        // A row of what is rejected says how many messages that are: the record itself may be another by the time it is
        // counted elsewhere.
        for index in entries.indices where entries[index].state == .refused && entries[index].step == .create {
            entries[index].messages = carriage(of: entries[index].record).total
        }
        let moved = entries.map { move($0) }.contains(true)
        // The batch of a doubt may be closed at any moment. Entered before the commit, it is counted as what it now is;
        // and since commits keep their order, no books that say so are durable before the row that does.
        for entry in entries where lookedUp.contains(entry.record) { enter(entry) }
        // What the destination itself remembers as done is not written down twice.
        let kept = traits.keepsLedger ? entries.filter { $0.state != .done || standings[$0.record] != nil } : entries
        let hasSpent = messages.enter(entries)
        if !kept.isEmpty || moved || hasSpent {
            try await checkpoint.commit(
                kept, progress: moved ? progress : nil, spending: hasSpent ? messages.spending : nil)
        }
        for entry in entries where !lookedUp.contains(entry.record) { enter(entry) }
        let settled = entries.count { $0.step == .create && $0.state != .intent && $0.state != .released }
        if settled > 0 { observer.settled(settled) }
        try await closeBatches()
    }

    private func enter(_ entry: AttemptEntry) {
        guard entry.step == .create && entry.state != .intent else { return }
        if entry.state == .inDoubt && !lookedUp.contains(entry.record) {
            freshDoubts.append(entry)
            onDoubt?()
        }
        for index in open.indices where open[index].enter(entry) { return }
        for index in partial.indices where partial[index].enter(entry) { return }
    }

    package func traces() -> OwnTraces { progress.traces ?? OwnTraces() }

    package func keep(_ traces: OwnTraces) async throws {
        guard progress.traces != traces else { return }
        progress.traces = traces
        try await checkpoint.commit([], progress: progress)
    }

    package func promiseMessage(of record: RecordID, in month: CalendarMonth, budget: Int?) -> MessagePromise {
        messages.promise(record, in: month, budget: budget)
    }

    /// Takes up what earlier processes sent. Before anything else.
    func recallMessages() async throws { messages = MessageBudget(try await checkpoint.messageSpending()) }

    package func note(_ event: DestinationEvent) { observer.noted(event) }

    /// Counts a record of those that enter the books one by one where it stands now.
    ///
    /// - Returns: whether the books changed.
    private func move(_ entry: AttemptEntry) -> Bool {
        guard entry.step == .create, let before = standings[entry.record] else { return false }
        let now = Standing(entry)
        let formerly = before.isRejected ? rejectedMessages[entry.record] : nil
        guard now != before || (now.isRejected && formerly != entry.messages) else { return false }
        standings[entry.record] = now
        if now.isRejected { rejectedMessages[entry.record] = entry.messages }
        progress.books.move(
            from: before, formerly.map { Carriage(opening: $0) }, to: now, carriage(of: entry.record))
        return true
    }

    private func carriage(of record: RecordID) -> Carriage {
        for batch in open {
            if let index = batch.index(of: record) {
                return Carriage(
                    of: index, in: batch.taken.batch, carriesHistory: traits.carriesHistory,
                    losing: traits.fidelity.lost)
            }
        }
        return carriages[record] ?? Carriage(opening: 0)
    }

    // MARK: - A night

    /// From now on records are the night's.
    func begin(_ plan: NightPlan) { night = (plan.firstFile, plan.reused) }

    /// The next night has something to compare with.
    func leftBaseline() { progress.nights = (progress.nights ?? 0) + 1 }

    /// Enters records that nothing is done with.
    func pass(_ passing: PassingCounts) { progress.books.enter(passing) }

    /// Enters what became of changed conversations, and reports those that the destination refused.
    ///
    /// - Parameter wereFound: whether the books count them as present already.
    func carried(
        _ outcomes: [UpdateOutcome], of changes: [ChangedConversation], refused: [RejectedRecord], wereFound: Bool
    ) async throws {
        for (outcome, change) in zip(outcomes, changes) {
            if wereFound { progress.books.count(.alreadyPresent, Carriage(opening: 0), -1) }
            progress.books.enter(
                outcome,
                messages: Carriage(
                    of: change.conversation.index, in: change.conversation.batch,
                    carriesHistory: traits.carriesHistory
                ).total)
        }
        try await report.append(refused)
        _ = try await report.flush()
        for record in refused { observer.rejected(record) }
        observer.settled(changes.count)
    }

    // MARK: - In doubt

    /// Announces what is to be looked up. What an earlier process left behind the position is not in the books yet: the
    /// source itself will bring it. What this one left there enters them when its batch is closed.
    func expect(_ doubts: [AttemptEntry]) {
        for doubt in doubts {
            lookedUp.insert(doubt.record)
            carriages[doubt.record] = doubt.carriage
            if isCounted(doubt.record) { standings[doubt.record] = .inDoubt }
        }
    }

    /// Whether the books count a record that is not among the open ones. Those of a night count its own alone.
    private func isCounted(_ record: RecordID) -> Bool {
        guard isNight else { return record.isCounted(before: progress.position) }
        return night.map { record.file >= $0.firstFile || $0.reused.contains(record) } ?? false
    }

    func forgetDoubts(_ doubts: [AttemptEntry]) {
        for doubt in doubts {
            lookedUp.remove(doubt.record)
            carriages[doubt.record] = nil
            // One whose batch is open still belongs to it.
            if !open.contains(where: { $0.index(of: doubt.record) != nil }) { standings[doubt.record] = nil }
        }
    }

    /// What is done whenever a doubt arises; nil for nothing.
    func onDoubt(_ action: (@Sendable () -> Void)?) { onDoubt = action }

    /// The doubts that arose since this was last asked.
    func takeFreshDoubts() -> [AttemptEntry] {
        defer { freshDoubts = [] }
        return freshDoubts
    }

    /// Remembers what stayed in doubt, for whoever is told how the run ended.
    func leaveOpen(_ doubts: [OpenDoubt]) { openDoubts = doubts }

    // MARK: - Figures

    /// The run's books as they stand now, with batches that are still open.
    package var books: Books {
        var books = progress.books
        for batch in partial + open { batch.add(to: &books) }
        return books
    }

    package var position: SourcePosition { progress.position }

    /// Enters what became of later steps, which the checkpoint's rows tell, into the books.
    ///
    /// - Parameter before: steps that earlier runs took.
    func countSteps(since before: Books.Steps) async throws {
        let steps = try await checkpoint.stepFigures()
        progress.books.steps = steps.since(before)
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
        if let figures = messages.figures {
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

/// The wall clock, in milliseconds since 1970; only for what is written down, never for waiting.
package protocol WallClock: Sendable {
    func milliseconds() -> Int64
}
