import ImportCore
import PlanReading

/// The plan. The input is the text of its file.
///
/// It is read, or everything that is wrong is told with a line that the text has, and without a value of the environment;
/// and a comment in front of it moves all lines by one and changes nothing else.
enum PlanTarget {
    private static let secret = "s7Qz-value-of-a-variable"

    static func check(_ input: [UInt8]) throws {
        guard let text = String(validating: input, as: UTF8.self), !text.contains(secret) else { return }
        let outcome = read(text)
        try check(outcome, of: text)
        try require(read(text) == outcome, "reading it again gives something else")
        // A byte order mark stands first or is none.
        if text.unicodeScalars.first != "\u{FEFF}" {
            let moved = read("# a comment\n" + text)
            try require(
                moved.told(behind: 1) == outcome.told(behind: 0),
                "with a comment in front: \(moved), and not \(outcome)")
        }
    }

    private static func check(_ outcome: Outcome, of text: String) throws(Violation) {
        switch outcome {
        case .plan(let identity, let meaning):
            try require(!identity.isEmpty && !meaning.isEmpty, "a plan without identity or meaning")
        case .wrong(let problems, let report):
            try require(!problems.isEmpty, "an error that names no problem")
            try require(!report.contains(secret), "a value of the environment is told: \(report)")
            // As YAML 1.1, which libyaml reads, ends lines.
            let lineEnds = text.replacing("\r\n", with: "\n").unicodeScalars.count {
                ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains($0)
            }
            for problem in problems {
                try require(!problem.message.isEmpty, "a problem without words")
                guard let line = problem.line else { continue }
                try require(
                    line >= PresetLines.base || (1...lineEnds + 1).contains(line),
                    "a text of \(lineEnds + 1) lines has no line \(line): \(problem.message)")
            }
        }
    }

    private enum Outcome: Equatable {
        case plan(identity: String, meaning: [Plan.MeaningLine])
        case wrong([PlanProblem], report: String)

        /// What is told of a text behind so many lines, their number taken off: lines, and words without the numbers of
        /// other lines. What is told of the plan as a whole stands on line 1 wherever it begins.
        func told(behind lines: Int) -> [String] {
            func line(_ line: Int) -> Int { line >= PresetLines.base ? line : max(1, line - lines) }
            switch self {
            case .plan(let identity, let meaning):
                return [identity] + meaning.map { "\(line($0.line)): \($0.text)" }
            case .wrong(let problems, _):
                return problems.map { problem in
                    "\(problem.line.map { String(line($0)) } ?? "?"): \(problem.message.filter { !$0.isNumber })"
                }.sorted()
            }
        }
    }

    private static func read(_ text: String) -> Outcome {
        do {
            let plan = try PlanReader.read(text: text, path: "plan.yaml", environment: ["TOKEN": secret])
            return .plan(identity: plan.identity, meaning: plan.meaning)
        } catch .wrong(let path, let problems) {
            return .wrong(problems, report: PlanError.wrong(path: path, problems: problems).report.text)
        } catch {
            return .wrong([PlanProblem(line: nil, error.report.text)], report: error.report.text)
        }
    }
}
