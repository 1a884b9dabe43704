/// A destination that can take changes to conversations that are in.
package protocol Updating: Sendable {
    /// Looks at whether changes may be written there, and writes nothing. After `prepare`.
    func prepareToUpdate() async throws

    /// Carries changes as far as the destination takes them, and repeats nothing that it knows to be done: asked again
    /// in the same run, also by another process, it says of what is done that it was updated. Where the destination keeps
    /// a ledger, the drifts are the same as well; elsewhere nobody may know any more what stood there before it was
    /// overwritten. Tells the journal of requests before they are sent. Not while `write` is under way. Returns early,
    /// with `notReached`, when the run is asked to stop; throws a `PresentableError` when it has to stop.
    ///
    /// - Parameter changes: in file order, each conversation once.
    /// - Returns: one outcome for each, in the same order.
    func update(_ changes: [ChangedConversation], in context: UpdatingContext) async throws -> [UpdateOutcome]
}

extension Updating {
    package func prepareToUpdate() async throws {}
}

/// What updating has to know of the run that the changes belong to.
package struct UpdatingContext: Sendable {
    package var runID: String
    /// When the run began, in milliseconds since 1970: what was done since, it did itself.
    package var startedAt: Int64
    package var onDrift: DriftRule
    package var control: RunControl
    package var journal: any Journal
    /// To be called with the drifts of changes, before anything of them is committed or sent that would make it impossible
    /// to find them out again. Returns when they are on the disk. May be called several times for the same change.
    package var propose: @Sendable ([(change: ChangedConversation, drifts: [Drift])]) async throws -> Void

    package init(
        runID: String, startedAt: Int64, onDrift: DriftRule, control: RunControl, journal: any Journal,
        propose: @escaping @Sendable ([(change: ChangedConversation, drifts: [Drift])]) async throws -> Void = { _ in }
    ) {
        self.propose = propose
        self.runID = runID
        self.startedAt = startedAt
        self.onDrift = onDrift
        self.control = control
        self.journal = journal
    }
}
