import ImportCore

/// Turns the plan's tree into the plan. It goes on after an error, so that a person sees all of them at once, and notes
/// on the way what of the plan decides what a record becomes.
///
/// A function that is given no node, or one it cannot read, returns nil; in the second case it has reported why.
struct PlanDecoder {
    private(set) var problems: [PlanProblem]
    private var meaning: [Plan.MeaningLine] = []
    /// What a time without an offset means where its own rule does not say so.
    var zone: ZoneRule?
    /// Where the record is in its document; nil where the document is the record.
    var envelope: FieldPath?
    /// Whether the fields that are named now are a message's, which stand in no envelope of their own.
    var isInMessage = false

    init(problems: [PlanProblem] = []) { self.problems = problems }

    /// What the fields that are named now are part of.
    var base: FieldPath? { isInMessage ? nil : envelope }

    var problemsInOrder: [PlanProblem] {
        // Stable, so that what is found on one line stays in the order in which it was found.
        problems.enumerated().sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
            .map(\.element)
    }

    /// The meaning in an order that the plan's layout does not change.
    var meaningInOrder: [Plan.MeaningLine] {
        meaning.sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
    }

    /// Reports what is wrong with a node: `message` goes on after its name.
    mutating func report(_ node: PlanNode, _ message: String, hint: String? = nil) {
        report(line: node.line, "\(node.name) \(message)", hint: hint)
    }

    mutating func report(line: Int, _ message: String, hint: String? = nil) {
        problems.append(PlanProblem(line: line, message, hint: hint))
    }

    mutating func reportLater(_ node: PlanNode, _ what: String = "", hint: String) {
        let subject = what.isEmpty ? node.name : "\(node.name): \(what)"
        report(line: node.line, "\(subject) is not yet in this version", hint: hint)
    }

    mutating func note(_ path: String, _ value: String, line: Int) {
        meaning.append(Plan.MeaningLine(text: "\(path) = \(value)", line: line))
    }

    /// Decodes something whose meaning is not the whole plan's; returns what was noted of it.
    mutating func notingApart<Value>(_ decode: (inout Self) -> Value) -> (Value, meaning: [Plan.MeaningLine]) {
        let count = meaning.count
        let value = decode(&self)
        let noted = Array(meaning[count...])
        meaning.removeLast(noted.count)
        return (value, noted)
    }

    static func masked(_ value: String) -> String { "‹variable \(Secret(value).fingerprint)›" }

    /// A value from the environment is noted by its fingerprint: a change is seen, and no file holds the value.
    mutating func note(_ path: String, _ text: PlanText, _ value: String? = nil, line: Int) {
        let value = value ?? text.value
        note(path, text.hasVariable ? Self.masked(value) : CanonicalText.value(value), line: line)
    }
}

extension PlanDecoder {
    /// A map with the keys of `Key`; each of its keys is either known, or reported.
    mutating func map<Key: PlanKey>(_ node: PlanNode?, of _: Key.Type) -> PlanMap<Key>? {
        guard let node else { return nil }
        var map = PlanMap<Key>(node)
        switch node.content {
        case .unknown:
            return nil
        case .text(let text) where text.isNothing:
            return map
        case .text, .list:
            report(node, "must be a map of keys and values, not \(node.kind)")
            return nil
        case .map(let entries):
            for entry in entries {
                if let key = Key(rawValue: entry.key) {
                    map.set(key, entry.node)
                } else if let hint = Key.later[entry.key] {
                    reportLater(entry.node, hint: hint)
                    if Key.fillingIn.contains(entry.key) { map.excuse(Key.allCases) }
                } else {
                    let nearest = NearestName.of(entry.key, among: Key.names)
                    report(
                        line: entry.node.line, "unknown key \(CanonicalText.quoted(entry.key)) in \(node.name)",
                        hint: nearest.map { "did you mean \($0)?" } ?? "one of " + Key.names.joined(separator: ", "))
                    if let key = nearest.flatMap(Key.init(rawValue:)) { map.excuse([key]) }
                }
            }
            return map
        }
    }

    /// What stands under a key that must be there; `example` shows how it is written.
    mutating func required<Key: PlanKey>(_ map: PlanMap<Key>, _ key: Key, example: String) -> PlanNode? {
        if map.isMissing(key) {
            let prefix = map.node.path.isEmpty ? "" : map.node.path + "."
            report(line: map.node.line, "\(prefix)\(key.rawValue) is missing", hint: "\(key.rawValue): \(example)")
        }
        return map[key]
    }

    /// The items of a list; a single text or map is a list of one.
    mutating func list(_ node: PlanNode?) -> [PlanNode]? {
        guard let node else { return nil }
        switch node.content {
        case .unknown: return nil
        case .list(let items): return items
        case .text, .map: return [node]
        }
    }

    mutating func text(_ node: PlanNode?) -> PlanText? {
        guard let node else { return nil }
        switch node.content {
        case .unknown:
            return nil
        case .text(let text) where text.isNothing:
            report(node, "has no value", hint: "write one, or \"\" for an empty text")
            return nil
        case .text(let text):
            return text
        case .list, .map:
            report(node, "must be a text, not \(node.kind)")
            return nil
        }
    }

    mutating func nonEmptyText(_ node: PlanNode?) -> PlanText? {
        guard let node, let text = text(node) else { return nil }
        guard !text.value.isEmpty else {
            report(node, "is empty")
            return nil
        }
        return text
    }
}
