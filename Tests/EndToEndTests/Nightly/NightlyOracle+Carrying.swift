/// What a destination takes.
extension NightlyOracle {
    /// In Postgres a list of messages stands for all of a conversation; the opening one fills in where there is none.
    private static func history(of content: NightlyContent) -> [String: String] {
        let replies = content.messages.filter { !$0.key.hasPrefix("opening") }
        return replies.isEmpty ? content.messages : replies
    }

    mutating func create(_ key: Int, _ content: NightlyContent) {
        var content = content
        if isPostgres {
            content.messages = Self.history(of: content)
        } else {
            if content.status == "pending" { content.status = "open" }
            content.messages = content.messages.filter { $0.key.hasPrefix("opening") }
        }
        held[key] = Held(content: content)
    }

    mutating func carry(
        _ groups: Set<NightlyContent.Group>, of content: NightlyContent, to key: Int,
        _ plan: NightlyPlan, _ verdict: inout Verdict
    ) {
        guard var there = held[key] else { return }
        if isPostgres {
            write(groups, of: content, to: &there, plan, &verdict)
        } else {
            step(groups, of: content, to: &there, plan, &verdict)
        }
        held[key] = there
    }

    private func write(
        _ groups: Set<NightlyContent.Group>, of content: NightlyContent, to there: inout Held, _ plan: NightlyPlan,
        _ verdict: inout Verdict
    ) {
        var writesRow = false
        var writes = false
        func put<Value: Equatable>(_ path: WritableKeyPath<NightlyContent, Value>, _ verdict: inout Verdict) {
            guard there.content[keyPath: path] != content[keyPath: path] else { return }
            if !there.isOwn {
                if plan.overwrites { verdict.driftOverwritten += 1 } else { verdict.driftKept += 1 }
            }
            guard there.isOwn || plan.overwrites else { return }
            there.content[keyPath: path] = content[keyPath: path]
            writesRow = true
        }
        if groups.contains(.status) { put(\.status, &verdict) }
        if groups.contains(.assignee) { put(\.assignee, &verdict) }
        if groups.contains(.rest) { put(\.answered, &verdict) }
        if !groups.isDisjoint(with: [.messages, .rest]) {
            let before = there.content.messages
            let wanted = Self.history(of: content)
            for (id, text) in wanted where before[id] != text {
                if before[id] != nil || groups.contains(.messages) {
                    there.content.messages[id] = text
                    writes = true
                } else {
                    verdict.driftNotCarried += 1
                }
            }
            if groups.contains(.messages) {
                verdict.driftKept += before.keys.count { wanted[$0] == nil }
            }
        }
        if writesRow || writes, there.isOwn || plan.overwrites, content.updated > there.content.updated {
            there.content.updated = content.updated
            writesRow = true
        }
        if writesRow { there.isOwn = true }
    }

    private func step(
        _ groups: Set<NightlyContent.Group>, of content: NightlyContent, to there: inout Held,
        _ plan: NightlyPlan, _ verdict: inout Verdict
    ) {
        verdict.driftNotCarried += groups.intersection([.messages, .rest]).count
        if groups.contains(.assignee), there.content.assignee != content.assignee {
            if content.assignee == nil {
                verdict.driftNotCarried += 1
            } else {
                // Nobody but us assigns there.
                if !there.isOwn {
                    if plan.overwrites { verdict.driftOverwritten += 1 } else { verdict.driftKept += 1 }
                }
                if there.isOwn || plan.overwrites { there.content.assignee = content.assignee }
            }
        }
        if groups.contains(.status), there.content.status != content.status {
            switch content.status {
            case "closed": there.content.status = "closed"
            case "resolved" where there.content.status == "open": there.content.status = "resolved"
            default: verdict.driftNotCarried += 1
            }
        }
    }
}
