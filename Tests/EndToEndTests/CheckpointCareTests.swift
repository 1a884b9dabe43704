import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A checkpoint over the years: compacted, large, of an older or a newer program.
@Suite struct CheckpointCareTests {
    /// `PINGBACK_IMPORT_CHECKPOINT_ROWS=10000000` runs the long form.
    private static let rows =
        ProcessInfo.processInfo.environment["PINGBACK_IMPORT_CHECKPOINT_ROWS"].flatMap { Int($0) } ?? 300_000

    /// A finished run whose checkpoint has as many rows more as a large source would leave: done, each with an id. They
    /// are written by SQLite's own program, so their seals are none of ours; nothing here reads them one by one.
    private func large() async throws -> Workspace {
        let workspace = try Workspace()
        // The run stands in the second file, so the rows of the first are those of records long since settled.
        try workspace.write("a.csv", Tickets.csv(20))
        try workspace.write("b.csv", Tickets.header + "21,ticket 21 of many,open\n")
        try workspace.writePlan(files: "[ab].csv")
        #expect(try await workspace.program.run("run", "plan.yaml").status == 0)
        let end = try await workspace.program.shell(
            """
            sqlite3 plan.sandbox.checkpoint "
                PRAGMA journal_mode = DELETE;
                WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 999 + \(Self.rows))
                INSERT INTO attempt SELECT i << 4, 1, 1, random(), randomblob(16), 1767225600000 + i, -1073741824 - i % 9
                FROM n"
            """)
        #expect(end.status == 0, "\(end.errors)")
        return workspace
    }

    private func digest(_ workspace: Workspace) async throws -> String {
        let end = try await workspace.program.shell(
            "for t in attempt refused unsettled document block process; do sqlite3 plan.sandbox.checkpoint "
                + "\"SELECT quote(x.number) FROM (SELECT count(*) AS number FROM $t) x\"; "
                + "sqlite3 plan.sandbox.checkpoint \"SELECT * FROM $t\" | sha256sum; done")
        #expect(end.status == 0, "\(end.errors)")
        return end.output
    }

    @Test("Compacting may be killed at any moment, and loses no row")
    func killedWhileCompacting() async throws {
        let workspace = try await large()
        let before = try await digest(workspace)
        var random = SeededRandom(seed: 7)
        var kills = 0
        for _ in 0..<8 {
            let running = try workspace.program.start(["compact", "plan.yaml"])
            try await Task.sleep(for: .milliseconds(Int.random(in: 30...500, using: &random)))
            running.kill()
            if try await running.end().signal == SIGKILL { kills += 1 }
            let status = try await workspace.program.run("status", "plan.yaml")
            #expect(status.status == 0, "\(status.errors)")
        }
        #expect(kills > 0, "every one of them was done before its kill")
        #expect(try await digest(workspace) == before)
        let end = try await workspace.program.run("compact", "plan.yaml")
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains(" bytes, and has "))
        #expect(try await digest(workspace) == before)
        #expect(!workspace.exists("plan.sandbox.checkpoint-wal"))
        #expect(try await workspace.program.run("run", "plan.yaml").errors.contains("nothing was sent"))
    }

    @Test("Compacting asks for room first, and for the lock")
    func compactingStopsBeforeItBegins() async throws {
        let workspace = try await large()
        let end = try await workspace.program.shell(
            "flock --no-fork plan.sandbox.checkpoint.lock pingback-import compact plan.yaml")
        #expect(end.status == 75)
    }

    @Test("A large checkpoint takes at most 120 bytes a record, and compacting adds none")
    func bytes() async throws {
        let workspace = try await large()
        #expect(try await workspace.program.run("compact", "plan.yaml").status == 0)
        let size = try workspace.bytes("plan.sandbox.checkpoint").count
        #expect(size / Self.rows <= 120, "\(size) bytes")
    }

    // MARK: - Versions

    /// A run that was begun by the program whose checkpoints had this version: 6 of 12 tickets are read, 5 are in. The
    /// last one of a version, before a migration was added.
    private func begun(version: Int) throws -> Workspace {
        let workspace = try Workspace()
        let folder = Program.repository.appending(path: "Tests/EndToEndTests/Checkpoints/version-\(version)")
        for (from, to) in [
            ("plan.yaml", "plan.yaml"), ("tickets.csv", "tickets.csv"), ("checkpoint.db", "plan.sandbox.checkpoint"),
            ("sandbox.db", "plan.sandbox.sqlite"),
        ] {
            try FileManager.default.copyItem(
                at: folder.appending(path: from), to: workspace.folder.url.appending(path: to))
        }
        return workspace
    }

    @Test("A checkpoint of each older version is read, and the run goes on", arguments: [1])
    func olderVersions(_ version: Int) async throws {
        let workspace = try begun(version: version)
        let status = try await workspace.program.run("status", "plan.yaml", "--history")
        #expect(status.status == 0, "\(status.errors)")
        #expect(status.output.contains("stopped after the records asked for"))
        let end = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
        #expect(end.status == 3, "\(end.errors)")
        let expected = Tickets.messages(12).enumerated().filter { $0.offset != 2 }.map(\.element)
        #expect(try workspace.applied().sorted() == expected.sorted())
        let summary = try Summary(workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["conversations", "created"] == 11)
        #expect(try await workspace.program.run("status", "plan.yaml", "--history").output.contains("started (UTC)"))
    }

    @Test("A checkpoint of a later version is refused, and stays as it is")
    func laterVersion() async throws {
        let workspace = try begun(version: 1)
        #expect(
            try await workspace.program.shell("sqlite3 plan.sandbox.checkpoint 'PRAGMA user_version = 99'").status == 0)
        let before = try workspace.bytes("plan.sandbox.checkpoint")
        for verb in ["run", "status", "compact"] {
            let end = try await workspace.program.run(verb, "plan.yaml")
            #expect(end.status == 65)
            #expect(end.errors.contains("the checkpoint has version 99, written by a later pingback-import"))
            #expect(end.errors.contains("\n  try: continue with the later program"))
        }
        let isSame = try workspace.bytes("plan.sandbox.checkpoint") == before
        #expect(isSame)
    }
}
