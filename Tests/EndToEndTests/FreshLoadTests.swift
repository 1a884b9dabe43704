import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `load: fresh`: constraints and indexes are out of the way while rows go in, and whatever happens, they are what they
/// were in the end, and the rows those of an ordinary load.
@Suite("load: fresh", .serialized) struct FreshLoadTests {
    private static let tickets = 3_000
    /// Keys, indexes and foreign keys of the reference tables.
    private static let dropped = "11"

    /// A database, and a plan that loads into it.
    private struct Subject {
        let target: PostgresTarget
        let workspace: Workspace

        private let hasCustomers: Bool

        init(_ load: String = "fresh", change: String = "", hasCustomers: Bool = true) async throws {
            self.hasCustomers = hasCustomers
            target = try await PostgresTarget(change: change)
            workspace = try Workspace()
            var random = SeededRandom(seed: 1)
            try workspace.write("tickets.csv", DirtyHistory(count: FreshLoadTests.tickets, random: &random).text)
            try plan(load)
        }

        func plan(_ load: String) throws {
            try workspace.writeHistoryPlan(
                target.destination("load: \(load), connections: 2"), hasCustomers: hasCustomers)
        }

        func run(_ more: String...) async throws -> ProgramEnd {
            try await workspace.program.run(["run", "plan.yaml", "--to", "postgres"] + more)
        }

        func start() throws -> RunningProgram { try workspace.program.start(["run", "plan.yaml", "--to", "postgres"]) }

        /// Every constraint and index of the tables that a run writes, as the server tells them.
        func definitions() async throws -> [[String?]] {
            try await target.query(
                """
                SELECT conrelid::regclass, conname, convalidated::text, pg_get_constraintdef(oid) FROM pg_constraint
                WHERE conrelid IN ('customers'::regclass, 'conversations'::regclass, 'messages'::regclass)
                UNION ALL SELECT indrelid::regclass, indexrelid::regclass::text, indisvalid::text,
                    pg_get_indexdef(indexrelid) FROM pg_index
                WHERE indrelid IN ('customers'::regclass, 'conversations'::regclass, 'messages'::regclass)
                ORDER BY 1, 2, 3, 4
                """)
        }

        var missing: String? {
            get async throws { try await target.value("SELECT count(*) FROM pingback_import.dropped") }
        }

        func waitUntil(_ running: RunningProgram, _ condition: String) async throws {
            while try await target.value("SELECT 1 WHERE \(condition)") == nil {
                let isRunning = running.isRunning
                try #require(isRunning, "it ended before \(condition): \((try? running.errors) ?? "")")
            }
        }

        /// Kills a run, and waits until the server has noticed.
        func kill(_ running: RunningProgram) async throws {
            running.kill()
            #expect(try await running.end().signal == SIGKILL)
            try await target.query(
                """
                SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name LIKE 'pingback-import%'
                """)
        }

        /// Kills a run whose rows are going in.
        func killWhileLoading() async throws {
            let running = try start()
            try await waitUntil(running, "EXISTS (SELECT FROM messages)")
            try await kill(running)
            #expect(try await missing == FreshLoadTests.dropped)
        }

        /// Holds a lock on the channels while something goes on.
        func lockingChannels(_ mode: String, _ body: () async throws -> Void) async throws {
            let holder = Task { [target] in
                try? await target.query("BEGIN; LOCK TABLE channels IN \(mode) MODE; SELECT pg_sleep(60); COMMIT")
            }
            let isHeld = "SELECT pid FROM pg_locks WHERE relation = 'channels'::regclass AND mode = '\(mode.lockName)'"
            while try await target.value(isHeld) == nil {}
            try await body()
            try await target.query(
                """
                SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep(60)%'
                """)
            _ = await holder.value
        }
    }

    /// Batches take half a second longer.
    private static let slow = """
        CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$;
        CREATE TRIGGER dawdle BEFORE INSERT ON messages FOR EACH STATEMENT EXECUTE FUNCTION dawdle();
        """

