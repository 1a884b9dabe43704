import ImportCore
import Testing

/// What the destination refuses counts against the rejection limit like what we reject, at once and in file order.
@Suite struct RejectionLimitTests {
    private static func tickets(_ count: Int) -> [Ticket] { (1...count).map { Ticket(key: "\($0)") } }
    private static func keys(_ numbers: some Sequence<Int>) -> Set<String> { Set(numbers.map(String.init)) }

    @Test("A number stops a run under way, and the same command sends nothing more", arguments: [4, 60, 1_000])
    func number(_ size: Int) async throws {
        let migration = try Migration()
        let process = Migration.Process(
            size: size, refused: Self.keys(stride(from: 10, through: 200, by: 10)), limit: .count(2))
        let result = try #require(await migration.run(Self.tickets(200), process))
        #expect(result.status == .rejectionLimit)
        #expect(!result.progress.isFinished)
        #expect(result.progress.books.rejections.byDestination >= 3)
        #expect(migration.report("rejected.csv").contains("\n30,"))
        // Record 30 passes the limit: only what the lanes had in hand, or took meanwhile, is behind it.
        let sent = migration.server.counts
        #expect(Set(sent.keys).isSuperset(of: (1...29).filter { $0 % 10 != 0 }.map { "message \($0)" }))
        #expect(sent.count < 100)
        #expect(result.progress.books.conversations.created == sent.count)

        let again = try #require(await migration.run(Self.tickets(200), process))
        #expect(again.status == .rejectionLimit)
        #expect(migration.server.counts == sent)
        #expect(again.progress.books.conversations.created == sent.count)
        #expect(again.progress.books.rejections == result.progress.books.rejections)
        #expect(again.progress.books.balance)
    }

    @Test func aPercentageIsJudgedFromRecord1000On() async throws {
        let migration = try Migration()
        let process = Migration.Process(size: 70, refused: Self.keys(1...60), limit: .percentage(5))
        let result = try #require(await migration.run(Self.tickets(2_000), process))
        #expect(result.status == .rejectionLimit)
        let count = migration.server.counts.count
        #expect(count >= 940 && count < 1_500)
        let sent = migration.server.counts
        #expect(try #require(await migration.run(Self.tickets(2_000), process)).status == .rejectionLimit)
        #expect(migration.server.counts == sent)
    }

    @Test("Stopped and killed at any moment, a run ends like one whose limit was high enough", arguments: 1...20)
    func endsAsIfUndisturbed(_ seed: UInt64) async throws {
        let tickets = (1...120).map { number in
            switch number {
            case 11, 52: Ticket(key: "\(number)", status: "broken")
            case 33, 70: Ticket(key: "\(number)", status: "urgnt")
            default: Ticket(key: "\(number)")
            }
        }
        let refused = Self.keys([5, 31, 32, 60, 88, 119])
        let calm = try Migration()
        let expected = try #require(await calm.run(tickets, .init(refused: refused)))
        #expect(expected.status == .someRejected)

        let migration = try Migration()
        let random = SharedRandom(seed: seed)
        for most in 0..<11 {
            var process = Migration.Process(size: random.int(1...60), refused: refused, limit: .count(most))
            process.trouble = random.int(0...1) == 0 ? 12 : nil
            process.commits = random.int(0...2) == 0 ? random.int(0...40) : nil
            process.mostRecords = random.int(0...2) == 0 ? random.int(1...30) : nil
            if let result = try await migration.run(tickets, process, seed: UInt64(random.int(0...1 << 40))) {
                #expect(result.progress.books.balance)
                #expect(result.status != .rejectionLimit || result.progress.books.records.rejected > most)
            }
            try await expectBooksToFollowFromRows(of: migration)
        }
        let result = try await finish(migration, .init(refused: refused), tickets)
        #expect(migration.server.counts == calm.server.counts)
        #expect(result.progress.books == expected.progress.books)
        for name in ["rejected.csv", "rejections.jsonl"] { #expect(migration.report(name) == calm.report(name)) }
    }
}
