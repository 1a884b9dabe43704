import ImportCore

/// What a rule fills, as far as it decides what the rule may say.
enum RuleTarget {
    case text
    case time
    case status, senderType, channelType

    /// The words of PingBack's vocabulary; empty where any text will do.
    var words: [String] {
        switch self {
        case .text, .time: []
        case .status: ConversationStatus.allCases.map(\.name)
        case .senderType: SenderType.allCases.map(\.name)
        case .channelType: ChannelType.allCases.map(\.rawValue)
        }
    }
}

/// Expressions: where a value comes from, and what becomes of it.
extension PlanDecoder {
    mutating func rule(_ node: PlanNode?, for target: RuleTarget) -> ValueRule? {
        guard let node else { return nil }
        switch node.content {
        case .unknown:
            return nil
        case .list:
            report(node, "must be a field's name or a map, not a list", hint: "first_of: [one field, another]")
            return nil
        case .text(let text):
            guard isAnswered(node, text), let field = field(node, as: node.path + ".from") else { return nil }
            if target == .time {
                report(node, "is a time, and needs its form", hint: "{from: …, date: iso8601}")
            }
            return ValueRule(.field(field), line: node.line)
        case .map:
            guard let map = map(node, of: ExpressionKey.self) else { return nil }
            return rule(map, for: target)
        }
    }

    private mutating func rule(_ map: PlanMap<ExpressionKey>, for target: RuleTarget) -> ValueRule? {
        let node = map.node
        checkCombination(map, for: target)
        let origin = origin(map, for: target)
        let conversions = conversions(map[.convert])
        let meaning = meaning(map, for: target)
        let otherwise = otherwise(map[.otherwise], for: target)
        guard let origin else { return nil }
        var rule = ValueRule(origin, line: node.line)
        rule.conversions = conversions
        rule.meaning = meaning ?? .text
        rule.otherwise = otherwise ?? .reject
        rule.coversMissing = map[.otherwise] != nil
        return rule
    }

    private mutating func checkCombination(_ map: PlanMap<ExpressionKey>, for target: RuleTarget) {
        let node = map.node
        let origins = ExpressionKey.origins.filter { map[$0] != nil }
        if origins.count > 1 {
            report(
                node, "has \(origins.listed), but a value comes from one of them",
                hint: "to try several in turn, first_of: [one field, another]")
        } else if origins.isEmpty, ExpressionKey.origins.allSatisfy(map.isMissing) {
            report(
                node, "does not say where its value comes from", hint: "add from, template, constant, first_of or when")
        }
        let meanings = ExpressionKey.meanings.filter { map[$0] != nil }
        if meanings.count > 1 { report(node, "has \(meanings.listed), which exclude each other", hint: "keep one") }
        for key in [ExpressionKey.match, .take] where map.isMissing(.lookup) {
            guard let part = map[key] else { continue }
            report(part, "means nothing without lookup", hint: "lookup: customers.csv")
        }
        if let then = map[.then], map.isMissing(.when) {
            report(then, "means nothing without when", hint: "when: {from: author.type, is: bot}")
        }
        if let zone = map[.zone], map.isMissing(.date) {
            report(zone, "means nothing without date", hint: "date: iso8601")
        }
        if target == .time, map[.date] == nil {
            if let part = map[.values] ?? map[.lookup] ?? map[.present] {
                report(part, "gives no time", hint: "use date")
            } else if map.isMissing(.date), map.isMissing(.firstOf) {
                // The parts of a first_of may each have a form of their own.
                report(
                    node, "is a time, and needs its form",
                    hint: "date: iso8601, epoch, epoch_ms, or a pattern such as \"dd/MM/yyyy HH:mm\"")
            }
        } else if target != .time, let date = map[.date] {
            report(date, "is for times, and this is none", hint: "take it out: the text is carried as it is")
        }
    }

    private mutating func origin(_ map: PlanMap<ExpressionKey>, for target: RuleTarget) -> ValueRule.Origin? {
        if let node = map[.from] { return field(node, as: node.path).map { .field($0) } }
        if map[.field] != nil {
            return literalField(map[.field], as: map.node.path + ".from").map { .field($0) }
        }
        if let node = map[.template] { return template(node).map { .template($0) } }
        let hasMeaning = ExpressionKey.meanings.contains { map[$0] != nil }
        if map[.when] != nil {
            let conditions = conditions(map[.when])
            let then = required(map, .then, example: target.words.first ?? "a text")
            if let then, case .map = then.content {
                let rule = rule(then, for: hasMeaning ? .text : target)
                guard let conditions, let rule else { return nil }
                return .guarded(conditions, then: rule)
            }
            guard let conditions, let then, let text = constant(then, for: hasMeaning ? .text : target) else {
                return nil
            }
            note(then.path, text, line: then.line)
            return .when(conditions, then: text.value)
        }
        if let node = map[.constant] {
            guard let text = constant(node, for: hasMeaning ? .text : target) else { return nil }
            note(node.path, text, line: node.line)
            return .constant(text.value)
        }
        guard let node = map[.firstOf] else { return nil }
        guard case .list(let items) = node.content, !items.isEmpty else {
            report(node, "must be a list of expressions", hint: "[one field, another]")
            return nil
        }
        // What is done with the value is done once: here, or in the parts.
        return .firstOf(items.compactMap { rule($0, for: hasMeaning ? .text : target) })
    }

    /// A text that stands for itself, and is a word of the target's vocabulary if it has one.
    mutating func constant(_ node: PlanNode?, for target: RuleTarget) -> PlanText? {
        guard let node, let text = text(node) else { return nil }
        if !target.words.isEmpty, !isAnswered(node, text) { return nil }
        guard target.words.isEmpty || target.words.contains(text.value) else {
            reportChoice(node, text, among: target.words)
            return nil
        }
        return text
    }

    mutating func conversions(_ node: PlanNode?) -> [ValueRule.Conversion] {
        guard let node, let items = list(node) else { return [] }
        let conversions = items.compactMap { choice($0, of: ValueRule.Conversion.self) }
        note(node.path, conversions.map(\.rawValue).joined(separator: ", "), line: node.line)
        return conversions
    }

    private mutating func otherwise(_ node: PlanNode?, for target: RuleTarget) -> ValueRule.Otherwise? {
        guard let node else { return nil }
        var constantNode = node
        if case .map = node.content {
            guard let map = map(node, of: ConstantKey.self),
                let inner = required(map, .constant, example: "none")
            else { return nil }
            constantNode = inner
        } else if case .text(let text) = node.content, ["reject", "none"].contains(text.value) {
            note(node.path, text, line: node.line)
            return text.value == "none" ? ValueRule.Otherwise.none : .reject
        }
        guard target != .time else {
            report(node, "must be reject or none for a time", hint: "otherwise: none leaves the time out")
            return nil
        }
        guard let text = constant(constantNode, for: target) else { return nil }
        note(node.path + ".constant", text, line: constantNode.line)
        return .constant(text.value)
    }
}

extension [ExpressionKey] {
    fileprivate var listed: String { map(\.rawValue).joined(separator: " and ") }
}
