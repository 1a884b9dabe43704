import ImportCore
import Testing

@testable import PostgresWriting

@Suite("Changes carried into Postgres", .timeLimit(.minutes(2)))
struct UpdatingTests {
    /// What a night may change of a ticket, all of it.
    static func changed(_ ticket: NightTicket) -> NightTicket {
        var ticket = ticket
        ticket.status = .resolved
        ticket.assignee = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"
        ticket.subject = "about \(ticket.key)"
        ticket.messages[1].text += ", corrected"
        ticket.messages.append(.init(id: ticket.key + "-c", text: "thanks", after: 200))
        ticket.updated += 1_000
        return ticket
    }

    private func results(_ outcomes: [UpdateOutcome]) -> [UpdateOutcome.Result] { outcomes.map(\.result) }

    private func drifts(_ outcomes: [UpdateOutcome]) -> [Drift] { outcomes.flatMap(\.drifts) }

    @Test func leaveWhatALoadOfTheNewSourceWouldHaveMade() async throws {
        let tickets = (1...20).map { NightTicket($0) }
        let tonight = tickets.map(Self.changed)
        let (night, fresh) = (try await Nights(), try await Nights())
        _ = try await night.load(tickets)
        let outcomes = try await night.update(tonight)
        #expect(results(outcomes).allSatisfy { $0 == .updated })
        #expect(outcomes.allSatisfy { $0.messagesAdded == 1 && $0.drifts.isEmpty })
        _ = try await fresh.load(tonight)
        let (content, expected) = (try await night.content(), try await fresh.content())
        let isEqual = content == expected
        #expect(isEqual)
    }

