import Yams

/// The plan's text on its way through Yams, with a disguise over two things that would not get through:
///
/// - `${NAME}` within `{ … }`, where YAML ends an unquoted text at the first brace;
/// - a repeated key, which Yams refuses, naming one line of the two. The first of the two is marked, so that the tree can
///   be built and both lines named.
///
/// The disguise is made of characters for private use that the plan itself does not hold.
struct YAMLText {
    private var text: String
    private let mark: Unicode.Scalar
    private let opening: Unicode.Scalar
    private let closing: Unicode.Scalar

    /// How many repeated keys are marked. Every mark reads the text once more; and a repeated alias cannot be marked.
    private static let mostMarks = 100

    init(_ text: String) {
        let used = Set(text.unicodeScalars)
        let free = (0xE000...0xF8FF as ClosedRange<UInt32>).lazy.compactMap(Unicode.Scalar.init)
            .filter { !used.contains($0) }.prefix(3)
        let signs = Array(free) + ["\u{E000}", "\u{E001}", "\u{E002}"]
        let (opening, closing) = (signs[1], signs[2])
        mark = signs[0]
        self.opening = opening
        self.closing = closing
        self.text = text.replacing(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/) { match in
            "\(opening)\(match.output.1)\(closing)"
        }
    }

    /// The tree of the one document in the text; nil where there is none.
    mutating func tree() throws(PlanProblem) -> Node? {
        var marks = 0
        while true {
            do {
                return try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                marks += 1
                guard marks <= Self.mostMarks, setMark(at: context.mark) else {
                    throw PlanProblem(
                        line: context.mark.line, "a key stands twice: \(keys.map(undisguised).joined(separator: ", "))")
                }
            } catch {
                throw problem(error)
            }
        }
    }

    /// A text of the tree as it was typed.
    func undisguised(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case opening: result += "${"
            case closing: result += "}"
            case mark: break
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Puts a mark at the start of the key that stands at `place`, within its quotes if it has any.
    private mutating func setMark(at place: Mark) -> Bool {
        let scalars = text.unicodeScalars
        guard var index = index(of: place) else { return false }
        if scalars[index] == "\"" || scalars[index] == "'" { index = scalars.index(after: index) }
        text.unicodeScalars.insert(mark, at: index)
        return true
    }

    /// Counts lines and columns as libyaml does.
    private func index(of place: Mark) -> String.Index? {
        let scalars = text.unicodeScalars
        var (line, column) = (1, 1)
        var index = scalars.startIndex
        while index < scalars.endIndex {
            if line == place.line && column == place.column { return index }
            let next = scalars.index(after: index)
            switch scalars[index] {
            case "\r" where next < scalars.endIndex && scalars[next] == "\n":
                break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
                (line, column) = (line + 1, 1)
            default:
                column += 1
            }
            index = next
        }
        return nil
    }

    /// What is missed at the end of the text is missed on its last line, not on the one after.
    private func line(of place: Mark) -> Int {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return min(place.line, 1 + (lines.lastIndex { !$0.isEmpty } ?? 0))
    }

    private func problem(_ error: any Error) -> PlanProblem {
        let hint = "check this line's indentation, quotes and brackets, and those of the line above"
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            let beginning = context.map { "\($0.text) begun on line \($0.mark.line), " } ?? ""
            return PlanProblem(line: line(of: mark), "this is not YAML: \(beginning)\(problem)", hint: hint)
        case .composer(let context, let problem, let mark, _):
            let beginning = context.map { "\($0.text), " } ?? ""
            return PlanProblem(line: line(of: mark), "this is not YAML: \(beginning)\(problem)", hint: hint)
        case .reader(let problem, let offset, _, let yaml):
            let line = offset.map { yaml.prefix($0).count { $0.isNewline } + 1 }
            return PlanProblem(line: line, "this is not YAML: \(problem)", hint: "remove what is not text")
        default:
            return PlanProblem(line: nil, "this is not YAML: \(error)", hint: hint)
        }
    }
}
