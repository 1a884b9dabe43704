import Foundation
import ImportTestSupport

/// The old system: tickets that come, change and go, and an export of them every night.
struct NightlyHelpdesk {
    private(set) var tickets: [Int: NightlyTicket] = [:]
    /// Tickets that an export left out, for the day on which they are there again.
    private var gone: [Int: NightlyTicket] = [:]
    private var lastKey = 0
    private(set) var day = 0

    init(count: Int, random: inout SeededRandom) { for _ in 0..<count { add(&random) } }

    private mutating func add(updated: Int? = nil, _ random: inout SeededRandom) {
        lastKey += 1
        tickets[lastKey] = NightlyTicket(
            key: lastKey, status: random.pick(NightlyTicket.statuses),
            agent: random.chance(2) ? random.pick(NightlyTicket.agents) : nil,
            updated: updated ?? now(&random))
    }

    private func now(_ random: inout SeededRandom) -> Int { day * NightlyTicket.day + random.int(0...3600) }

    /// What happens in a day.
    ///
    /// - Parameter gently: whether nothing goes, or is written wrong.
    mutating func work(gently: Bool = false, _ random: inout SeededRandom) {
        day += 1
        let isQuiet = !gently && random.chance(8)
        guard !isQuiet else { return }
        for _ in 0..<random.int(0...3) { add(&random) }
        // A late arrival: it was in no export when it was written.
        if random.chance(4) { add(updated: max(0, day - 20) * NightlyTicket.day, &random) }
        for key in tickets.keys.sorted() where random.chance(12) { change(key, &random) }
        guard !gently else { return }
        if random.chance(3), let key = tickets.keys.sorted().randomElement(using: &random), tickets.count > 40 {
            gone[key] = tickets.removeValue(forKey: key)
        }
        if random.chance(5), let key = gone.keys.sorted().randomElement(using: &random) {
            tickets[key] = gone.removeValue(forKey: key)
            if random.chance(2) { change(key, &random) }
        }
        for key in tickets.keys.sorted() where tickets[key]?.isWrong == true && random.chance(2) {
            correct(key, &random)
        }
        if random.chance(4), let key = tickets.keys.sorted().randomElement(using: &random) {
            let moment = now(&random)
            tickets[key]?.status = NightlyTicket.wrongStatus
            tickets[key]?.updated = moment
        }
    }

    private mutating func change(_ key: Int, _ random: inout SeededRandom) {
        guard var ticket = tickets[key] else { return }
        // What is changed behind the back of `updated`, long ago: only a night without `since` sees it.
        let isSilent = ticket.updated < (day - 10) * NightlyTicket.day && random.chance(5)
        switch random.int(0...6) {
        case 0, 1: ticket.status = random.pick(NightlyTicket.statuses)
        case 2: ticket.agent = random.chance(6) ? nil : random.pick(NightlyTicket.agents)
        case 3: ticket.edition += 1
        case 4: ticket.answered = day * NightlyTicket.day + 60
        case 5:
            let number = ticket.replies.count + 1
            ticket.replies.append(.init(number: number, text: "#\(key) reply \(number): written on day \(day)"))
        default:
            guard !ticket.replies.isEmpty else { return }
            ticket.replies[ticket.replies.count - 1].text =
                "#\(key) reply \(ticket.replies.count): corrected on day \(day)"
        }
        if !isSilent { ticket.updated = now(&random) }
        tickets[key] = ticket
    }

    /// Those of a rejected ticket's columns that kept it out.
    mutating func correct(_ key: Int, _ random: inout SeededRandom) {
        guard tickets[key]?.isWrong == true else { return }
        let moment = now(&random)
        tickets[key]?.status = random.pick(NightlyTicket.statuses)
        tickets[key]?.updated = moment
    }

    /// Tickets in the order of an export: sometimes by key, sometimes any, some of them twice.
    ///
    /// - Parameter part: whether only some of them are in it.
    func export(part: Bool, _ random: inout SeededRandom) -> [NightlyTicket] {
        var export = tickets.keys.sorted().compactMap { tickets[$0] }
        if part { export = export.filter { _ in random.chance(3) } }
        if random.chance(4) { export.shuffle(using: &random) }
        if random.chance(10) { export.reverse() }
        for _ in 0..<(random.chance(3) ? random.int(1...2) : 0) {
            guard var again = export.randomElement(using: &random), !again.isWrong else { continue }
            // The first of a key decides in most ways of settling: it stays what it is.
            again.status = random.pick(NightlyTicket.statuses)
            again.updated += random.int(-50...50)
            export.append(again)
        }
        return export
    }
}
