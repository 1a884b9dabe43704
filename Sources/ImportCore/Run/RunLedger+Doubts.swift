/// What the ledger knows of requests whose answers nobody saw.
extension RunLedger {
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
}
