import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What disturbs `undo` on its way: it goes on by itself or when it is repeated, and what is others' stays as it is.
@Suite struct UndoFaultTests {
    private struct Imported {
        let target: PostgresTarget
        let workspace: Workspace
        /// What was there before the run.
        let others: [[String?]]

        init(tickets: Int = 200, change: String = "") async throws {
            target = try await PostgresTarget(change: Self.others)
            others = try await target.rows()
            workspace = try Workspace()
            try workspace.write(
                "tickets.csv",
                Workspace.historyHeader
                    + (1...tickets).map { number in
                        "\(number),ticket \(number),open,2021-03-10T10:00:00Z,,p\(number / 3)@example.org,\n"
                    }.joined())
            try workspace.writeHistoryPlan(target.destination())
            let end = try await workspace.run()
            #expect(end.status == 0, "\(end.errors)")
            try await target.query(change)
        }

        /// PingBack's own, with ids of another version.
        private static let others = """
            INSERT INTO customers (id, business_id, email, created_at)
                SELECT gen_random_uuid(), '\(Workspace.businessID)', 'other' || n, '2000-01-01Z'
                FROM generate_series(1, 20) n;
            INSERT INTO conversations (
                    id, business_id, customer_id, channel_type, channel_id, created_at, updated_at)
                SELECT gen_random_uuid(), business_id, id, 'widget', '00000000-0000-4000-8000-000000000001',
                    '2000-01-01Z', '2000-01-01Z' FROM customers;
            INSERT INTO messages (id, conversation_id, sender_type, content, created_at)
                SELECT gen_random_uuid(), id, 'customer', 'hello', '2000-01-01Z' FROM conversations;
            """

        func start() throws -> RunningProgram {
            try workspace.program.start(["undo", "plan.yaml", "--to", "postgres", "--yes"])
        }

        func undo() async throws -> ProgramEnd { try await start().end() }

        func expectNothingLeft(_ comment: Comment? = nil) async throws {
            #expect(try await target.rows() == others, comment)
            for table in ["plans", "runs", "batches", "ledger", "customers", "refused_customers"] {
                #expect(try await target.value("SELECT count(*) FROM pingback_import.\(table)") == "0", "\(table)")
            }
        }
    }

    @Test(
        "A line cut at any COMMIT, before or after it arrived, leaves nothing behind",
        arguments: [1, 2, 3, 4, 5], [true, false])
    func lineCutAtCommit(_ number: Int, arrives: Bool) async throws {
        let imported = try await Imported()
        let proxy = try await CuttingProxy(
            to: imported.target, cutting: arrives ? .afterCommit(number) : .beforeCommit(number))
        try imported.workspace.writeHistoryPlan(imported.target.destination(url: proxy.url(of: imported.target)))
        let end = try await imported.undo()
        #expect(end.status == 0, "\(end.errors)")
        #expect(try proxy.hasCut)
        #expect(end.errors.contains("deleted 200 conversations and 67 customers, 0 left alone"), "\(end.errors)")
        try await imported.expectNothingLeft()
    }

    @Test func whileARunIsAtWorkItIsRefused() async throws {
        let imported = try await Imported()
        let lock = Task {
            try await imported.target.query(
                "BEGIN; LOCK TABLE messages IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(9); COMMIT")
        }
        while try await imported.target.value(
            "SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted LIMIT 1") == nil
        {}
        // From another folder, so that no file of ours is in the way.
        let other = try Workspace()
        try other.write("tickets.csv", Workspace.historyHeader + "999,more,open,2021-03-10T10:00:00Z,,,\n")
        try other.writeHistoryPlan(imported.target.destination())
        let running = try other.startRun()
        while try await imported.target.value("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' LIMIT 1") == nil {
            try #require(running.isRunning)
        }
        let end = try await imported.undo()
        #expect(end.status == 75, "\(end.errors)")
        _ = try await lock.value
        #expect(try await running.end().status == 0)
        #expect(try await imported.target.value("SELECT count(*) FROM pingback_import.ledger") == "201")
        #expect(try await imported.undo().status == 0)
        try await imported.expectNothingLeft()
    }

    @Test func aRowThatSomebodyHoldsIsWaitedForAndOneThatTheyChangeStays() async throws {
        let imported = try await Imported()
        let id = try #require(
            await imported.target.value("SELECT conversation_id FROM pingback_import.ledger WHERE key = '7'"))
        let other = Task {
            try await imported.target.query(
                """
                BEGIN; UPDATE conversations SET status = 'resolved' WHERE id = '\(id)';
                DO $$ BEGIN
                    WHILE NOT EXISTS (
                        SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))
                    LOOP PERFORM pg_sleep(0.02); END LOOP;
                END $$;
                COMMIT
                """)
        }
        while try await imported.target.value(
            "SELECT 1 FROM pg_locks WHERE relation = 'conversations'::regclass AND mode = 'RowExclusiveLock' LIMIT 1")
            == nil
        {}
        let end = try await imported.undo()
        _ = try await other.value
        #expect(end.status == 3, "\(end.errors)")
        #expect(end.errors.contains("deleted 199 conversations"), "\(end.errors)")
        #expect(try await imported.target.value("SELECT status FROM conversations WHERE id = '\(id)'") == "resolved")
    }

    @Test("A signal lets the page under way end, and the same command goes on", arguments: [SIGINT, SIGTERM])
    func signal(_ signal: Int32) async throws {
        let tickets = 11_000
        let imported = try await Imported(
            tickets: tickets,
            change: """
                CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$;
                CREATE TRIGGER slow AFTER DELETE ON conversations FOR EACH STATEMENT EXECUTE FUNCTION slow();
                """)
        let running = try imported.start()
        while running.isRunning,
            try await imported.target.value("SELECT count(*) FROM pingback_import.ledger") == String(tickets)
        {}
        running.send(signal)
        let end = try await running.end()
        #expect(end.status == 128 + signal, "\(end.errors)")
        let left = try await imported.target.value("SELECT count(*) FROM pingback_import.ledger").flatMap { Int($0) }
        #expect(left.map { $0 > 0 && $0 < tickets } == true)
        #expect(
            try await imported.target.value("SELECT count(*) - 20 FROM conversations") == left.map { String($0) })
        let again = try await imported.undo()
        #expect(again.status == 0, "\(again.errors)")
        try await imported.expectNothingLeft()
    }

    @Test func aServerThatCrashesInTheMiddleIsWaitedFor() async throws {
        let cluster = try await PrivateCluster()
        let target = try await PostgresTarget(in: cluster, change: "")
        let workspace = try DirtyRun.workspace(target, tickets: 500)
        #expect(try await workspace.run().status == 3)
        try await target.query(
            """
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$;
            CREATE TRIGGER slow AFTER DELETE ON conversations FOR EACH STATEMENT EXECUTE FUNCTION slow();
            """)
        let running = try workspace.program.start(["undo", "plan.yaml", "--to", "postgres", "--yes"])
        while running.isRunning,
            try await target.value("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' LIMIT 1") == nil
        {}
        try await cluster.crash()
        try await cluster.start()
        let end = try await running.end()
        #expect(end.status == 0, "\(end.errors)")
        #expect(try await target.rows().isEmpty)
    }
}
