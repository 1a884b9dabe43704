/// Says by its own means what a destination has to hold after a night, and what the night has to say of itself.
///
/// It knows no hashes, files or orders: only what every ticket said, and what a destination takes.
struct NightlyOracle {
    /// A conversation at the destination.
    struct Held {
        var content: NightlyContent
        /// Whether nobody but us wrote its row.
        var isOwn = true
    }

    /// What a night has to say of itself.
    struct Verdict: Equatable {
        var status: Int32 = 0
        var read = 0
        var created = 0
        /// Updated, or in and as they were.
        var kept = 0
        var present = 0
        var rejected = 0
        var skipped = 0
        var notSent = 0
        var vanished = 0
        var driftKept = 0
        var driftOverwritten = 0
        var driftNotCarried = 0
    }

    let isPostgres: Bool
    var held: [Int: Held] = [:]
    /// What the last night took each ticket for; no ticket came in but by a night.
    private(set) var known: [Int: NightlyContent] = [:]
    private var vanished: Set<Int> = []
    private var latest: Int?
    private var variant: NightlyPlan.Variant?

    init(isPostgres: Bool) { self.isPostgres = isPostgres }

    /// Whether somebody changed something there that nobody has overwritten.
    var hasDrift: Bool { held.values.contains { !$0.isOwn } }

    var isFirstNight: Bool { variant == nil }

    // MARK: - Beside the nights

    /// A run that is no night: what it does not know comes in.
    mutating func run(_ tickets: [NightlyTicket], by variant: NightlyPlan.Variant) {
        for ticket in tickets where !ticket.isWrong && held[ticket.key] == nil {
            create(ticket.key, ticket.content(by: variant))
        }
    }

    /// Somebody changes a conversation in PingBack's tables.
    mutating func interfere(_ key: Int, status: String, answered: String) {
        held[key]?.content.status = status
        held[key]?.content.answered = answered
        held[key]?.isOwn = false
    }

    /// Takes what is there for what should be.
    mutating func adopt(_ state: NightlyState) {
        for (key, row) in state.rows {
            held[key]?.content.status = row.status
            held[key]?.content.assignee = row.assignee
            if isPostgres { held[key]?.content.answered = row.answered }
            held[key]?.content.messages = row.messages
        }
    }

    // MARK: - A night

    mutating func night(_ export: NightlyExport, _ plan: NightlyPlan, acceptsPlan: Bool) -> Verdict {
        var verdict = Verdict()
        verdict.read = export.read.count
        let means = variant.map { $0 != plan.variant } ?? false
        let remaps = means && !acceptsPlan
        let mark = plan.goesBySince && !means ? latest.map { $0 - 2 * NightlyTicket.day } : nil
        let kept = settle(export.read, plan, &verdict)
        let isOverLimit = verdict.rejected * 100 > NightlyPlan.rejectionLimit * verdict.read
        let wasFirst = isFirstNight
        for ticket in kept {
            let content = ticket.content(by: plan.variant)
            if let before = known[ticket.key] {
                let groups = content.groups(differingFrom: before)
                if let mark, content.updated < mark, content.updated <= before.updated {
                    verdict.skipped += 1
                    if groups.isEmpty { known[ticket.key] = content }
                } else if groups.isEmpty || remaps {
                    verdict.kept += 1
                    known[ticket.key] = content
                } else if isOverLimit {
                    verdict.notSent += 1
                } else {
                    verdict.kept += 1
                    carry(groups, of: content, to: ticket.key, plan, &verdict)
                    known[ticket.key] = content
                }
            } else if held[ticket.key] == nil {
                if isOverLimit {
                    verdict.notSent += 1
                } else {
                    verdict.created += 1
                    create(ticket.key, content)
                    known[ticket.key] = content
                }
            } else if wasFirst {
                verdict.present += 1
                known[ticket.key] = content
            } else if isOverLimit {
                verdict.notSent += 1
            } else {
                verdict.kept += 1
                let groups: Set<NightlyContent.Group> =
                    isPostgres ? Set(NightlyContent.Group.allCases) : [.status, .assignee]
                carry(groups, of: content, to: ticket.key, plan, &verdict)
                known[ticket.key] = content
            }
        }
        if !plan.isIncremental { forget(Set(export.tickets.map(\.key)), &verdict) }
        vanished.subtract(export.tickets.map(\.key))
        latest = export.tickets.map(\.updated).reduce(latest) { max($0 ?? $1, $1) }
        variant = plan.variant
        verdict.status = isOverLimit ? 4 : verdict.rejected > 0 ? 3 : 0
        return verdict
    }

    private mutating func forget(_ there: Set<Int>, _ verdict: inout Verdict) {
        let missing = Set(known.keys).subtracting(there).subtracting(vanished)
        verdict.vanished = missing.count
        vanished.formUnion(missing)
    }

    /// Those that count, of all that have the same key.
    private func settle(
        _ tickets: [NightlyTicket], _ plan: NightlyPlan, _ verdict: inout Verdict
    ) -> [NightlyTicket] {
        var kept: [NightlyTicket] = []
        var seen: Set<Int> = []
        let byKey = Dictionary(grouping: tickets, by: \.key)
        for ticket in tickets where seen.insert(ticket.key).inserted {
            let all = byKey[ticket.key] ?? []
            let valid = all.filter { !$0.isWrong }
            verdict.rejected += all.count - valid.count
            let counting: NightlyTicket?
            switch plan.variant.duplicates {
            case "last":
                counting = valid.max { $0.updated < $1.updated }.flatMap { best in
                    valid.last { $0.updated == best.updated }
                }
            default: counting = ticket.isWrong ? nil : ticket
            }
            let others = valid.count - (counting == nil ? 0 : 1)
            if plan.variant.duplicates == "reject" { verdict.rejected += others } else { verdict.skipped += others }
            if let counting { kept.append(counting) }
        }
        return kept
    }
}
