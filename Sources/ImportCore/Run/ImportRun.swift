/// The import: reads from where the checkpoint stands, writes to the destination, and remembers.
///
/// A run settles what is in doubt, goes once through its input, and settles again; records that turn out never to have
/// arrived get a second pass of their own.
package struct ImportRun: Sendable {
    let parts: RunParts
    let ledger: RunLedger
    let source: any RecordSource

    package init(_ parts: RunParts) {
        self.parts = parts
        let source = parts.source(parts.isOtherInput ? nil : parts.progress.position)
        self.source = source
        let known = parts.progress.files
        let isOtherInput = parts.isOtherInput
        ledger = RunLedger(parts, fingerprints: { isOtherInput ? known : await source.fingerprints() })
    }

    /// Runs to the end, to a stop, or until asked to drain.
    package func run() async throws -> RunResult {
        var failure: (any Error)?
        var ending = PassEnding.source
        do {
            ending = try await passes()
        } catch {
            failure = error
        }
        do {
            try await ledger.countSteps()
        } catch {
            failure = failure ?? error
        }
        let requests = await parts.destination.requestCounts()
        let customers = await parts.destination.createdCustomers()
        return try await end(ending, failure: failure, requests: requests, createdCustomers: customers)
    }

    private func passes() async throws -> PassEnding {
        try await ledger.recallMessages()
        try await settle()
        try await takeLaterSteps()
        guard !isStopped else { return .drained }
        let ending = try await readInput()
        if ending == .source { try await takeLaterSteps() }
        guard ending == .source, !parts.isOtherInput else { return ending }
        let records = await ledger.books.records
        return parts.limit.isPassed(read: records.read, rejected: records.rejected, isEnd: true)
            ? .rejectionLimit : .source
    }

    private func readInput() async throws -> PassEnding {
        if let night = parts.night { return try await read(night) }
        return parts.isOtherInput ? try await readOtherInput() : try await readSource()
    }

    var isStopped: Bool { parts.control.stopReason != nil }

    private func intake() -> BatchIntake {
        BatchIntake(index: parts.index(), duplicates: parts.duplicates, fileNames: parts.fileNames)
    }

    // MARK: - The source

    private func readSource() async throws -> PassEnding {
        let position = parts.progress.position
        let tail = try await parts.checkpoint.tail(after: position)
        let present = try await parts.checkpoint.keysOfOtherInputs()
        let books = parts.progress.books
        let rejected = parts.progress.isRevisiting ? try await rejectedRecords() : nil
        let ahead = max(parts.progress.recordsAhead ?? 0, Self.countRead(tail, behind: position))
        let last = parts.mostRecords.map { books.records.read + ahead + $0 }
        let ending = try await run(source) {
            SourceSelection(
                position: position, limit: parts.limit, tail: tail, rejected: rejected, present: present,
                lastRecord: last, intake: intake(), records: books.records)
        }
        guard ending == .source else { return ending }
        return try await sendAgain { released in
            let own = released.filter { !$0.record.isOfOtherInput }
            guard !own.isEmpty else { return nil }
            let entries = Dictionary(own.map { ($0.record, $0) }, uniquingKeysWith: { _, last in last })
            return try await run(parts.source(nil)) { ReleasedSelection(released: entries, intake: intake()) }
        }
    }

    /// The records to be judged again: those that were rejected, and those whose second request got lost when an earlier
    /// process ended in the middle of judging again.
    private func rejectedRecords() async throws -> [RecordID: AttemptEntry] {
        let entries = try await parts.checkpoint.entries(in: [.refused, .released]).filter {
            !$0.record.isOfOtherInput && $0.record.isCounted(before: parts.progress.position) && !$0.isLeftOut
        }
        return Dictionary(entries.map { ($0.record, $0) }, uniquingKeysWith: { _, last in last })
    }

    /// How far an earlier process came at least behind the position, also one that was killed: `--limit` counts from
    /// there, or it would never get on within one batch.
    private static func countRead(_ tail: [RecordID: AttemptEntry], behind position: SourcePosition) -> Int {
        let furthest = Dictionary(tail.keys.map { ($0.file, $0.number) }, uniquingKeysWith: max)
        return furthest.reduce(0) { $0 + $1.value - ($1.key == position.file ? position.record : 0) }
    }

    // MARK: - Another input

    private func readOtherInput() async throws -> PassEnding {
        let keys = try await KnownKeys(parts.checkpoint, position: parts.progress.position)
        let ending = try await run(source) {
            InputSelection(keys: keys, firstFile: keys.nextFile, lastRecord: parts.mostRecords, intake: intake())
        }
        guard ending == .source else { return ending }
        return try await sendAgain { released in
            let counted = released.filter { $0.record.isCounted(before: parts.progress.position) }
            let entries = Dictionary(counted.map { ($0.keyFingerprint, $0) }, uniquingKeysWith: { first, _ in first })
            guard !entries.isEmpty else { return nil }
            return try await run(parts.source(nil)) {
                ReleasedInputSelection(released: entries, intake: intake())
            }
        }
    }

    // MARK: - In doubt

    /// Absent for certain, and the plan says that they may be sent again: as often as fewer are left than before.
    func sendAgain(_ body: ([AttemptEntry]) async throws -> PassEnding?) async throws -> PassEnding {
        try await settle()
        var (fewest, inVain) = (Int.max, 0)
        while parts.canReadAgain && !isStopped {
            let released = try await parts.checkpoint.entries(in: [.released])
            inVain = released.count < fewest ? 0 : inVain + 1
            fewest = min(fewest, released.count)
            // A run that is not whole never ends as if it were.
            guard inVain < Self.passesInVain else { throw RunError.sentInVain(count: released.count) }
            guard !released.isEmpty, let ending = try await body(released) else { break }
            guard ending == .source else { return ending }
            try await settle()
        }
        return .source
    }

    private static var passesInVain: Int { 3 }

    /// Finds out what became of requests whose answers an earlier process, or this one, never saw.
    private func settle() async throws {
        guard !isStopped else { return }
        try await settling.settleAll()
    }

    private var settling: DoubtSettling { DoubtSettling(parts: parts, ledger: ledger) }

    /// A pass, with what gets lost on the way looked up as soon as it can be.
    func run<Selection: BatchSelection>(
        _ source: any RecordSource, _ selection: @escaping @Sendable () -> Selection
    ) async throws -> PassEnding {
        async let _ = settling.watch()
        return try await RunPass(parts: parts, ledger: ledger).run(source, selection)
    }

    // MARK: - Later steps

    /// Does what an earlier process, or the settling of a doubt, left to be done to conversations that are in.
    private func takeLaterSteps() async throws {
        guard !isStopped, let destination = parts.destination as? any TakingLaterSteps else { return }
        let steps = try await parts.checkpoint.pendingSteps()
        guard !steps.isEmpty else { return }
        try await destination.take(steps, control: parts.control, journal: ledger)
    }

    // MARK: - The end

    private func end(
        _ ending: PassEnding, failure: (any Error)?, requests: Books.Requests, createdCustomers: Int?
    ) async throws -> RunResult {
        let books = await ledger.books
        var report: FailureReport?
        if let failure {
            guard let presentable = failure as? any PresentableError else { throw failure }
            report = presentable.report
        }
        let stop = parts.control.stopReason
        let status: ExitStatus
        let reason: String
        switch (report, stop, ending) {
        case (let report?, _, _): (status, reason) = (report.status, "stopped: " + report.message)
        case (nil, let stop?, _): (status, reason) = (stop, "stopped by a signal; repeat the command to go on")
        case (nil, nil, .rejectionLimit):
            (status, reason) = (
                .rejectionLimit, "stopped: more than \(parts.limit.spoken) of the records were rejected"
            )
        default:
            // What an earlier night left in doubt need not stand in tonight's source, and so not in its books.
            let doubts = await ledger.openDoubts ?? []
            status = parts.night != nil && !doubts.isEmpty ? .someInDoubt : books.status
            reason = self.reason(for: ending)
        }
        let isAtEnd = report == nil && stop == nil && ending == .source
        let progress = try await ledger.end(
            isAtEnd: isAtEnd, isAtRecordLimit: report == nil && stop == nil && ending == .recordLimit,
            isFinished: parts.isOtherInput && parts.night == nil ? parts.wasFinished : isAtEnd, status: status,
            reason: reason, requests: requests, createdCustomers: createdCustomers)
        guard progress.books.balance else { throw RunError.unbalanced }
        return RunResult(
            progress: progress, status: status, reason: reason, failure: report, requests: requests,
            openDoubts: await ledger.openDoubts)
    }

    private func reason(for ending: PassEnding) -> String {
        if ending == .recordLimit { return "stopped after the records asked for; repeat the command to go on" }
        guard parts.isOtherInput, parts.night == nil else { return "done" }
        return parts.wasFinished
            ? "the other input is done" : "the other input is done; the plan's own source is not read to its end"
    }
}
