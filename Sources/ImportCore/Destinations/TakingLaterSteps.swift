/// A destination whose conversations are created open and unassigned, and assigned, resolved or closed afterwards.
package protocol TakingLaterSteps: Sendable {
    /// Does each of the steps, which may have been done before, and tells the journal of those that are `done` or
    /// `refused`. Returns early when `control` is asked to stop; throws a `PresentableError` when it has to.
    func take(_ steps: [AttemptEntry], control: RunControl, journal: any Journal) async throws
}
