import Checkpointing
import ImportCore
import ImportTestSupport
import Testing

/// Random nights, one after the other, held against the plain model: every record's standing, the figures, what has
/// vanished, and the baseline that is left.
@Suite("Nights at random")
struct NightPropertyTests {
    /// Seeds that are few tickets and many nights, and seeds that are more tickets than the window looks ahead.
    @Test(arguments: 1...24) func agreeWithTheModel(_ seed: Int) async throws {
        var random = SeededRandom(seed: UInt64(seed))
        var nights = try Nights()
        nights.export = random.chance(3) ? .incremental : .full
        nights.duplicates = random.pick(Plan.DuplicateKeys.allCases)
        nights.overlap = random.chance(2) ? Double(random.int(0...40)) / 1000 : nil
        nights.batch = random.pick([1, 7, 500, 3000])
        if nights.batch == 1 { nights.batch = seed % 4 == 0 ? 50 : 1 }
        var tickets = Tickets(count: seed % 4 == 0 ? 14_000 : random.int(0...400))
        var model = NightModel()
        for number in 1...(seed % 4 == 0 ? 3 : 7) {
            if random.chance(6) { nights.meaning += "." }
            nights.acceptsMeaning = random.chance(2)
            let records = tickets.night(&random)
            let failing = Set(records.filter { _ in random.chance(15) }.map(\.key.low))
            let baseline = try nights.baseline()
            let terms = nights.terms(baseline)
            let expected = model.compare(records, terms: terms)
            let night = try await nights.compare(records)
            try await check(night, expected, model, "seed \(seed), night \(number)")
            _ = try await night.replaceBaseline(runID: "night \(number)") { record, place in
                if failing.contains(record.key.low) { return .isOut }
                return .isIn(record: record.isKnown ? record.record : place)
            }
            model.take(expected, terms: terms, failing: failing)
            try check(nights, model, "seed \(seed), night \(number)")
        }
    }

    private func check(
        _ night: any Night, _ expected: NightModel.Outcome, _ model: NightModel, _ place: String
    ) async throws {
        #expect(night.facts.figures == expected.figures, "\(place)")
        let records = try night.records(from: 0, count: expected.records.count)
        let wrong = zip(records, expected.records).enumerated().first { _, pair in
            var (found, wanted) = pair
            // Where an entry stands in the baseline is an order, of which the model knows nothing.
            if found.isKnown { found.counterpart = -1 }
            wanted.counterpart = wanted.standing == .repeated ? wanted.counterpart : -1
            return found != wanted
        }
        #expect(wrong == nil, "\(place): \(String(describing: wrong))")
        for record in records.filter(\.isKnown).prefix(50) {
            #expect(try night.earlierEntry(of: record)?.key == record.key, "\(place)")
        }
        var vanished: [KeyFingerprint] = []
        try await night.forEachVanished(includingEarlier: false) { vanished.append($0.key) }
        let isSame = Set(vanished) == expected.vanished && vanished.count == expected.vanished.count
        #expect(isSame, "\(place)")
    }

    private func check(_ nights: Nights, _ model: NightModel, _ place: String) throws {
        let entries = try nights.entries()
        let left = Dictionary(entries.map { ($0.key, $0) }) { first, _ in first }
        #expect(left.count == entries.count, "\(place): a key stands twice")
        let isSame = left == model.known
        #expect(isSame, "\(place): the baselines differ")
        #expect(try nights.baseline()?.facts.latestUpdate == model.latestUpdate, "\(place)")
        #expect(try nights.baseline()?.facts.vanished == entries.count { $0.isVanished }, "\(place)")
    }
}

/// A source that changes from night to night.
private struct Tickets {
    private var keys: [Int]
    private var versions: [Int: UInt32] = [:]
    private var times: [Int: Int64] = [:]
    private var next: Int
    private var clock: Int64 = 1000

    init(count: Int) {
        keys = Array(0..<count)
        next = count
    }

    mutating func night(_ random: inout SeededRandom) -> [NightRecord] {
        clock += 30
        change(&random)
        var records: [NightRecord] = []
        for key in keys {
            records.append(record(key, &random))
            if random.chance(40) { records.append(record(keys[random.int(0...keys.count - 1)], &random)) }
            if random.chance(200) { records.append(NightRecord(key: .none, hashes: .init(), standing: .rejected)) }
        }
        if random.chance(3), !records.isEmpty {
            records.append(Nights.record(keys[0], at: clock, .heldBack))
        }
        return records
    }

    private mutating func change(_ random: inout SeededRandom) {
        for key in keys where random.chance(12) {
            versions[key, default: 0] += 1
            // Not everybody keeps a ticket's time.
            if !random.chance(5) { times[key] = clock - Int64(random.int(0...50)) }
        }
        let gone = random.pick([0, 0, 3, 20])
        if gone > 0 { keys.removeAll { _ in random.chance(gone) } }
        for _ in 0..<random.int(0...keys.count / 8 + 3) {
            // Some come back.
            let key = random.chance(4) && next > 0 ? random.int(0...next - 1) : next
            guard !keys.contains(key) || keys.count < 1000 else { continue }
            if key == next { next += 1 }
            if random.chance(2) || keys.isEmpty {
                keys.append(key)
            } else {
                keys.insert(key, at: random.int(0...keys.count - 1))
            }
        }
        switch random.int(0...5) {
        case 0: keys.shuffle(using: &random)
        case 1: keys.reverse()
        case 2:
            // As an export by the last change has it: what changed goes to the end.
            let moved = keys.filter { _ in random.chance(15) }
            keys.removeAll { moved.contains($0) }
            keys += moved
        default: break
        }
    }

    private func record(_ key: Int, _ random: inout SeededRandom) -> NightRecord {
        var record = Nights.record(
            key, status: versions[key] ?? 0, rest: UInt32(key % 3), at: times[key] ?? BaselineEntry.noTime,
            random.chance(25) ? .rejected : .new)
        if random.chance(50) { record.hashes.messages = 1 }
        return record
    }
}
