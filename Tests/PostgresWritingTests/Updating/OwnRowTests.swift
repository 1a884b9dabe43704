import ImportCore
import ImportTestSupport
import Testing

@testable import PostgresWriting

/// Which rows count as changed by somebody else, on a real server.
@Suite("Rows of our own", .timeLimit(.minutes(2)))
struct OwnRowTests {
    private let tickets = (1...20).map { NightTicket($0) }

    private func resolved(_ tickets: [NightTicket]) -> [NightTicket] {
        tickets.map { ticket in
            var ticket = ticket
            ticket.status = .resolved
            return ticket
        }
    }

    /// A trigger of PingBack's own: it touches a conversation for each of its messages, so that no row is word for word
    /// what was written.
    private func touch(_ nights: Nights) async throws {
        try await nights.psql(
            """
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN UPDATE conversations SET updated_at = clock_timestamp() WHERE id = NEW.conversation_id;
                RETURN NEW; END $$;
            CREATE TRIGGER t AFTER INSERT ON messages FOR EACH ROW EXECUTE FUNCTION touch();
            """)
    }

    /// The tickets whose status is not carried, for somebody has changed them.
    private func drifted(
        _ nights: Nights, night: Int = 1, journal: Nights.Journal = .init()
    ) async throws -> [Int] {
        let outcomes = try await nights.update(resolved(tickets), .status, night: night, journal: journal)
        return outcomes.enumerated().filter { !$0.element.drifts.isEmpty }.map { $0.offset + 1 }
    }

    @Test func areThoseThatALoadCopied() async throws {
        let nights = try await Nights()
        _ = try await nights.load(tickets)
        #expect(try await drifted(nights).isEmpty)
    }

    @Test func areThoseThatWentThroughStagingOrBesideRefusedOnes() async throws {
        let nights = try await Nights()
        try await touch(nights)
        try await nights.psql("ALTER TABLE messages ADD CONSTRAINT clean CHECK (content NOT LIKE '%7')")
        let journal = try await nights.load(Array(tickets[..<8]))
        #expect(journal.entries.count { $0.state == .refused } == 1)
        try await nights.psql("ALTER TABLE messages DROP CONSTRAINT clean")
        // Some are there: the rest goes through staging tables.
        _ = try await nights.load(tickets, run: Nights.run(9))
        #expect(try await drifted(nights).isEmpty)
    }

    @Test func areKnownByTheirTransactionAlsoWhereATriggerWroteThem() async throws {
        let nights = try await Nights()
        try await touch(nights)
        _ = try await nights.load(tickets)
        #expect(try await drifted(nights).isEmpty)
        // And by those of nights.
        var tonight = resolved(tickets)
        for index in tonight.indices { tonight[index].status = .closed }
        let outcomes = try await nights.update(tonight, .status, night: 2)
        #expect(outcomes.allSatisfy { $0.result == .updated && $0.drifts.isEmpty })
    }

    @Test func areNotThoseThatSomebodyUpdated() async throws {
        let nights = try await Nights()
        _ = try await nights.load(tickets)
        try await nights.psql(
            """
            UPDATE conversations SET assignee_id = gen_random_uuid() WHERE id = \(Nights.conversation(3));
            UPDATE conversations SET status = 'resolved', updated_at = now() WHERE id = \(Nights.conversation(5));
            """)
        let outcomes = try await nights.update(resolved(tickets), .status)
        #expect(outcomes.enumerated().filter { !$0.element.drifts.isEmpty }.map(\.offset) == [2, 4])
        #expect(outcomes[2].drifts.map(\.field) == ["status", "resolved_at"])
        // There somebody did what the source says now, but for the time.
        #expect(outcomes[4].drifts.map(\.field) == ["resolved_at"])
        #expect(
            try await nights.psql("SELECT status FROM conversations WHERE id = \(Nights.conversation(3))") == [["open"]]
        )
        let next = try await nights.update(resolved(tickets), .status, .overwrite, night: 2)
        #expect(next[2].result == .updated)
        #expect(next[2].drifts.map(\.ending) == [.overwritten, .overwritten])
        // What was overwritten so is not ours to take back: its other columns are somebody's.
        #expect(
            try await nights.psql("SELECT status FROM conversations WHERE id = \(Nights.conversation(3))")
                == [["resolved"]])
    }

    @Test func areThoseOfWhichSomebodyChangedAColumnThatIsNotOurs() async throws {
        let nights = try await Nights()
        _ = try await nights.load(tickets)
        try await nights.psql(
            "ALTER TABLE conversations ADD read_at timestamptz; UPDATE conversations SET read_at = now()")
        #expect(try await drifted(nights).isEmpty)
    }

    @Test func stayOurOwnWhenTheyAreLockedFrozenOrRewritten() async throws {
        let nights = try await Nights()
        _ = try await nights.load(tickets)
        let numbers = try await nights.psql("SELECT id, xmin FROM conversations ORDER BY id")
        try await nights.psql("BEGIN; SELECT * FROM conversations FOR UPDATE; COMMIT")
        try await nights.psql("VACUUM (FREEZE) conversations")
        try await nights.psql("VACUUM (FULL, FREEZE) conversations")
        let same = try await nights.psql("SELECT id, xmin FROM conversations ORDER BY id") == numbers
        #expect(same)
        // Nor does what nobody could tell from ours by its columns.
        #expect(try await drifted(nights).isEmpty)
    }

    @Test func areLookedAtOnlyWhenWhoeverHasThemIsDone() async throws {
        let nights = try await Nights()
        _ = try await nights.load(tickets)
        async let somebody = nights.psql(
            "BEGIN; UPDATE conversations SET status = 'closed' WHERE id = \(Nights.conversation(4)); SELECT pg_sleep(1); COMMIT"
        )
        // One asks, and two are there when somebody is at it.
        while try await nights.psql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(1)%'")
            == [["1"]]
        { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try await drifted(nights) == [4])
        _ = try await somebody
    }

    @Test(arguments: [false, true])
    func ofARestoredDumpAreThoseThatAreWordForWordOurs(inOneTransaction: Bool) async throws {
        let nights = try await Nights()
        _ = try await nights.load(tickets)
        try await nights.psql(
            "UPDATE conversations SET assignee_id = gen_random_uuid() WHERE id = \(Nights.conversation(6))")
        let dump = try await nights.cluster.dump(nights.url)
        let url = try await nights.cluster.createDatabase()
        try await nights.cluster.query(inOneTransaction ? "BEGIN;\n\(dump)\nCOMMIT;" : dump, in: url)
        let restored = Nights(url: url, in: nights.cluster)
        let journal = Nights.Journal()
        #expect(try await drifted(restored, journal: journal) == [6])
        #expect(journal.remarks.count == 1)
        #expect(journal.remarks.first?.contains("restored") == true)
        // From then on their transactions tell again.
        let later = Nights.Journal()
        #expect(try await drifted(restored, night: 2, journal: later) == [6])
    }
}
