import ImportCore

/// What an expression does with its value: `values`, `date` with `zone`, or `lookup`.
extension PlanDecoder {
    mutating func meaning(_ map: PlanMap<ExpressionKey>, for target: RuleTarget) -> ValueRule.Meaning? {
        if let node = map[.values] { return values(node, for: target).map { .values($0) } }
        if let node = map[.date] {
            let own = zone(map[.zone])
            guard let pattern = datePattern(node) else { return nil }
            let isEpoch = pattern == .epochSeconds || pattern == .epochMilliseconds
            let zone = own ?? (isEpoch ? nil : self.zone)
            if let node = map[.zone], isEpoch {
                report(node, "means nothing with an epoch, which is the same moment everywhere", hint: "take it out")
            }
            return .date(pattern, zone: zone)
        }
        if let node = map[.lookup] { return lookup(node, map).map { .lookup($0) } }
        if let node = map[.present] {
            guard let text = constant(node, for: target) else { return nil }
            note(node.path, text, line: node.line)
            return .presence(text.value)
        }
        return nil
    }

    private mutating func values(_ node: PlanNode, for target: RuleTarget) -> [ValueRule.ValuePair]? {
        guard case .map(let entries) = node.content, !entries.isEmpty else {
            if case .unknown = node.content { return nil }
            report(node, "must be a map of the source's values to PingBack's", hint: "{new: open, solved: resolved}")
            return nil
        }
        return entries.compactMap { entry in
            guard let text = constant(entry.node, for: target) else { return nil }
            note(entry.node.path, text, line: entry.node.line)
            return ValueRule.ValuePair(from: entry.key, to: text.value)
        }
    }

    /// `iso8601`, `epoch` (seconds), `epoch_ms` (milliseconds), or a pattern of Unicode's letters.
    private mutating func datePattern(_ node: PlanNode) -> DatePattern? {
        guard let text = nonEmptyText(node), isAnswered(node, text) else { return nil }
        let named: [String: DatePattern] = [
            "iso8601": .iso8601, "epoch": .epochSeconds, "epoch_ms": .epochMilliseconds,
        ]
        // Whether a pattern can be read is for the compiler of mappings to say. That a mistyped name is none is seen here:
        // no date is without its year, month and day.
        guard let pattern = named[text.value] ?? (text.value.isDatePattern ? .pattern(text.value) : nil) else {
            let nearest = text.hasVariable ? nil : NearestName.of(text.value, among: named.keys.sorted())
            report(
                node, "is \(text.shown); it must be iso8601, epoch, epoch_ms, or a pattern with year, month and day",
                hint: nearest.map { "did you mean \($0)?" } ?? "\"dd/MM/yyyy HH:mm\"")
            return nil
        }
        note(node.path, text, line: node.line)
        return pattern
    }

    mutating func zone(_ node: PlanNode?) -> ZoneRule? {
        guard let node else { return nil }
        var nameNode: PlanNode? = node
        var ambiguous = ZoneRule.Ambiguous.reject
        if case .map = node.content {
            guard let map = map(node, of: ZoneKey.self) else { return nil }
            nameNode = required(map, .name, example: "Europe/Berlin")
            ambiguous = choice(map[.ambiguous], of: ZoneRule.Ambiguous.self) ?? .reject
            note(node.path + ".ambiguous", ambiguous.rawValue, line: map[.ambiguous]?.line ?? node.line)
            if let missing = map[.missing], let text = text(missing), text.value != "reject" {
                report(missing, "is \(text.shown); an hour that the clocks skip can only be rejected", hint: "reject")
            }
        } else {
            note(node.path + ".ambiguous", ambiguous.rawValue, line: node.line)
        }
        guard let nameNode, let name = nonEmptyText(nameNode), isAnswered(nameNode, name) else { return nil }
        note(node.path, name, line: nameNode.line)
        return ZoneRule(name: name.value, ambiguous: ambiguous, line: nameNode.line)
    }

    /// Whether a text is not one of the questions that `guess` leaves where the file cannot tell: `? this | or that`.
    mutating func isAnswered(_ node: PlanNode, _ text: PlanText) -> Bool {
        guard text.value.hasPrefix("?"), !text.hasVariable else { return true }
        let choices = text.value.dropFirst().split(separator: "|").map { $0.drop { $0 == " " } }
        let shown = choices.map { CanonicalText.quoted(String($0.last == " " ? $0.dropLast() : $0)) }
        report(
            node, "is still a question that the file cannot answer",
            hint: shown.count > 1 ? "keep one of \(shown.alternatives)" : "say it in the place of the question mark")
        return false
    }

    private mutating func lookup(_ node: PlanNode, _ map: PlanMap<ExpressionKey>) -> LookupRule? {
        let file = nonEmptyText(node)
        let match = nonEmptyText(required(map, .match, example: "email"))
        let take = nonEmptyText(required(map, .take, example: "id"))
        guard let file, let match, let take else { return nil }
        note(node.path, file, line: node.line)
        note(map.node.path + ".match", match, line: map[.match]?.line ?? node.line)
        note(map.node.path + ".take", take, line: map[.take]?.line ?? node.line)
        return LookupRule(file: file.value, match: match.value, take: take.value, line: node.line)
    }
}

extension String {
    fileprivate var isDatePattern: Bool {
        contains("y") && (contains("M") || contains("L")) && contains("d")
    }
}