    @Test func areListedBeforeWhatTheyOverwriteIsGone() async throws {
        let night = try await Nights()
        let tickets = (1...3).map { NightTicket($0) }
        _ = try await night.load(tickets)
        try await night.psql("UPDATE conversations SET status = 'pending' WHERE id = \(Nights.conversation(2))")
        let query = "SELECT status FROM conversations WHERE id = \(Nights.conversation(2))"
        await #expect(throws: CancellationError.self) {
            _ = try await night.update(tickets.map(Self.changed), .status, .overwrite) { proposed in
                #expect(proposed.map(\.drifts.count) == [0, 2, 0])
                let there = try? await night.psql(query)
                #expect(there == [["pending"]])
                // As a kill right here would: nothing is written.
                throw CancellationError()
            }
        }
        #expect(try await night.psql(query) == [["pending"]])
        let next = try await night.update(tickets.map(Self.changed), .status, .overwrite, night: 2)
        #expect(drifts(next).map(\.ending) == [.overwritten, .overwritten])
        #expect(try await night.psql(query) == [["resolved"]])
    }

    @Test func touchOnlyTheColumnsThatDiffer() async throws {
        let night = try await Nights()
        let tickets = (1...3).map { NightTicket($0) }
        _ = try await night.load(tickets)
        try await night.psql(
            """
            CREATE TABLE touched (number serial, what text);
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO touched (what) VALUES (TG_ARGV[0]); RETURN NEW; END $$;
            CREATE TRIGGER a AFTER UPDATE OF status ON conversations FOR EACH ROW EXECUTE FUNCTION note('status');
            CREATE TRIGGER b AFTER UPDATE OF assignee_id, customer_id, channel_id, channel_type, created_at
                ON conversations FOR EACH ROW EXECUTE FUNCTION note('other');
            CREATE TRIGGER c AFTER INSERT OR UPDATE ON messages FOR EACH ROW EXECUTE FUNCTION note('message');
            """)
        var tonight = tickets
        tonight[1].status = .closed
        tonight[1].updated = 1_500_000_000
        let before = try await night.psql("SELECT updated_at FROM conversations ORDER BY id")
        #expect(try await results(night.update(tonight)) == [.unchanged, .updated, .unchanged])
        #expect(try await night.psql("SELECT what FROM touched") == [["status"]])
        // It never goes back in time.
        #expect(try await night.psql("SELECT updated_at FROM conversations ORDER BY id") == before)
    }

    @Test func areKnownWhenTheSameRunAsksAgainAndNothingToDoInTheNext() async throws {
        let night = try await Nights()
        let tickets = (1...4).map { NightTicket($0) }
        _ = try await night.load(tickets)
        try await night.psql("UPDATE conversations SET status = 'pending' WHERE id = \(Nights.conversation(2))")
        let tonight = tickets.map(Self.changed)
        let first = try await night.update(tonight, .all, .overwrite)
        #expect(results(first).allSatisfy { $0 == .updated })
        #expect(
            drifts(first).map(\.field) == ["assignee_id", "status", "resolved_at"]
                && drifts(first).allSatisfy { $0.ending == .overwritten && $0.reason == .changedThere })
        #expect(first[1].drifts.first { $0.field == "status" }?.before == "pending")
        let again = try await night.update(tonight, .all, .overwrite)
        #expect(again == first)
        let next = try await night.update(tonight, .all, .overwrite, night: 2)
        #expect(results(next).allSatisfy { $0 == .unchanged })
        #expect(drifts(next).isEmpty)
    }

    @Test func carryOnlyWhatChangedInTheSource() async throws {
        let night = try await Nights()
        let ticket = NightTicket(1)
        _ = try await night.load([ticket])
        try await night.psql("UPDATE conversations SET status = 'pending'")
        var tonight = ticket
        tonight.messages.append(.init(id: "more", text: "one more thing", after: 300))
        let outcomes = try await night.update([tonight], .messages)
        #expect(results(outcomes) == [.updated])
        #expect(outcomes.first?.messagesAdded == 1)
        #expect(drifts(outcomes).isEmpty)
        #expect(try await night.psql("SELECT status FROM conversations") == [["pending"]])
    }

    @Test func ofMessagesAreAddedCorrectedAndNeverDeleted() async throws {
        let night = try await Nights()
        let tickets = (1...3).map { NightTicket($0) }
        _ = try await night.load(tickets)
        try await night.psql(
            """
            UPDATE messages SET content = 'somebody else''s words'
                WHERE content = 'answer 2';
            INSERT INTO messages (id, conversation_id, sender_type, content, created_at)
                SELECT gen_random_uuid(), id, 'agent', 'an answer in PingBack', now() FROM conversations
            """)
        var tonight = tickets
        tonight[0].messages[1].text = "a better answer 1"
        tonight[1].messages[1].text = "a better answer 2"
        tonight[2].messages.removeFirst()
        let outcomes = try await night.update(tonight, .messages)
        #expect(results(outcomes) == [.updated, .unchanged, .unchanged])
        let lost = drifts(outcomes)
        #expect(lost.map(\.field) == ["messages.content", "messages"])
        #expect(lost.map(\.reason) == [.changedThere, .vanishedHere])
        #expect(lost.map(\.before) == ["somebody else's words", "question 3"])
        #expect(lost.map(\.after) == ["a better answer 2", nil])
        #expect(try await night.psql("SELECT count(*) FROM messages") == [["9"]])
        #expect(
            try await night.psql("SELECT content FROM messages WHERE content LIKE '%better%'") == [
                ["a better answer 1"]
            ])
    }

    @Test func thatTheServerRefusesStopNoOther() async throws {
        let night = try await Nights()
        let tickets = (1...9).map { NightTicket($0) }
        _ = try await night.load(tickets)
        try await night.psql(
            "ALTER TABLE messages ADD CONSTRAINT clean CHECK (content NOT LIKE '%5, corrected' AND content <> 'x')")
        let outcomes = try await night.update(tickets.map(Self.changed))
        let refused = outcomes.enumerated().filter { $0.element.result != .updated }.map(\.offset)
        #expect(refused == [4])
        guard case .refused(let finding) = outcomes[4].result else {
            Issue.record("not refused")
            return
        }
        #expect(finding.message.contains("clean") && !finding.message.contains("corrected"))
        #expect(
            try await night.psql("SELECT status FROM conversations WHERE id = \(Nights.conversation(5))") == [["open"]])
        #expect(try await night.psql("SELECT count(*) FROM conversations WHERE status = 'resolved'") == [["8"]])
    }

    @Test func toAConversationThatIsGoneAreListedOrPutItBackWhole() async throws {
        let (night, fresh) = (try await Nights(), try await Nights())
        let tickets = (1...3).map { NightTicket($0) }
        _ = try await night.load(tickets)
        try await night.psql(
            """
            DELETE FROM messages WHERE conversation_id = \(Nights.conversation(2));
            DELETE FROM conversations WHERE id = \(Nights.conversation(2))
            """)
        let tonight = tickets.map(Self.changed)
        let kept = try await night.update([tonight[1]], .status, .keep)
        #expect(results(kept) == [.unchanged])
        #expect(drifts(kept).map(\.reason) == [.vanishedThere])
        let back = try await night.update(tonight, .all, .overwrite, night: 2)
        #expect(results(back) == [.updated, .updated, .updated])
        #expect(back.map(\.messagesAdded) == [1, 3, 1])
        _ = try await fresh.load(tonight)
        let (content, expected) = (try await night.content(), try await fresh.content())
        let isEqual = content == expected
        #expect(isEqual)
        // It is ours again.
        var later = tonight[1]
        later.status = .closed
        #expect(try await drifts(night.update([later], .status, .keep, night: 3)).isEmpty)
    }

    @Test func listWhatACustomerIsSaidToBeAndMakeNewOnes() async throws {
        let night = try await Nights()
        let tickets = (1...2).map { NightTicket($0) }
        _ = try await night.load(tickets)
        var tonight = tickets
        tonight[0].name = "Renamed"
        tonight[1].email = "new@example.org"
        tonight[1].name = "New"
        let outcomes = try await night.update(tonight, .rest)
        #expect(results(outcomes) == [.unchanged, .updated])
        #expect(
            drifts(outcomes) == [
                Drift(
                    "customer.name", before: "Person 0", after: "Renamed", reason: .customerKept, ending: .notCarried)
            ])
        #expect(
            try await night.psql("SELECT name FROM customers ORDER BY name") == [["New"], ["Person 0"]])
        let next = try await night.update(tonight, .rest, .keep, night: 2)
        #expect(results(next) == [.unchanged, .unchanged])
    }

    @Test func areCarriedOverASessionThatSomebodyEnded() async throws {
        let night = try await Nights()
        let tickets = (1...6).map { NightTicket($0) }
        _ = try await night.load(tickets)
        // Locked and left as it is: whoever waits for it is ended in the middle of the transaction.
        async let somebody = night.psql(
            "BEGIN; SELECT 1 FROM conversations WHERE id = \(Nights.conversation(4)) FOR UPDATE; SELECT pg_sleep(2); COMMIT"
        )
        async let outcomes = night.update(tickets.map(Self.changed))
        var ended: [[String?]] = []
        while ended.isEmpty {
            ended = try await night.psql(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name <> 'psql'
                """)
        }
        _ = try await somebody
        let results = try await outcomes
        #expect(results.allSatisfy { $0.result == .updated && $0.drifts.isEmpty })
        #expect(try await night.psql("SELECT count(*) FROM pingback_import.updates") == [["6"]])
    }

    @Test func areWhatIsTakenBackAndWhatIsCompared() async throws {
        let night = try await Nights()
        let tickets = (1...6).map { NightTicket($0) }
        _ = try await night.load(tickets)
        let tonight = tickets.map(Self.changed)
        _ = try await night.update(tonight)
        try await night.psql("UPDATE conversations SET status = 'open' WHERE id = \(Nights.conversation(3))")
        let journal = Nights.Journal()
        try await night.withDestination(journal) { destination in
            _ = try await destination.prepareToVerify()
            let conversations = NightTicket.conversations(tonight)
            let differences = try await destination.verify(
                conversations, isChosen: conversations.map { _ in true }, control: RunControl()
            ) { _ in }
            #expect(differences.map(\.index) == [2])
            let figures = try await destination.undo(isDryRun: false, control: RunControl(), observer: Silence())
            #expect(figures.conversations == 5 && figures.leftConversations == 1)
        }
        #expect(try await night.psql("SELECT count(*) FROM pingback_import.updates") == [["1"]])
    }

    private struct Silence: UndoObserver {
        func willDelete() async throws {}
        func left(_ left: [LeftAlone]) async throws {}
        func progressed(_ figures: UndoFigures) {}
        func noted(_ event: DestinationEvent) {}
    }
}