    /// What an ordinary load leaves.
    private static let ordinary = Task {
        let subject = try await Subject("merge")
        let end = try await subject.run()
        #expect(end.status == 3, "\(end.errors)")
        return (
            rows: try await subject.target.rows(), rejects: try subject.workspace.rejects(),
            definitions: try await subject.definitions()
        )
    }

    /// Compared outside of expectations, which would look for the differences of megabytes.
    private func expectOrdinary(_ subject: Subject, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let expected = try await Self.ordinary.value
        let hasSameRows = try await subject.target.rows() == expected.rows
        #expect(hasSameRows, "rows", sourceLocation: sourceLocation)
        let hasSameRejects = try subject.workspace.rejects() == expected.rejects
        #expect(hasSameRejects, "rejects", sourceLocation: sourceLocation)
        try await expectConstraints(subject, sourceLocation: sourceLocation)
    }

    private func expectConstraints(_ subject: Subject, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let expected = try await Self.ordinary.value.definitions
        let definitions = try await subject.definitions()
        #expect(Set(definitions).symmetricDifference(Set(expected)) == [], sourceLocation: sourceLocation)
        #expect(definitions.count == expected.count, sourceLocation: sourceLocation)
        #expect(try await subject.missing == "0", sourceLocation: sourceLocation)
    }

    // MARK: - The same in the end

    @Test func leavesTheRowsTheReportsAndTheConstraintsOfAnOrdinaryLoad() async throws {
        let subject = try await Subject()
        let end = try await subject.run()
        #expect(end.status == 3, "\(end.errors)")
        #expect(end.errors.contains("load: fresh: 11 constraints and indexes are dropped until the end of the load"))
        #expect(end.errors.contains("11 constraints and indexes are rebuilt and validated"))
        try await expectOrdinary(subject)
        let verify = try await subject.workspace.program.run("verify", "plan.yaml", "--to", "postgres")
        #expect(verify.status == 0, "\(verify.errors)")
    }

    /// What refuses rows of the source stays, and so does what something else depends on.
    private static let demanding = """
        CREATE TABLE agents (id uuid PRIMARY KEY);
        CREATE TABLE notes (conversation uuid REFERENCES conversations (id) ON DELETE CASCADE);
        ALTER TABLE conversations ADD FOREIGN KEY (assignee_id) REFERENCES agents (id);
        CREATE UNIQUE INDEX one_address ON customers (business_id, lower(email));
        ALTER TABLE messages ADD CHECK (content NOT LIKE '%ticket 77 %');
        COMMENT ON INDEX conversations_customer_id_idx IS 'named by somebody';
        """

    @Test func whatMayRefuseARowStaysAndRefusesExactlyThatRow() async throws {
        let ordinary = try await Subject("merge", change: Self.demanding)
        #expect(try await ordinary.run().status == 3)
        let fresh = try await Subject(change: Self.demanding)
        let end = try await fresh.run()
        #expect(end.status == 3, "\(end.errors)")
        // Without the key that the notes refer to, and the index with a comment.
        #expect(end.errors.contains("load: fresh: 9 constraints and indexes are dropped"))
        let hasSameRows = try await fresh.target.rows() == ordinary.target.rows()
        #expect(hasSameRows)
        let hasSameRejects = try fresh.workspace.rejects() == ordinary.workspace.rejects()
        #expect(hasSameRejects)
        #expect(try await fresh.definitions() == ordinary.definitions())
    }

    @Test func aTicketWithTheSameMessageTwiceIsRejectedAsInAnOrdinaryLoad() async throws {
        var rows: [[[String?]]] = []
        for load in ["merge", "fresh"] {
            let target = try await PostgresTarget()
            let workspace = try Workspace()
            let filling = String(repeating: "a long story; ", count: 40)
            let lines = (1...4_000).map { number in
                let second = number % 1_000 == 7 ? "1" : "2"
                return #"{"id":"\#(number)","status":"open","created":"2021-03-10T10:00:00Z","notes":[{"id":"1","#
                    + #""text":"\#(filling)"},{"id":"\#(second)","text":"and on"}]}"#
            }
            try workspace.write("tickets.jsonl", lines.joined(separator: "\n") + "\n")
            try workspace.write(
                "plan.yaml",
                """
                version: 1
                name: end-to-end
                business_id: \(Workspace.businessID)
                source:
                  files: [tickets.jsonl]
                  key: id
                  messages: { in: notes, map: { id: id, content: text } }
                conversation:
                  status: { from: status, values: { open: open } }
                  created_at: { from: created, date: iso8601 }
                \(target.destination("load: \(load)"))
                """)
            let end = try await workspace.program.run("run", "plan.yaml", "--to", "postgres")
            #expect(end.status == 3, "\(load): \(end.errors)")
            #expect(end.errors.contains("3,996 created in postgres, 4 rejected"), "\(load): \(end.errors)")
            rows.append(try await target.rows())
        }
        let areEqual = rows[0] == rows[1]
        #expect(areEqual)
    }

