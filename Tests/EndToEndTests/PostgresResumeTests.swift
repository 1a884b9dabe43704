import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a run that goes on, or begins anew without its checkpoint, makes of what an earlier one left: the same as one
/// that nothing disturbed.
@Suite struct PostgresResumeTests {
    private static func workspace(_ target: PostgresTarget, _ tickets: String) throws -> Workspace {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Workspace.historyHeader + tickets)
        try workspace.writeHistoryPlan(target.destination())
        return workspace
    }

    // MARK: - Without the checkpoint

    @Test func aConversationThatIsInIsNotRejectedForWhatIsKnownSince() async throws {
        let target = try await PostgresTarget()
        let created = "open,2021-03-10T10:00:00Z"
        let workspace = try Self.workspace(
            target,
            """
            1,one,\(created),Ann,shared@example.com,a
            2,two,\(created),,shared@example.com,
            3,three,\(created),Bob,shared@example.com,b
            4,four,\(created),,shared@example.com,

            """)
        #expect(try await workspace.run().errors.contains("3 created in postgres, 1 rejected"))
        let (rows, rejects) = (try await target.rows(), try workspace.rejects())

        // When ticket 2 came, the address was Ann's alone.
        let dry = try await workspace.program.run(
            "validate", "plan.yaml", "--to", "postgres", "--summary", "dry.json", "--rejects", "dry")
        #expect(dry.status == 3, "\(dry.errors)")
        let foreseen = try workspace.summary("dry.json")["foreseen"] as? [String: Any]
        #expect(foreseen?["refused"] as? [String: Int] == ["customer.ambiguous": 1])
        #expect(foreseen?["present"] as? Int == 3)

        try workspace.removeCheckpoint()
        let again = try await workspace.run("--summary", "again.json")
        #expect(again.status == 3, "\(again.errors)")
        let summary = Summary(try workspace.summary("again.json"))
        summary.expectBalance()
        #expect(summary["conversations", "already_present"] == 3)
        #expect(summary["conversations", "created"] == 0)
        #expect(summary["rejections", "by_destination"] == 1)
        #expect(try await target.rows() == rows)
        #expect(try workspace.rejects() == rejects)
    }

    @Test("A run without its checkpoint finds there what an earlier one put in", arguments: [11, 12] as [UInt64])
    func lostCheckpoint(_ seed: UInt64) async throws {
        let target = try await PostgresTarget()
        let workspace = try DirtyRun.workspace(target, seed: seed)
        #expect(try await workspace.run("--summary", "first.json").status == 3)
        let first = Summary(try workspace.summary("first.json"))
        let (rows, rejects) = (try await target.rows(), try workspace.rejects())
        try workspace.removeCheckpoint()
        #expect(try await workspace.run("--summary", "again.json").status == 3)
        let again = Summary(try workspace.summary("again.json"))
        again.expectBalance()
        #expect(again["conversations", "already_present"] == first["conversations", "created"])
        #expect(again["conversations", "created"] == 0)
        #expect(again["customers", "created"] == 0)
        #expect(try await target.rows() == rows)
        let areEqual = try zip(workspace.rejects(), rejects).map { $0 == $1 }
        #expect(areEqual == [true, true])
    }

    // MARK: - Customers whom the server refuses

    private static let refusesBad = """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN IF NEW.name = 'Bad' THEN RAISE 'no'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON customers FOR EACH ROW EXECUTE FUNCTION refuse();
        """

    /// Two customers are refused with their first records, and come again, under better names, in later batches.
    private static let tickets: String = {
        let filling = String(repeating: "what a customer has to say and at length; ", count: 60)
        var people: [Int: String] = [
            3: "Bad,ann@example.com,", 5: "Bad,bob@example.com,b1", 2_003: "Good,ann@example.com,",
            2_005: "Good,bob@example.com,", 2_006: "Good,bob@example.com,b2", 2_007: "Good,bob@example.com,",
            2_008: "Good,,b1",
        ]
        for number in stride(from: 10, to: 2_000, by: 7) { people[number] = "Person,p\(number % 100)@example.com," }
        return (1...2_100).map { number in
            "\(number),ticket \(number) \(filling),open,2021-03-10T10:00:00Z,\(people[number] ?? ",,")\n"
        }.joined()
    }()

    private static func undisturbed() async throws -> (rows: [[String?]], rejects: [Data]) {
        let target = try await PostgresTarget(change: refusesBad)
        let workspace = try workspace(target, tickets)
        #expect(try await workspace.run().errors.contains("6 rejected"))
        return (try await target.rows(), try workspace.rejects())
    }

    @Test func aCustomerWhomTheServerRefusedStaysRefusedWhenTheRunGoesOn() async throws {
        let expected = try await Self.undisturbed()
        let target = try await PostgresTarget(change: Self.refusesBad)
        let workspace = try Self.workspace(target, Self.tickets)
        // Cuts before, between and behind the first records of the two.
        for limit in ["2", "2", "1000", "1001"] {
            #expect(try await workspace.run("--limit", limit).status.map { [0, 3].contains($0) } == true)
        }
        #expect(try await target.value("SELECT count(*) FROM pingback_import.refused_customers") == "2")
        #expect(try await workspace.run().errors.contains("6 rejected"))
        #expect(try await target.rows() == expected.rows)
        #expect(try workspace.rejects() == expected.rejects)
    }

    @Test func norDoesAKillBringThemIn() async throws {
        let expected = try await Self.undisturbed()
        let target = try await PostgresTarget(change: Self.refusesBad + DirtyRun.slow)
        let workspace = try Self.workspace(target, Self.tickets)
        for kills in 1...2 {
            let before = try await target.value("SELECT count(*) FROM conversations")
            let running = try workspace.startRun()
            while try await target.value("SELECT count(*) FROM conversations") == before {
                try #require(running.isRunning)
            }
            running.kill()
            #expect(try await running.end().signal == SIGKILL, "kill \(kills)")
        }
        let end = try await workspace.run()
        #expect(end.errors.contains("6 rejected"), "\(end.errors)")
        #expect(try await target.rows() == expected.rows)
        #expect(try workspace.rejects() == expected.rejects)
    }

    @Test func whatWasRejectedIsTriedAgainWhenThatIsAskedFor() async throws {
        let target = try await PostgresTarget(change: Self.refusesBad)
        let workspace = try Self.workspace(target, Self.tickets)
        #expect(try await workspace.run("--limit", "1000").status == 3)
        try await target.query("DROP TRIGGER refuse ON customers")
        let end = try await workspace.run("--retry-rejected")
        #expect(end.errors.contains("1 rejected"), "\(end.errors)")
        #expect(try await target.value("SELECT count(*) FROM customers WHERE name = 'Bad'") == "2")
        #expect(try await target.value("SELECT count(*) FROM pingback_import.refused_customers") == "0")
    }
}
