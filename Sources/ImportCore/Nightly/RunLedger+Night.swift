/// What a night enters beside the batches that it sends.
extension RunLedger {
    /// From now on records are the night's.
    func begin(_ plan: NightPlan) {
        night = (plan.firstFile, plan.reused)
        progress.books.checked = plan.night.checked
    }

    /// Counts steps that are settled.
    func countSteps(of entries: [AttemptEntry]) {
        for entry in entries where entry.state == .done || entry.state == .refused {
            stepsOfNight.count(entry.step, entry.state, 1)
        }
    }

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
}
