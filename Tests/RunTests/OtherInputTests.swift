import Checkpointing
import ImportCore
import Testing

/// Another input for the same checkpoint: matched by key, repeated safely, never sent twice.
@Suite struct OtherInputTests {
    private let tickets: [Ticket] = (1...40).map { number in
        Ticket(key: "\(number)", status: number % 10 == 0 ? "urgnt" : "new")
    }
    private let corrected = [10, 20, 30, 40].map { Ticket(key: "\($0)") }

    private func once(_ tickets: [Ticket]) -> [String: Int] {
        Dictionary(tickets.map { ($0.message, 1) }, uniquingKeysWith: { first, _ in first })
    }

    @Test func correctedRecordsTakeTheirPlaceAndTheRunEndsWithNothingRejected() async throws {
        let migration = try Migration()
        let first = try #require(await migration.run(tickets))
        #expect(first.status == .someRejected)
        #expect(first.progress.books.records.rejected == 4)
        let rejects = migration.report("rejected.csv")

        let second = try #require(await migration.run(corrected, .init(input: .other)))
        #expect(second.status == .done)
        #expect(second.progress.isFinished)
        #expect(second.progress.books.records.read == 40)
        #expect(second.progress.books.records.rejected == 0)
        #expect(second.progress.books.conversations.created == 40)
        #expect(second.progress.position == first.progress.position)
        #expect(migration.server.counts == once(tickets))
        // The source's own rejects stay what the source said.
        #expect(migration.report("rejected.csv") == rejects)

        let third = try #require(await migration.run(corrected, .init(input: .other)))
        #expect(third.progress.books.conversations.alreadyPresent == 4)
        #expect(third.progress.books.conversations.created == 40)
        let fourth = try #require(await migration.run(corrected, .init(input: .other)))
        #expect(fourth.progress.books == third.progress.books)
        let retried = try #require(await migration.run(tickets, .init(input: .sourceAndRejected)))
        #expect(retried.progress.books.records.rejected == 0)
        #expect(migration.server.counts == once(tickets))
    }

    @Test func whatIsRejectedAgainIsReportedApartAndCountedOnce() async throws {
        let migration = try Migration()
        _ = try await migration.run(tickets)
        let input = [Ticket(key: "10"), Ticket(key: "20", status: "still"), Ticket(key: "x", status: "broken")]
        for _ in 0..<2 {
            let result = try #require(await migration.run(input, .init(input: .other)))
            #expect(result.status == .someRejected)
            // 20, 30 and 40 of the source, and the one without a key.
            #expect(result.progress.books.records.rejected == 4)
            #expect(migration.report("source/rejected.csv") == "id,body,status\n" + input[1].line + input[2].line)
        }
    }

    @Test("Messages of rejected records are counted as that, until the record is corrected")
    func messagesOfRejectedRecords() async throws {
        let migration = try Migration()
        let source = tickets + [Ticket(key: "41", status: "broken")]
        let first = try #require(await migration.run(source, .init(refused: ["7"])))
        // Nothing is known of a record that cannot be read.
        #expect(first.progress.books.messages == messages(read: 40, created: 35, rejected: 5))

        let again = [Ticket(key: "7"), Ticket(key: "10"), Ticket(key: "x", status: "urgnt")]
        for _ in 0..<2 {
            let other = try #require(await migration.run(again, .init(input: .other)))
            #expect(other.progress.books.messages == messages(read: 41, created: 37, rejected: 4))
        }
        let retried = try #require(await migration.run(source, .init(input: .sourceAndRejected)))
        #expect(retried.progress.books.messages == messages(read: 41, created: 37, rejected: 4))
        try await expectBooksToFollowFromRows(of: migration)
    }

    private func messages(read: Int, created: Int, rejected: Int) -> Books.Messages {
        var messages = Books().messages
        messages.read = read
        messages.created = created
        messages.rejected = rejected
        return messages
    }

    @Test func aRecordThatHadNoReadableKeyStaysRejected() async throws {
        let migration = try Migration()
        _ = try await migration.run([Ticket(key: "1"), Ticket(key: "2", status: "broken")])
        let result = try #require(await migration.run([Ticket(key: "2")], .init(input: .other)))
        #expect(result.status == .someRejected)
        #expect(result.progress.books.records.read == 3)
        #expect(result.progress.books.conversations.created == 2)
    }

    @Test func aSourceReadFurtherAfterwardsSendsNothingThatCameInMeanwhile() async throws {
        let migration = try Migration()
        _ = try await migration.run(tickets, .init(mostRecords: 10))
        let all = tickets.map { Ticket(key: $0.key) }
        let other = try #require(await migration.run(all, .init(input: .other)))
        #expect(!other.progress.isFinished)
        #expect(migration.server.counts == once(all))
        let result = try await finish(migration, .init(), tickets)
        #expect(result.progress.isFinished)
        #expect(migration.server.counts == once(all))
        #expect(result.progress.books.conversations.created == 40)
        try await expectBooksToFollowFromRows(of: migration)
    }

    @Test(arguments: 1...30)
    func isSafeToRepeatAfterAnyKill(_ seed: UInt64) async throws {
        let migration = try Migration()
        let random = SharedRandom(seed: seed)
        _ = try await migration.run(tickets, .init(commits: random.int(10...80), trouble: 15), seed: seed)
        let all = tickets.map { Ticket(key: $0.key) } + [Ticket(key: "new")]
        for _ in 0..<random.int(1...5) {
            let process = Migration.Process(
                input: .other, size: random.int(1...9), commits: random.int(0...60),
                requests: random.int(0...1) == 0 ? random.int(1...20) : nil, trouble: 10)
            _ = try await migration.run(all, process, seed: UInt64(random.int(0...1 << 40)))
            try await expectBooksToFollowFromRows(of: migration)
        }
        _ = try await migration.run(all, .init(input: .other))
        let result = try await finish(migration, .init(), tickets)
        #expect(migration.server.counts == once(all))
        #expect(result.progress.books.conversations.created == 41)
        #expect(result.progress.books.conversations.inDoubt == 0)
        try await expectBooksToFollowFromRows(of: migration)
    }
}
