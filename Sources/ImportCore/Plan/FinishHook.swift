/// The command that the plan has run when a process of a run ends, however it ends: it gets the summary on its standard
/// input, so that a failed night can reach a person in any way.
package struct FinishHook: Sendable, Equatable {
    /// The program and its arguments; no shell reads them.
    package var command: [String]
    /// Seconds that it may take; then it is ended.
    package var timeout: Double = 30

    package init(command: [String]) { self.command = command }
}
