import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A server that is away, full, or no longer writable, and a line that breaks without the server's notice.
@Suite(.serialized) struct PostgresOutageTests {
    // MARK: - At the start

    @Test func aServerThatIsJustStartingIsWaitedFor() async throws {
        let cluster = try await PrivateCluster()
        let target = try await PostgresTarget(in: cluster)
        let workspace = try DirtyRun.workspace(target, tickets: 200)
        try await cluster.stop()
        let running = try workspace.startRun()
        try await Task.sleep(for: .seconds(1))
        try await cluster.start()
        let end = try await running.end()
        #expect(end.status == 3, "\(end.errors)")
        #expect(try await target.rows() == DirtyRun.undisturbed(tickets: 200))
    }

    @Test func aServerThatStaysAwayEndsItWith69() async throws {
        let cluster = try await PrivateCluster()
        let target = try await PostgresTarget(in: cluster)
        let workspace = try DirtyRun.workspace(target, tickets: 20)
        try await cluster.stop()
        let end = try await workspace.run()
        #expect(end.status == 69)
        #expect(end.errors.contains("cannot reach Postgres"))
    }

    @Test func aFreeConnectionIsWaitedForAtTheStartToo() async throws {
        let target = try await PostgresTarget()
        let user = try await target.addImporter(connections: 0)
        let workspace = try DirtyRun.workspace(
            target, url: target.url(user: user), tickets: 200)
        let running = try workspace.startRun()
        try await Task.sleep(for: .seconds(1))
        try await target.query("ALTER ROLE \(user) CONNECTION LIMIT -1")
        let end = try await running.end()
        #expect(end.status == 3, "\(end.errors)")
        #expect(try await target.rows() == DirtyRun.undisturbed(tickets: 200))
    }

    // MARK: - In the middle

    @Test func aServerThatBecomesReadOnlyStopsTheRunAndTheSameCommandGoesOn() async throws {
        let target = try await PostgresTarget(change: DirtyRun.slow)
        let workspace = try DirtyRun.workspace(target, seed: 4)
        let name = try #require(await target.value("SELECT current_database()"))
        let running = try workspace.startRun()
        while try await target.value("SELECT count(*) FROM conversations") == "0" { try #require(running.isRunning) }
        try await target.query(
            """
            ALTER DATABASE \(name) SET default_transaction_read_only = on;
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE \(PostgresTarget.ours);
            """)
        let end = try await running.end()
        #expect(end.status == 69, "\(end.errors)")
        #expect(end.errors.contains("the server takes no writes"))
        try await target.query("SET default_transaction_read_only = off; ALTER DATABASE \(name) RESET ALL")
        #expect(try await workspace.run().status == 3)
        #expect(try await target.rows() == DirtyRun.undisturbed(seed: 4))
    }

    @Test(
        "A full disk leaves whole batches, and the same command goes on when there is room",
        .enabled("a file system of two megabytes has to be mounted, which takes root and its right to mount") {
            try await SmallDisk.isPossible
        })
    func fullDisk() async throws {
        let cluster = try await PrivateCluster()
        let disk = try await SmallDisk(in: cluster.folder, megabytes: 3)
        let target = try await PostgresTarget(in: cluster)
        // Uncompressed, so that the text takes the room that it has.
        try await target.query(
            """
            CREATE TABLESPACE small LOCATION '\(disk.path)';
            ALTER TABLE messages ALTER content SET STORAGE EXTERNAL;
            ALTER TABLE messages SET TABLESPACE small;
            """)
        let workspace = try DirtyRun.workspace(target, seed: 5)
        let end = try await workspace.run("--summary", "full.json")
        #expect(end.status == 69, "\(end.errors)")
        #expect(end.errors.contains("the server's disk is full (SQLSTATE 53100"))
        #expect(end.errors.contains("make room on the server's disk"))
        let summary = Summary(try workspace.summary("full.json"))
        let created = try await target.value("SELECT count(*) FROM conversations")
        #expect(summary["conversations", "created"] > 0)
        #expect(created == String(summary["conversations", "created"]))
        #expect(created == (try await target.value("SELECT count(*) FROM messages")))

        try await disk.resize(megabytes: 64)
        #expect(try await workspace.run().status == 3)
        #expect(try await target.rows() == DirtyRun.undisturbed(seed: 5))
        try await cluster.stop()
        try await disk.unmount()
    }

    // MARK: - Sessions that the server still holds

    @Test(
        "A session that the server holds after the line broke is ended before anything is repeated",
        arguments: [
            CuttingProxy.Moment.strandedAt(600_000), .strandedAt(2_500_000), .strandedBefore(1), .strandedBefore(2),
            .strandedAfter(1), .strandedAfter(2),
        ])
    func strandedSession(_ moment: CuttingProxy.Moment) async throws {
        let target = try await PostgresTarget()
        let proxy = try await CuttingProxy(to: target, cutting: moment)
        let workspace = try DirtyRun.workspace(target, url: proxy.url(of: target), seed: 6)
        let end = try await workspace.run()
        #expect(end.status == 3, "\(end.errors)")
        #expect(try proxy.hasCut)
        #expect(try await target.rows() == DirtyRun.undisturbed(seed: 6))
        #expect(try await target.sessions() == 0)
    }

    @Test func aRunThatFindsTheSessionOfADeadOneIsToldHowToEndIt() async throws {
        let target = try await PostgresTarget(change: DirtyRun.slow)
        let proxy = try await CuttingProxy(to: target, cutting: .never)
        let workspace = try DirtyRun.workspace(target, url: proxy.url(of: target), seed: 7)
        let running = try workspace.startRun()
        while try await target.value("SELECT count(*) FROM conversations") == "0" { try #require(running.isRunning) }
        running.kill()
        #expect(try await running.end().signal == SIGKILL)
        // Nobody told the server, and another run of the plan may well be at work somewhere else.
        let refused = try await workspace.run()
        #expect(refused.status == 75, "\(refused.errors)")
        #expect(refused.errors.contains("server process"))
        #expect(refused.errors.contains("pg_terminate_backend"))
        try await target.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE \(PostgresTarget.ours)")
        let end = try await workspace.run()
        #expect(end.status == 3, "\(end.errors)")
        #expect(try await target.rows() == DirtyRun.undisturbed(seed: 7))
    }
}