    // MARK: - Before

    @Test func tablesWithRowsOfOthersAreRefusedBeforeAnythingIsWritten() async throws {
        let subject = try await Subject(
            change: "INSERT INTO customers VALUES (gen_random_uuid(), gen_random_uuid(), 'a', 'b', 'c', 'd', now())")
        let before = try await subject.definitions()
        for verb in ["validate", "run"] {
            let end = try await subject.workspace.program.run(verb, "plan.yaml", "--to", "postgres")
            #expect(end.status == 78, "\(end.errors)")
            #expect(end.errors.contains("rows that no run of this program made in public.customers"), "\(end.errors)")
            #expect(end.errors.contains("write load: merge into the plan"))
        }
        #expect(try await subject.target.value("SELECT count(*) FROM conversations") == "0")
        #expect(try await subject.definitions() == before)
    }

    @Test func whatRebuildingTakesIsAskedForBeforeAnythingIsDropped() async throws {
        let subject = try await Subject()
        let user = "loader_" + UUID().uuidString.prefix(8).lowercased()
        try await subject.target.query(
            """
            CREATE ROLE \(user) LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public, pingback_import TO \(user);
            GRANT ALL ON SCHEMA pingback_import TO \(user);
            """)
        let url = subject.target.url.replacing("user=postgres", with: "user=\(user)")
        try subject.workspace.writeHistoryPlan(subject.target.destination(url: url, "load: fresh"))
        let end = try await subject.run()
        #expect(end.status == 77, "\(end.errors)")
        #expect(end.errors.contains("public.messages belongs to another role"), "\(end.errors)")
        #expect(end.errors.contains("we lack CREATE on schema public, to rebuild indexes of public.messages"))

        try await subject.target.query(
            """
            ALTER TABLE customers OWNER TO \(user); ALTER TABLE conversations OWNER TO \(user);
            ALTER TABLE messages OWNER TO \(user); GRANT CREATE ON SCHEMA public TO \(user);
            REVOKE DELETE ON pingback_import.dropped FROM \(user); REVOKE REFERENCES ON channels FROM \(user);
            """)
        let second = try await subject.run()
        #expect(second.status == 77, "\(second.errors)")
        #expect(second.errors.contains("we lack DELETE on pingback_import.dropped"), "\(second.errors)")
        #expect(second.errors.contains("we lack REFERENCES on public.channels, for public.conversations"))

        try await subject.target.query(
            "GRANT DELETE ON pingback_import.dropped TO \(user); GRANT REFERENCES ON channels TO \(user)")
        #expect(try await subject.run().status == 3)
        try await expectOrdinary(subject)
    }

    @Test func lessThanABatchGoesInBesideTheConstraints() async throws {
        let subject = try await Subject()
        let end = try await subject.run("--limit", "100")
        #expect(!end.errors.contains("dropped"), "\(end.errors)")
        #expect(try await subject.target.value("SELECT count(*) FROM conversations") != "0")
        // The rest does not, and those that are there are nobody else's.
        let rest = try await subject.run()
        #expect(rest.errors.contains("11 constraints and indexes are dropped"), "\(rest.errors)")
        try await expectOrdinary(subject)
    }

    // MARK: - Stops

    @Test func aRunThatIsStoppedRebuildsAndGoesOnWhenRepeated() async throws {
        let subject = try await Subject(change: Self.slow)
        let running = try subject.start()
        try await subject.waitUntil(running, "EXISTS (SELECT FROM messages)")
        running.send(SIGTERM)
        let end = try await running.end()
        #expect(end.status == 143, "\(end.errors)")
        try await expectConstraints(subject)
        #expect(try await subject.run().status == 3)
        try await expectOrdinary(subject)
    }

