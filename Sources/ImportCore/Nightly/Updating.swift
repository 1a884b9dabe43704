/// A destination that can take changes to conversations that are in.
package protocol Updating: Sendable {
    /// Carries changes as far as the destination takes them, and repeats nothing that it knows to be done: asked again
    /// in the same run, also by another process, it gives the same outcomes. Tells the journal of requests before they
    /// are sent. Not while `write` is under way. Returns early, with `notReached`, when the run is asked to stop; throws a
    /// `PresentableError` when it has to stop.
    ///
    /// - Parameter changes: in file order, each conversation once.
    /// - Returns: one outcome for each, in the same order.
    func update(_ changes: [ChangedConversation], in context: UpdatingContext) async throws -> [UpdateOutcome]
}

/// What updating has to know of the run that the changes belong to.
package struct UpdatingContext: Sendable {
    package var runID: String
    package var onDrift: DriftRule
    package var control: RunControl
    package var journal: any Journal

    package init(runID: String, onDrift: DriftRule, control: RunControl, journal: any Journal) {
        self.runID = runID
        self.onDrift = onDrift
        self.control = control
        self.journal = journal
    }
}
