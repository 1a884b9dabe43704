package import ImportCore

/// Reads a fault script, as strictly as a plan: YAML text in, a script or everything that is wrong with it out.
package enum FaultScriptReader {
    package static func read(path: String) throws(FaultScriptError) -> FaultScript {
        do {
            return try read(text: PlanReader.text(path: path), path: path)
        } catch let error as FaultScriptError {
            throw error
        } catch let error as PlanError {
            throw FaultScriptError(error)
        } catch {
            preconditionFailure("reading a file throws a PlanError")
        }
    }

    /// Reads a script from its text; `path` is only named in messages. No variables: a script holds no secret.
    package static func read(text: String, path: String) throws(FaultScriptError) -> FaultScript {
        var tree = PlanTree(text, variables: nil, document: "the fault script")
        let root: PlanNode
        do {
            root = try tree.root()
        } catch {
            throw FaultScriptError(.wrong(path: path, problems: [error]))
        }
        var decoder = PlanDecoder(problems: tree.problems)
        let script = decoder.faultScript(root)
        guard decoder.problems.isEmpty else {
            throw FaultScriptError(.wrong(path: path, problems: decoder.problemsInOrder))
        }
        return script
    }
}

/// Why there is no fault script to obey; said in the same form as for a plan.
package struct FaultScriptError: PresentableError, Equatable {
    private let cause: PlanError

    init(_ cause: PlanError) { self.cause = cause }

    package var report: FailureReport {
        switch cause {
        case .missing(let path):
            FailureReport(
                .noInput, place: path, "there is no such fault script",
                hint: "check the path; in a plan it is relative to the plan's folder")
        case .unreadable(let path, let reason):
            FailureReport(.noInput, place: path, "cannot read the fault script: \(reason)")
        case .wrong:
            cause.report
        }
    }
}