    @Test func aRunThatLosesItsServerSaysWhatIsMissingAndGoesOnWhenRepeated() async throws {
        let cluster = try await PrivateCluster()
        let target = try await PostgresTarget(in: cluster, change: Self.slow)
        let subject = try await Subject()
        try subject.workspace.writeHistoryPlan(target.destination("load: fresh, patience: 1s"))
        let running = try subject.start()
        while try await target.value("SELECT 1 FROM messages LIMIT 1") == nil { try #require(running.isRunning) }
        try await cluster.crash()
        let end = try await running.end()
        #expect(end.status == 69, "\(end.errors)")
        #expect(end.errors.contains("constraints and indexes are still dropped"), "\(end.errors)")
        try await cluster.start()
        let again = try await subject.run()
        #expect(again.status == 3, "\(again.errors)")
        let hasSameRows = try await target.rows() == Self.ordinary.value.rows
        #expect(hasSameRows)
        try await cluster.stop()
    }

    // MARK: - Kills

    @Test func killedWhileLoadingEveryVerbSaysWhatIsMissingAndARunGoesOn() async throws {
        let subject = try await Subject(change: Self.slow)
        try await subject.killWhileLoading()
        let missing =
            "11 constraints and indexes of public.customers, public.conversations, public.messages are missing"
        for verb in [["validate"], ["verify"], ["undo", "--dry-run"]] {
            let end = try await subject.workspace.program.run(verb + ["plan.yaml", "--to", "postgres"])
            #expect(end.errors.contains(missing), "\(verb): \(end.errors)")
        }
        let status = try await subject.workspace.program.run("status", "plan.yaml")
        #expect(status.output.contains("load: fresh"), "\(status.output)")
        let end = try await subject.run()
        #expect(end.status == 3, "\(end.errors)")
        #expect(end.errors.contains(missing))
        try await expectOrdinary(subject)
    }

    /// Only the ledger tells then what is in; no key of the tables would refuse it.
    @Test func withoutCheckpointAndBatchesARunGoesOnAndDoublesNothing() async throws {
        // Without the checkpoint a customer who is there might be anybody's.
        let ordinary = try await Subject("merge", hasCustomers: false)
        #expect(try await ordinary.run().status == 3)
        let subject = try await Subject(change: Self.slow, hasCustomers: false)
        try await subject.killWhileLoading()
        for ending in ["", "-wal", "-shm"] where subject.workspace.exists("plan.postgres.checkpoint" + ending) {
            try subject.workspace.remove("plan.postgres.checkpoint" + ending)
        }
        try await subject.target.query("DELETE FROM pingback_import.batches")
        let end = try await subject.run()
        #expect(end.status == 3, "\(end.errors)")
        #expect(end.errors.contains("already present"), "\(end.errors)")
        let hasSameRows = try await subject.target.rows() == ordinary.target.rows()
        #expect(hasSameRows)
        try await expectConstraints(subject)
    }

    @Test func killedWhileDroppingNothingIsDropped() async throws {
        let subject = try await Subject()
        try await subject.lockingChannels("ACCESS SHARE") {
            let running = try subject.start()
            try await subject.waitUntil(
                running,
                "EXISTS (SELECT FROM pg_locks WHERE relation = 'public.channels'::regclass AND NOT granted)")
            try await subject.kill(running)
        }
        try await expectConstraints(subject)
        #expect(try await subject.run().status == 3)
        try await expectOrdinary(subject)
    }

    @Test func killedWhileRebuildingAllOfItIsDoneAgain() async throws {
        let subject = try await Subject(change: Self.slow)
        let running = try subject.start()
        try await subject.waitUntil(running, "EXISTS (SELECT FROM pingback_import.dropped)")
        try await subject.lockingChannels("ROW EXCLUSIVE") {
            try await subject.waitUntil(
                running,
                "EXISTS (SELECT FROM pg_locks WHERE relation = 'public.channels'::regclass AND NOT granted)")
            try await subject.kill(running)
        }
        #expect(try await subject.missing == Self.dropped)
        #expect(try await subject.run().status == 3)
        try await expectOrdinary(subject)
    }

    // MARK: - Giving it up

    @Test func abandonFreshOnlyRebuilds() async throws {
        let subject = try await Subject(change: Self.slow)
        try await subject.killWhileLoading()
        let rows = try await subject.target.value("SELECT count(*) FROM conversations")
        let end = try await subject.run("--abandon-fresh")
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains("11 constraints and indexes are rebuilt and validated"))
        try await expectConstraints(subject)
        #expect(try await subject.target.value("SELECT count(*) FROM conversations") == rows)
        let again = try await subject.run("--abandon-fresh")
        #expect(again.status == 0 && again.errors.contains("no constraint or index is missing"), "\(again.errors)")
        try subject.plan("merge")
        #expect(try await subject.run().status == 3)
        try await expectOrdinary(subject)
    }

