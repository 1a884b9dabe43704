/// One thing that is wrong with a plan: where, what, and the way out.
package struct PlanProblem: Error, Sendable, Equatable {
    /// Nil where it is about the file as a whole.
    package var line: Int?
    /// Where the line is to be found, if not in the plan: `preset zendesk-json:7`.
    package var place: String?
    package var message: String
    package var hint: String?

    package init(line: Int?, _ message: String, hint: String? = nil) {
        self.line = line
        self.message = message
        self.hint = hint
    }
}
