import Foundation
import ImportTestSupport
import Testing

/// What a server and the line to it can do to a run: it waits and goes on, or stops with the status that says why.
@Suite struct PostgresFaultTests {
    // MARK: - The line

    @Test("A line cut at COMMIT, before or after it arrived, loses and doubles nothing")
    func lineCutAtCommit() async throws {
        let expected = try await DirtyRun.undisturbed()
        var cuts = 0
        for number in 1...4 {
            for moment in [CuttingProxy.Moment.beforeCommit(number), .afterCommit(number)] {
                if try await Self.goesOn(over: moment, to: expected) { cuts += 1 }
            }
        }
        // Of two batches, each has a COMMIT for its customers and one for the rest.
        #expect(cuts == 8)
    }

    @Test("A line cut anywhere loses and doubles nothing")
    func lineCutAnywhere() async throws {
        let expected = try await DirtyRun.undisturbed()
        var random = SeededRandom(seed: 7)
        for _ in 0..<8 {
            let bytes = Int.random(in: 40_000..<3_500_000, using: &random)
            _ = try await Self.goesOn(over: .bytes(bytes), to: expected)
        }
    }

    /// Returns whether the line was cut.
    private static func goesOn(over moment: CuttingProxy.Moment, to expected: [[String?]]) async throws -> Bool {
        let target = try await PostgresTarget()
        let proxy = try await CuttingProxy(to: target, cutting: moment)
        let workspace = try DirtyRun.workspace(target, url: proxy.url(of: target))
        let end = try await workspace.program.run("run", "plan.yaml", "--to", "postgres", "--summary", "summary.json")
        #expect(end.status == 3, "\(moment): \(end.errors)")
        let rows = try await target.rows()
        #expect(rows.count == expected.count, "\(moment)")
        #expect(rows == expected, "\(moment)")
        let summary = Summary(try workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["conversations", "created"] == expected.count { $0[0] == "conversations" }, "\(moment)")
        return try proxy.hasCut
    }

    // MARK: - Sessions

    @Test("Sessions that somebody ends are opened anew, and the lock is taken again", arguments: [true, false])
    func endedSessions(hasCustomers: Bool) async throws {
        let expected = try await DirtyRun.undisturbed(seed: 2, hasCustomers: hasCustomers)
        let target = try await PostgresTarget(change: DirtyRun.slow)
        let workspace = try DirtyRun.workspace(target, seed: 2, hasCustomers: hasCustomers, "connections: 2")
        let running = try workspace.program.start(["run", "plan.yaml", "--to", "postgres"])
        var ended = 0
        for round in 0..<6 {
            // The session that holds the lock, and any other, by turns.
            let whom = round % 2 == 0 ? "IN" : "NOT IN"
            let found = try await target.query(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name LIKE 'pingback-import%'
                    AND pid \(whom) (SELECT pid FROM pg_locks WHERE locktype = 'advisory') LIMIT 1
                """)
            ended += found.count
            try await Task.sleep(for: .milliseconds(300))
        }
        #expect(ended > 2)
        let end = try await running.end()
        #expect(end.status == 3, "\(end.errors)")
        #expect(try await target.rows() == expected)
    }

    @Test("A transaction that the server undoes is tried again", arguments: ["40001", "40P01", "55P03", "57014"])
    func undoneTransaction(_ state: String) async throws {
        // Three times; a sequence keeps its value whatever is rolled back.
        let target = try await PostgresTarget(
            change: """
                CREATE SEQUENCE tries;
                CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF nextval('public.tries') <= 3 THEN RAISE 'no' USING ERRCODE = '\(state)'; END IF;
                    RETURN NULL;
                END $$;
                CREATE TRIGGER undo AFTER INSERT ON messages FOR EACH STATEMENT EXECUTE FUNCTION undo();
                """)
        let workspace = try DirtyRun.workspace(target, tickets: 200)
        let end = try await workspace.program.run("run", "plan.yaml", "--to", "postgres")
        #expect(end.status == 3, "\(end.errors)")
        #expect(end.errors.contains("SQLSTATE \(state)"))
        #expect(try await target.rows() == DirtyRun.undisturbed(tickets: 200))
    }

    @Test("Where there is no connection free, the run waits for one")
    func tooManyConnections() async throws {
        let target = try await PostgresTarget()
        let user = try await target.addImporter(connections: 1)
        let workspace = try DirtyRun.workspace(
            target, url: target.url(user: user), tickets: 200)
        let running = try workspace.program.start(["run", "plan.yaml", "--to", "postgres"])
        try await running.wait { try running.errors.contains("no connection free") || !running.isRunning }
        try await target.query("ALTER ROLE \(user) CONNECTION LIMIT -1")
        let end = try await running.end()
        #expect(end.status == 3, "\(end.errors)")
        #expect(try await target.rows() == DirtyRun.undisturbed(tickets: 200))
    }

    // MARK: - What stops a run

    @Test func aSecondRunIsRefusedWhileOneWorks() async throws {
        let target = try await PostgresTarget()
        let lock = Task {
            try await target.query("BEGIN; LOCK TABLE messages IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(9); COMMIT")
        }
        while try await target.value("SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted LIMIT 1")
            == nil
        {}
        let first = try DirtyRun.workspace(target, tickets: 200)
        let running = try first.program.start(["run", "plan.yaml", "--to", "postgres"])
        while try await target.value("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' LIMIT 1") == nil {
            try #require(running.isRunning)
        }
        // From another folder, so that no file of ours is in the way.
        let second = try await DirtyRun.workspace(target, tickets: 200).program.run(
            "run", "plan.yaml", "--to", "postgres")
        #expect(second.status == 75, "\(second.errors)")
        #expect(second.errors.contains("another run of this plan is at work in the database"))
        _ = try await lock.value
        let end = try await running.end()
        #expect(end.status == 3, "\(end.errors)")
        #expect(try await target.rows() == DirtyRun.undisturbed(tickets: 200))
    }

    @Test func aServerThatTakesNoWritesStopsTheRun() async throws {
        let target = try await PostgresTarget()
        let name = try #require(await target.value("SELECT current_database()"))
        try await target.query("ALTER DATABASE \(name) SET default_transaction_read_only = on")
        let end = try await DirtyRun.workspace(target, tickets: 20).program.run("run", "plan.yaml", "--to", "postgres")
        #expect(end.status == 69)
        #expect(end.errors.contains("read-only"))
    }

    @Test func aColumnThatIsGoneStopsTheNextRun() async throws {
        let target = try await PostgresTarget()
        let workspace = try DirtyRun.workspace(target, tickets: 200)
        _ = try await workspace.program.run("run", "plan.yaml", "--to", "postgres", "--limit", "50")
        let before = try await target.value("SELECT count(*) FROM conversations")
        try await target.query("ALTER TABLE conversations DROP COLUMN closed_at")
        let end = try await workspace.program.run("run", "plan.yaml", "--to", "postgres")
        #expect(end.status == 78)
        #expect(end.errors.contains("there is no column public.conversations.closed_at"))
        #expect(try await target.value("SELECT count(*) FROM conversations") == before)
    }
}
