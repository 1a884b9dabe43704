package import ImportCore

/// Why there is no plan to work with.
package enum PlanError: PresentableError, Equatable {
    case missing(path: String)
    case unreadable(path: String, reason: String)
    /// Everything that is wrong with it, in the order of its lines; never empty.
    case wrong(path: String, problems: [PlanProblem])

    package var report: FailureReport {
        switch self {
        case .missing(let path):
            FailureReport(.noInput, place: path, "there is no such plan", hint: "check the path; a plan is a YAML file")
        case .unreadable(let path, let reason):
            FailureReport(.noInput, place: path, "cannot read the plan: \(reason)")
        case .wrong(let path, let problems):
            Self.report(problems, of: path)
        }
    }

    /// One report whose text shows every problem as its own place, error and way out: the message runs from the first
    /// problem to the last, so that the first's place stands before it and the last's way out after it.
    private static func report(_ problems: [PlanProblem], of path: String) -> FailureReport {
        let reports = problems.map { problem in
            FailureReport(
                .plan, place: problem.place ?? problem.line.map { "\(path):\($0)" } ?? path, problem.message,
                hint: problem.hint)
        }
        guard let first = reports.first, let last = reports.last, reports.count > 1 else {
            return reports.first ?? FailureReport(.plan, place: path, "the plan is wrong")
        }
        var ending = last
        ending.hint = nil
        let others = reports.dropFirst().dropLast().map(\.text) + [ending.text]
        let opening = ([first.message] + (first.hint.map { ["  try: " + $0] } ?? [])).joined(separator: "\n")
        return FailureReport(
            .plan, place: first.place, ([opening] + others).joined(separator: "\n"), hint: last.hint)
    }
}
