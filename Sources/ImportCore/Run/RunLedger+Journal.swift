import Synchronization

/// What a destination tells the ledger of each request.
extension RunLedger: Journal {
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
        let spent = messages.withLock { $0.enter(entries) ? $0.spending : nil }
        if !kept.isEmpty || moved || spent != nil {
            try await checkpoint.commit(kept, progress: moved ? progress : nil, spending: spent)
        }
        if isNight { countSteps(of: entries) }
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

    package nonisolated func promiseMessage(
        of record: RecordID, in month: CalendarMonth, budget: Int?
    ) -> MessagePromise {
        messages.withLock { $0.promise(record, in: month, budget: budget) }
    }

    /// Takes up what earlier processes sent. Before anything else.
    func recallMessages() async throws {
        let spending = try await checkpoint.messageSpending()
        messages.withLock { $0 = MessageBudget(spending) }
    }

    package func note(_ event: DestinationEvent) { observer.noted(event) }

    /// Counts a record of those that enter the books one by one where it stands now.
    ///
    /// - Returns: whether the books changed.
    func move(_ entry: AttemptEntry) -> Bool {
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
}