    @Test func anOrdinaryRunOfThePlanRebuildsFirst() async throws {
        let subject = try await Subject(change: Self.slow)
        try await subject.killWhileLoading()
        try subject.plan("merge")
        #expect(try await subject.run().status == 3)
        try await expectOrdinary(subject)
    }

    @Test func anotherPlanIsRefusedWhileConstraintsAreMissing() async throws {
        let subject = try await Subject(change: Self.slow)
        try await subject.killWhileLoading()
        let other = try subject.workspace.read("plan.yaml").replacing("name: end-to-end", with: "name: another")
        for load in ["fresh", "merge"] {
            try subject.workspace.write("other.yaml", other.replacing("load: fresh", with: "load: \(load)"))
            let end = try await subject.workspace.program.run("run", "other.yaml", "--to", "postgres")
            #expect(end.status == 78, "\(end.errors)")
            #expect(end.errors.contains("the fresh load of the plan end-to-end has not put"), "\(end.errors)")
        }
        #expect(try await subject.missing == Self.dropped)
    }

    @Test func undoTakesTheRowsBackAndRebuilds() async throws {
        let subject = try await Subject(change: Self.slow)
        try await subject.killWhileLoading()
        let end = try await subject.workspace.program.run("undo", "plan.yaml", "--to", "postgres", "--yes")
        #expect(end.status == 0, "\(end.errors)")
        #expect(try await subject.target.rows().isEmpty)
        try await expectConstraints(subject)
    }

    @Test func aRowThatBreaksAForeignKeyIsToldWithTheWayOut() async throws {
        let subject = try await Subject(change: Self.slow)
        let running = try subject.start()
        try await subject.waitUntil(running, "EXISTS (SELECT FROM messages)")
        try await subject.target.query(
            """
            INSERT INTO messages (id, conversation_id, sender_type, content, created_at) VALUES
                ('99999999-0000-4000-8000-000000000000', '99999999-0000-4000-8000-000000000001', 'agent', 'secret', now())
            """)
        let end = try await running.end()
        #expect(end.status == 77, "\(end.errors)")
        #expect(
            end.errors.contains(
                "the foreign key messages_conversation_id_fkey of public.messages cannot be rebuilt: the row that a "
                    + "value refers to does not exist"), "\(end.errors)")
        #expect(end.errors.contains("run --abandon-fresh"))
        #expect(!end.errors.contains("secret"))
        #expect(try await subject.missing == Self.dropped)

        let query = try #require(end.errors.firstMatch(of: #/that this finds: (SELECT .*); then/#)?.1)
        #expect(try await subject.target.value(String(query)) == "99999999-0000-4000-8000-000000000000")
        try await subject.target.query("DELETE FROM messages WHERE id IN (\(query))")
        #expect(try await subject.run("--abandon-fresh").status == 0)
        try await expectConstraints(subject)
        // All rows are in: the run only has to say so.
        #expect(try await subject.run().status == 3)
        try await expectOrdinary(subject)
    }
}

extension String {
    /// A lock's mode as `pg_locks` has it.
    fileprivate var lockName: String { split(separator: " ").map(\.capitalized).joined() + "Lock" }
}
