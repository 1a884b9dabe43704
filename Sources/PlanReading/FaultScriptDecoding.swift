import ImportCore

/// A fault script as a whole: its limits, and when its rules apply.
extension PlanDecoder {
    mutating func faultScript(_ root: PlanNode) -> FaultScript {
        var script = FaultScript()
        guard let map = map(root, of: FaultScriptKey.self) else { return script }
        script.seed = integer(map[.seed], in: 0...Int(Int32.max)).map { UInt64($0) } ?? script.seed
        script.limits = (list(map[.limits]) ?? []).compactMap { loadLimit($0) }.sorted { $0.after < $1.after }
        script.faults = (list(map[.faults]) ?? []).compactMap { faultRule($0) }
        script.unknownCustomer =
            choice(map[.unknownCustomer], of: UnknownCustomer.self) ?? script.unknownCustomer
        return script
    }

    private mutating func loadLimit(_ node: PlanNode) -> LoadLimit? {
        guard let map = map(node, of: LoadLimitKey.self) else { return nil }
        var limit = LoadLimit()
        limit.after = duration(map[.after], allowsZero: true) ?? 0
        limit.rate = rate(map[.rate])
        limit.burst = integer(map[.burst], in: 1...1_000_000).map { Double($0) }
        limit.inFlight = integer(map[.inFlight], in: 1...1_000_000)
        if let burst = map[.burst], map.isMissing(.rate) {
            report(burst, "means nothing without rate", hint: "rate: 100/s")
        }
        if let answer = self.map(map[.answer], of: StatedAnswerKey.self) {
            let status = httpStatus(required(answer, .status, example: "429"))
            limit.answer = statedAnswer(
                status, body: answer[.body], retryAfter: answer[.retryAfter], headers: answer[.headers])
        }
        return limit
    }

    private mutating func faultRule(_ node: PlanNode) -> FaultRule? {
        guard let map = map(node, of: FaultRuleKey.self) else { return nil }
        let condition = faultCondition(map[.condition])
        guard let action = faultAction(required(map, .action, example: "{close: after-commit}")) else { return nil }
        return FaultRule(condition, action)
    }

    private mutating func faultCondition(_ node: PlanNode?) -> FaultCondition {
        var condition = FaultCondition()
        guard let map = map(node, of: FaultConditionKey.self) else { return condition }
        let numbers = 1...Int(Int32.max)
        condition.request = choice(map[.request], of: RequestKind.self) ?? .any
        condition.first = integer(map[.from], in: numbers) ?? condition.first
        condition.last = integer(map[.to], in: numbers) ?? condition.last
        if let number = integer(map[.number], in: numbers) {
            if let other = map[.from] ?? map[.to] ?? map[.every] {
                report(other, "means nothing beside number", hint: "keep one of them")
            }
            (condition.first, condition.last) = (number, number)
        }
        if condition.first > condition.last, let to = map[.to] {
            report(to, "is before from", hint: "from: 5, to: 9")
        }
        condition.every = integer(map[.every], in: numbers) ?? condition.every
        condition.share = share(map[.share]) ?? condition.share
        condition.after = duration(map[.after], allowsZero: true) ?? condition.after
        condition.duration = duration(map[.duration]) ?? condition.duration
        return condition
    }

    private mutating func share(_ node: PlanNode?) -> Double? {
        guard let node, let text = text(node) else { return nil }
        guard let quantity = Quantity(text.value), quantity.unit == "%", (0...100).contains(quantity.number) else {
            report(node, "is \(text.shown), not a share", hint: "a percentage of the requests, as in 2%")
            return nil
        }
        return quantity.number / 100
    }
}
