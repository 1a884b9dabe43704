import Foundation
import ImportTestSupport
import Testing

/// What other sessions and the server's own limits do to a run's transactions: each is repeated as a whole, and in the
/// end the tables are those of a run that nothing disturbed.
@Suite struct PostgresConflictTests {
    @Test func aDeadlockOverRowsEndsInASecondAttempt() async throws {
        // Ticket 50 is of somebody who is there; the tickets before it lock the channel's row.
        let known = """
            INSERT INTO customers (id, business_id, email, created_at) VALUES
                ('00000000-0000-4000-8000-00000000000a', '\(Workspace.businessID)', 'p50@example.org', '2000-01-01Z');
            """
        let tickets =
            Workspace.historyHeader
            + (1...50).map { "\($0),ticket \($0),open,2021-03-10T10:00:00Z,,p\($0)@example.org,\n" }.joined()
        func workspace(_ target: PostgresTarget) throws -> Workspace {
            let workspace = try Workspace()
            try workspace.write("tickets.csv", tickets)
            try workspace.writeHistoryPlan(target.destination())
            return workspace
        }
        let undisturbed = try await PostgresTarget(change: known)
        #expect(try await workspace(undisturbed).run().status == 0)

        let target = try await PostgresTarget(change: known)
        // It locks the two rows in the other order, and leaves it to the run's session to find the deadlock.
        let other = Task {
            try await target.query(
                """
                BEGIN; SET LOCAL deadlock_timeout = '60s';
                SELECT 1 FROM customers WHERE email = 'p50@example.org' FOR UPDATE;
                \(Self.waitUntilBlocking)
                SELECT 1 FROM channels FOR UPDATE; COMMIT
                """)
        }
        while try await target.value("SELECT 1 FROM pg_locks WHERE mode = 'RowShareLock' AND granted AND \(Self.here)")
            == nil
        {}
        let end = try await workspace(target).run()
        _ = try await other.value
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains("SQLSTATE 40P01"))
        #expect(try await target.rows() == undisturbed.rows())
    }

    private static let here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"

    /// In a transaction that holds a lock: until somebody waits for it.
    private static let waitUntilBlocking = """
        DO $$ BEGIN
            WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))
            LOOP PERFORM pg_sleep(0.02); END LOOP;
        END $$;
        """

    @Test func aLockThatIsNotFreeInTimeIsWaitedForInTheNextAttempt() async throws {
        let target = try await PostgresTarget()
        let other = Task {
            try await target.query("BEGIN; LOCK TABLE messages IN EXCLUSIVE MODE; SELECT pg_sleep(60); COMMIT")
        }
        while try await target.value("SELECT 1 FROM pg_locks WHERE mode = 'ExclusiveLock' AND granted AND \(Self.here)")
            == nil
        {}
        let workspace = try DirtyRun.workspace(target, tickets: 200)
        let running = try workspace.startRun()
        try await running.wait { try running.errors.contains("SQLSTATE 55P03") || !running.isRunning }
        try await target.query(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE mode = 'ExclusiveLock' AND granted AND \(Self.here)")
        _ = try? await other.value
        let end = try await running.end()
        #expect(end.status == 3, "\(end.errors)")
        #expect(end.errors.contains("SQLSTATE 55P03"))
        #expect(try await target.rows() == DirtyRun.undisturbed(tickets: 200))
    }

    @Test func aSerializationFailureIsTriedAgain() async throws {
        // The first two batches sleep when their snapshot is taken. Who then looks for conversations, finds none, and
        // changes the channel that they refer to, cannot have been before them nor after.
        let target = try await PostgresTarget(
            change: """
                CREATE SEQUENCE naps;
                CREATE FUNCTION nap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF nextval('public.naps') <= 2 THEN PERFORM pg_sleep(1); END IF; RETURN NULL; END $$;
                CREATE TRIGGER nap BEFORE INSERT ON conversations FOR EACH STATEMENT EXECUTE FUNCTION nap();
                DO $$ BEGIN
                    EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = serializable',
                        current_database());
                END $$;
                """)
        let workspace = try DirtyRun.workspace(target, tickets: 200)
        let running = try workspace.startRun()
        while try !running.errors.contains("SQLSTATE 40001"), running.isRunning {
            try await target.query(
                """
                UPDATE channels SET config = jsonb_build_object('seen', (SELECT count(*) FROM conversations))
                WHERE EXISTS (
                    SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND \(PostgresTarget.ours))
                """)
        }
        let end = try await running.end()
        #expect(end.status == 3, "\(end.errors)")
        #expect(end.errors.contains("SQLSTATE 40001"))
        #expect(try await target.rows() == DirtyRun.undisturbed(tickets: 200))
    }

    @Test func timeLimitsOfTheRoleDoNotEndARunsStatements() async throws {
        let user = "hasty_" + UUID().uuidString.prefix(8).lowercased()
        let target = try await PostgresTarget(
            change: """
                \(DirtyRun.slow)
                CREATE ROLE \(user) LOGIN SUPERUSER;
                ALTER ROLE \(user) SET statement_timeout = '300ms';
                ALTER ROLE \(user) SET idle_in_transaction_session_timeout = '100ms';
                """)
        let workspace = try DirtyRun.workspace(
            target, url: target.url.replacing("user=postgres", with: "user=" + user), tickets: 200)
        let end = try await workspace.run()
        #expect(end.status == 3, "\(end.errors)")
        #expect(!end.errors.contains("SQLSTATE"))
        #expect(try await target.rows() == DirtyRun.undisturbed(tickets: 200))
    }

    @Test func statementsThatSomebodyCancelsAreRepeated() async throws {
        let expected = try await DirtyRun.undisturbed(seed: 3)
        let target = try await PostgresTarget(change: DirtyRun.slow)
        let workspace = try DirtyRun.workspace(target, seed: 3, "connections: 2")
        let running = try workspace.startRun()
        var cancelled = 0
        while running.isRunning, cancelled < 4 {
            cancelled += try await target.query(
                """
                SELECT pg_cancel_backend(pid) FROM pg_stat_activity
                WHERE state = 'active' AND wait_event = 'PgSleep' AND \(PostgresTarget.ours) LIMIT 1
                """
            ).count
        }
        #expect(cancelled == 4)
        let end = try await running.end()
        #expect(end.status == 3, "\(end.errors)")
        #expect(end.errors.contains("SQLSTATE 57014"))
        #expect(try await target.rows() == expected)
    }
}
