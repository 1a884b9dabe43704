import ImportCore

/// What a rule of a fault script does.
extension PlanDecoder {
    mutating func faultAction(_ node: PlanNode?) -> FaultAction? {
        guard let map = map(node, of: FaultActionKey.self) else { return nil }
        checkCombination(map)
        var action = FaultAction()
        action.latency = duration(map[.latency], allowsZero: true) ?? 0
        action.latencyAfter = duration(map[.latencyAfter], allowsZero: true) ?? 0
        action.slowBytes = duration(map[.slowBytes])
        action.truncateAt = integer(map[.truncateAt], in: 0...Int(Int32.max))
        action.outcome = outcome(map) ?? .usual
        return action
    }

    private mutating func checkCombination(_ map: PlanMap<FaultActionKey>) {
        let outcomes = FaultActionKey.outcomes.filter { map[$0] != nil }
        if outcomes.count > 1 {
            report(
                map.node, "has \(outcomes.map(\.rawValue).joined(separator: " and ")), which exclude each other",
                hint: "keep one")
        }
        if FaultActionKey.allCases.allSatisfy({ map.isMissing($0) }) {
            report(map.node, "does nothing", hint: "{latency: 200ms}, {close: after-commit} or {status: 502}")
        }
        for key in [FaultActionKey.body, .retryAfter, .headers] where map.isMissing(.status) {
            if let part = map[key] { report(part, "means nothing without status", hint: "status: 503") }
        }
        if let committed = map[.committed], map.isMissing(.status), map.isMissing(.bytes) {
            report(
                committed, "means nothing without status or bytes",
                hint: "close and reset say when; an answer is always to a request that was done")
        }
        for key in FaultActionKey.manners {
            let silent = [FaultActionKey.close, .reset, .bytes, .restart].first { map[$0] != nil }
            if let silent, let part = map[key] {
                report(part, "means nothing beside \(silent.rawValue)", hint: "keep one of them")
            }
        }
    }

    private mutating func outcome(_ map: PlanMap<FaultActionKey>) -> FaultAction.Outcome? {
        let committed = flag(map[.committed]) ?? false
        if let moment = choice(map[.close], of: FaultAction.CutMoment.self) { return .cut(moment, isReset: false) }
        if let moment = choice(map[.reset], of: FaultAction.CutMoment.self) { return .cut(moment, isReset: true) }
        if let garbling = choice(map[.answer], of: FaultAction.Garbling.self) { return .garbled(garbling) }
        if let text = nonEmptyText(map[.bytes]) { return .bytes(text.value, committed: committed) }
        if let down = duration(map[.restart], allowsZero: true) { return .restart(down: down) }
        guard let status = map[.status] else { return nil }
        let answer = statedAnswer(
            httpStatus(status), body: map[.body], retryAfter: map[.retryAfter], headers: map[.headers])
        return .stated(answer, committed: committed)
    }
}

/// Answers as a script states them.
extension PlanDecoder {
    mutating func statedAnswer(
        _ status: Int?, body: PlanNode?, retryAfter: PlanNode?, headers: PlanNode?
    ) -> StatedAnswer {
        var answer = StatedAnswer(status: status ?? 500)
        answer.body = text(body)?.value
        answer.retryAfter = retryMoment(retryAfter)
        guard let headers else { return answer }
        guard case .map(let entries) = headers.content else {
            report(headers, "must be a map of names and values, not \(headers.kind)", hint: "{Location: /elsewhere}")
            return answer
        }
        for entry in entries {
            for item in list(entry.node) ?? [] {
                guard let value = text(item)?.value else { continue }
                guard Self.isFieldName(entry.key), !value.contains(where: \.isNewline) else {
                    report(item, "cannot be a header", hint: "to send what is none, write out the answer with bytes")
                    continue
                }
                answer.headers.append(StatedAnswer.Header(name: entry.key, value: value))
            }
        }
        return answer
    }

    /// 200 and above: what comes before is no answer, and can be sent with `bytes`.
    mutating func httpStatus(_ node: PlanNode?) -> Int? { integer(node, in: 200...599) }

    private mutating func retryMoment(_ node: PlanNode?) -> StatedAnswer.RetryMoment? {
        guard let node, let text = text(node) else { return nil }
        if let quantity = Quantity(text.value), quantity.unit.isEmpty, let seconds = Int(exactly: quantity.number) {
            return .seconds(seconds)
        }
        let words = text.value.split(separator: " ")
        if words.count == 2, words[0] == "in", let time = Quantity(String(words[1]))?.seconds { return .date(time) }
        if words.count == 2, words[1] == "ago", let time = Quantity(String(words[0]))?.seconds { return .date(-time) }
        report(
            node, "is \(text.shown), not a time to retry at",
            hint: "seconds, as in 2, or a date: \"in 2s\", \"60s ago\"; for anything else, headers: {Retry-After: …}")
        return nil
    }

    /// A token of RFC 9110 5.6.2.
    private static func isFieldName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
                    || (48...57).contains(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }
}
