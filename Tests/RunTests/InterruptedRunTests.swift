import Checkpointing
import ImportCore
import Testing

/// A run that is killed, stopped and limited at random moments, against a run that nobody disturbed.
@Suite struct InterruptedRunTests {
    /// 90 tickets; of every kind of trouble some.
    private static let tickets: [Ticket] = (1...90).map { number in
        switch number {
        case 13, 14, 57: Ticket(key: "\(number)", status: "broken")
        case 20, 42, 77, 90: Ticket(key: "\(number)", status: "urgnt")
        case 33, 70: Ticket(key: "5")
        default: Ticket(key: "\(number)")
        }
    }
    private static let refused: Set<String> = ["8", "41", "88"]
    private static let valid = tickets.filter {
        !$0.isBroken && $0.status == "new" && !refused.contains($0.key)
    }

    @Test(arguments: 1...40)
    func endsAsIfUndisturbed(_ seed: UInt64) async throws {
        let calm = try Migration()
        let expected = try #require(await calm.run(Self.tickets, .init(refused: Self.refused)))
        #expect(expected.progress.isFinished)
        #expect(expected.status == .someRejected)

        let migration = try Migration()
        let random = SharedRandom(seed: seed)
        for _ in 0..<random.int(2...9) {
            _ = try await migration.run(Self.tickets, disturbed(random), seed: UInt64(random.int(0...1 << 40)))
            try await expectBooksToFollowFromRows(of: migration)
        }
        let result = try await finish(migration, .init(refused: Self.refused))

        #expect(
            migration.server.counts == Dictionary(uniqueKeysWithValues: Set(Self.valid.map(\.message)).map { ($0, 1) }))
        #expect(result.progress.books == expected.progress.books)
        #expect(result.status == .someRejected)
        for name in ["rejected.csv", "rejections.jsonl"] {
            #expect(!calm.report(name).isEmpty)
            #expect(migration.report(name) == calm.report(name))
        }
    }

    @Test("Kills, lost answers and refusals neither give a message of the budget back nor take one", arguments: 1...30)
    func theBudgetIsExact(_ seed: UInt64) async throws {
        let migration = try Migration()
        let random = SharedRandom(seed: seed)
        let budget = random.int(1...60)
        for _ in 0..<random.int(1...6) {
            var process = disturbed(random)
            process.budget = budget
            _ = try await migration.run(Self.tickets, process, seed: UInt64(random.int(0...1 << 40)))
            #expect(migration.server.counts.values.reduce(0, +) <= budget)
        }
        let process = Migration.Process(refused: Self.refused, budget: budget)
        let last = try #require(await migration.run(Self.tickets, process))
        #expect(last.status == .quota)
        #expect(migration.server.counts.values.reduce(0, +) == budget)
        #expect(last.progress.books.limits == ["message_budget": budget, "message_budget_used": budget])
    }

    @Test("Each process with a limit of records gets on by so many, also where it rejects all of them")
    func aLimitGetsOn() async throws {
        let tickets = (1...40).map { number in
            Ticket(key: "\(number)", status: (6...25).contains(number) ? "urgnt" : "new")
        }
        let calm = try Migration()
        let expected = try #require(await calm.run(tickets))
        let migration = try Migration()
        for step in 1...10 {
            let process = Migration.Process(size: 30, mostRecords: 4)
            let result = try #require(await migration.run(tickets, process))
            #expect(result.progress.books.records.read == 4 * step)
            #expect(result.progress.books.balance)
        }
        let result = try await finish(migration, .init(size: 30, mostRecords: 4), tickets)
        #expect(result.progress.books == expected.progress.books)
        #expect(migration.server.counts == calm.server.counts)
        for name in ["rejected.csv", "rejections.jsonl"] { #expect(migration.report(name) == calm.report(name)) }
    }

    private func disturbed(_ random: SharedRandom) -> Migration.Process {
        var process = Migration.Process(trouble: 12, refused: Self.refused)
        process.size = random.int(1...20)
        switch random.int(0...3) {
        case 0: process.commits = random.int(0...60)
        case 1: process.requests = random.int(1...40)
        case 2: process.mostRecords = random.int(1...30)
        default:
            process.commits = random.int(0...90)
            process.requests = random.int(1...60)
        }
        if random.int(0...3) == 0 { process.input = .sourceAndRejected }
        return process
    }
}

/// Runs calm processes until nothing is left to do.
func finish(
    _ migration: Migration, _ process: Migration.Process, _ tickets: [Ticket]? = nil
) async throws -> RunResult {
    for _ in 0..<5 {
        let result = try #require(await migration.run(tickets ?? InterruptedRunTests.allTickets, process))
        if result.progress.isFinished { return result }
    }
    throw Unfinished()
}

struct Unfinished: Error {}

extension InterruptedRunTests {
    static var allTickets: [Ticket] { tickets }
}

/// The books of what is committed say of every record what its row says.
func expectBooksToFollowFromRows(of migration: Migration) async throws {
    let file = try await migration.openCheckpoint()
    let committed = try await file.progress()
    let all = try await file.entries(after: nil, limit: 100_000)
    try await file.close()
    guard let progress = committed else { return }
    let position = RecordID(file: progress.position.file, number: progress.position.record)
    let rows = all.filter { $0.record <= position || $0.record.file >= 1 << 18 }
    func count(_ isIncluded: (AttemptEntry) -> Bool) -> Int { rows.filter(isIncluded).count }
    let books = progress.books
    #expect(books.conversations.created == count { $0.state == .done && $0.attempt > 0 })
    #expect(books.conversations.inDoubt == count { $0.state == .inDoubt || $0.state == .intent })
    #expect(books.conversations.notSent == count { $0.state == .released })
    #expect(books.rejections.byDestination == count { $0.state == .refused && $0.attempt > 0 })
    let rejectedMessages = rows.filter { $0.state == .refused }.reduce(0) { $0 + $1.messages }
    #expect(books.messages.rejected - progress.passing.rejectedMessages == rejectedMessages)
    #expect(books.messages.created == books.conversations.created)
    let sent = count { $0.state == .intent || $0.state == .inDoubt || $0.state == .released }
    #expect(books.lost["initial_message", default: 0] == books.conversations.created + sent)
    #expect(books.rejections.byUs - progress.passing.rejected == count { $0.state == .refused && $0.attempt == 0 })
}
