import Yams

/// Builds the plan's tree from its text: repeated keys and missing variables are found here.
struct PlanTree {
    private var yaml: YAMLText
    /// Nil where `${NAME}` means nothing, and stays as it stands.
    private let variables: Variables?
    /// What the text is, in words for a message.
    private let document: String
    private let destination: String?
    private(set) var problems: [PlanProblem] = []
    private var parts = 0
    /// Inside a destination that is not in use: whether a variable of it is missing. Nil outside.
    private var lacksVariable: Bool?

    /// As many as fit into the largest plan if each has five bytes. Aliases of aliases make more out of a few lines.
    private static let mostParts = 200_000

    /// - Parameter destination: the one in use; nil for none.
    init(_ text: String, variables: Variables?, document: String = "the plan", destination: String? = nil) {
        // Yams takes a byte order mark for text.
        yaml = YAMLText(text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text)
        self.variables = variables
        self.document = document
        self.destination = destination
    }

    mutating func root() throws(PlanProblem) -> PlanNode {
        guard let tree = try yaml.tree() else {
            throw PlanProblem(
                line: nil, "\(document) is empty", hint: variables == nil ? nil : "begin it with version: 1")
        }
        var root = node(tree, path: "", line: 1)
        root.document = document
        return root
    }

    private mutating func node(_ node: Node, path: String, line: Int) -> PlanNode {
        parts += 1
        guard parts <= Self.mostParts else {
            if parts == Self.mostParts + 1 {
                report(
                    line, "\(document) has more than \(Self.mostParts) parts",
                    hint: "look whether its aliases repeat one another, and write out what they stand for")
            }
            return PlanNode(content: .unknown, path: path, line: line)
        }
        let content: PlanNode.Content
        switch node {
        case .scalar(let scalar):
            content = text(scalar, path: path, line: line)
        case .sequence(let items):
            content = .list(
                items.enumerated().map { index, item in
                    self.node(item, path: "\(path)[\(index)]", line: item.mark?.line ?? line)
                })
        case .mapping(let pairs):
            content = entries(pairs, path: path, line: line).map { .map($0) } ?? .unknown
        case .alias:
            // Yams puts what an alias stands for in its place, and keeps this case for writing.
            report(line, "an alias cannot stand here", hint: "write out what it stands for")
            content = .unknown
        }
        return PlanNode(content: content, path: path, line: line)
    }

    /// The entries of a map; nil where something else than a text is a key.
    private mutating func entries(_ pairs: Node.Mapping, path: String, line: Int) -> [PlanNode.Entry]? {
        var entries: [PlanNode.Entry] = []
        var lines: [String: Int] = [:]
        for (key, value) in pairs {
            let line = key.mark?.line ?? line
            guard let scalar = key.scalar else {
                report(line, "a key must be a text", hint: "put a text with braces or brackets in quotes")
                return nil
            }
            let name = yaml.undisguised(scalar.string)
            if let first = lines[name] {
                let place = path.isEmpty ? document : path
                report(
                    line,
                    "\(CanonicalText.quoted(name)) stands twice in \(place): on line \(first) and on line \(line)",
                    hint: "keep one of them")
                continue
            }
            lines[name] = line
            let part = CanonicalText.key(name)
            let childPath = path.isEmpty ? part : "\(path).\(part)"
            let isSpare = path == Self.destinationsPath && name != destination
            let child =
                isSpare
                ? spareDestination(value, path: childPath, line: line) : node(value, path: childPath, line: line)
            entries.append(PlanNode.Entry(key: name, node: child))
        }
        return entries
    }

    private static let destinationsPath = "destinations"

    /// A destination that is not in use; unknown where a variable of it is missing.
    private mutating func spareDestination(_ value: Node, path: String, line: Int) -> PlanNode {
        lacksVariable = false
        var child = node(value, path: path, line: line)
        if lacksVariable == true { child.content = .unknown }
        lacksVariable = nil
        return child
    }

    private mutating func text(_ scalar: Node.Scalar, path: String, line: Int) -> PlanNode.Content {
        let typed = yaml.undisguised(scalar.string)
        let filled = variables?.fill(typed) ?? Variables.Filled(value: typed)
        if lacksVariable != nil, !filled.missing.isEmpty {
            lacksVariable = true
            return .unknown
        }
        for name in filled.missing {
            report(
                line, "the environment variable \(name) is not set",
                hint: "set it, as in: export \(name)=…; or write $${ for the two characters ${")
        }
        if filled.isMalformed {
            report(
                line, "a ${ is not followed by a variable's name and }",
                hint: "write ${NAME}, or $${ for the two characters ${")
        }
        guard filled.missing.isEmpty, !filled.isMalformed else { return .unknown }
        return .text(
            PlanText(
                value: filled.value, typed: typed, hasVariable: filled.hasVariable,
                isNothing: typed.isEmpty && scalar.style == .plain))
    }

    /// What an alias repeats is wrong once.
    private mutating func report(_ line: Int, _ message: String, hint: String) {
        let problem = PlanProblem(line: line, message, hint: hint)
        if !problems.contains(problem) { problems.append(problem) }
    }
}
