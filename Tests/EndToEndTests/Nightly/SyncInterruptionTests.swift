import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A night that somebody or something ends in the middle: the next one goes on, and nothing is lost or there twice.
@Suite("A night that is interrupted") struct SyncInterruptionTests {
    private static let count = 200

    /// A night at work at a server that takes its time, with some of it done.
    private func begun() async throws -> (SyncWorkspace, SandboxProcess, RunningProgram) {
        let desk = try SyncWorkspace(Self.count)
        let sandbox = try await SandboxProcess(desk.workspace, latency: 20)
        try desk.writePlan(
            destination: sandbox.destination("concurrency: 4, timeout: 2s, in_doubt: { settle_after: 0s }"))
        let running = try desk.program.start(["sync", "plan.yaml"])
        try await running.wait { try desk.workspace.applied("server.sqlite").count > 20 || !running.isRunning }
        return (desk, sandbox, running)
    }

    private func expectEachOnce(_ desk: SyncWorkspace, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let applied = try desk.workspace.applied("server.sqlite").sorted()
        let isEachOnce = applied == Tickets.messages(Self.count).sorted()
        #expect(isEachOnce, "\(applied.count) creates", sourceLocation: sourceLocation)
    }

    @Test("By a signal it ends with its status, and the next one brings the rest", arguments: [SIGTERM, SIGINT])
    func signal(_ signal: Int32) async throws {
        let (desk, sandbox, running) = try await begun()
        running.send(signal)
        #expect(try await running.end().status == 128 + signal)
        let end = try await desk.sync()
        #expect(end.status == 0, "\(end.errors)")
        try expectEachOnce(desk)
        let summary = try desk.summary()
        #expect(summary["conversations", "created"] + summary["conversations", "unchanged"] == Self.count)
        try await sandbox.kill()
    }

    @Test("By a kill, and what was in flight is settled first")
    func kill() async throws {
        let (desk, sandbox, running) = try await begun()
        running.kill()
        _ = try await running.end()
        let end = try await desk.sync()
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains("the last night was cut off: what it brought in is known again"))
        try expectEachOnce(desk)
        _ = try desk.summary()
        #expect(try await desk.sync().status == 0)
        #expect(try desk.summary()["conversations", "unchanged"] == Self.count)
        try await sandbox.kill()
    }

    @Test("Between comparing and writing, and between writing and what it leaves behind")
    func files() async throws {
        let desk = try SyncWorkspace()
        #expect(try await desk.sync().status == 0)
        let baseline = "plan.sandbox.checkpoint.baseline"
        let before = try desk.workspace.bytes(baseline)
        try desk.writeTickets(22)
        try desk.change("ticket 7 of many,open", to: "ticket 7 of many,done")
        #expect(try await desk.sync().status == 0)
        // As a kill right before the rename would leave it: all is written, and the old baseline is there.
        try before.write(to: desk.workspace.folder.url.appending(path: baseline))
        let end = try await desk.sync()
        #expect(end.status == 0, "\(end.errors)")
        let summary = try desk.summary()
        #expect(summary["conversations", "created"] == 0)
        #expect(summary["conversations", "unchanged"] + summary["conversations", "updated"] == 22)
        #expect(try desk.workspace.applied().count == 22)
    }

    @Test("A second one ends with 75 as long as the first is at work, or waits for it")
    func lock() async throws {
        let (desk, sandbox, running) = try await begun()
        running.send(SIGSTOP)
        #expect(try await desk.sync().status == 75)
        let second = try desk.program.start(["sync", "plan.yaml", "--wait-lock", "10m", "--summary", "summary.json"])
        try await second.wait { try second.errors.contains("waiting for it") }
        running.send(SIGCONT)
        #expect(try await running.end().status == 0)
        let end = try await second.end()
        #expect(end.status == 0, "\(end.errors)")
        #expect(try desk.summary()["conversations", "unchanged"] == Self.count)
        try expectEachOnce(desk)
        try await sandbox.kill()
    }
}

/// Where somebody works in PingBack's tables between two nights.
@Suite("A night over Postgres") struct SyncPostgresTests {
    private func begun(onDrift: String) async throws -> PostgresWorkspace {
        let postgres = try await PostgresWorkspace()
        try postgres.writePlan()
        let plan = try postgres.workspace.read("plan.yaml")
        try postgres.workspace.write("plan.yaml", plan + "sync: { export: full, on_drift: \(onDrift) }\n")
        try postgres.workspace.write("tickets.csv", PostgresWorkspace.csv(1...20))
        let end = try await night(postgres)
        #expect(end.status == 0, "\(end.errors)")
        return postgres
    }

    private func night(_ postgres: PostgresWorkspace) async throws -> ProgramEnd {
        try await postgres.program.run("sync", "plan.yaml", "--to", "postgres", "--summary", "summary.json")
    }

    private func replace(_ words: String, by other: String, in postgres: PostgresWorkspace) throws {
        let text = try postgres.workspace.read("tickets.csv")
        try postgres.workspace.write("tickets.csv", text.replacing(words, with: other))
    }

    private func status(_ number: Int, in postgres: PostgresWorkspace) async throws -> String? {
        try await postgres.query(
            """
            SELECT status FROM conversations c WHERE EXISTS
                (SELECT FROM messages m WHERE m.conversation_id = c.id AND content = 'ticket \(number) of many')
            """
        ).first?.first ?? nil
    }

    @Test(
        "What somebody changed there stays or is overwritten as the plan says, and is listed",
        arguments: ["keep", "overwrite"])
    func drift(_ rule: String) async throws {
        let postgres = try await begun(onDrift: rule)
        try await postgres.query(
            """
            UPDATE conversations SET status = 'pending' WHERE id IN
                (SELECT conversation_id FROM messages WHERE content = 'ticket 3 of many')
            """)
        for number in [3, 4] {
            try replace("ticket \(number) of many,open", by: "ticket \(number) of many,done", in: postgres)
        }
        let end = try await night(postgres)
        #expect(end.status == 0, "\(end.errors)")
        #expect(try await status(3, in: postgres) == (rule == "keep" ? "pending" : "closed"))
        #expect(try await status(4, in: postgres) == "closed")
        let summary = Summary(try postgres.workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["drift", rule == "keep" ? "kept" : "overwritten"] == 1)
        #expect(summary["conversations", "updated"] == (rule == "keep" ? 1 : 2))
        let again = try await night(postgres)
        #expect(again.status == 0)
        #expect(Summary(try postgres.workspace.summary("summary.json"))["conversations", "unchanged"] == 20)
    }

    @Test func whatHasVanishedIsListedWithItsConversation() async throws {
        let postgres = try await begun(onDrift: "keep")
        try postgres.workspace.write("tickets.csv", PostgresWorkspace.csv(1...19))
        #expect(try await night(postgres).status == 0)
        let folder = try FileManager.default.contentsOfDirectory(
            atPath: postgres.workspace.folder.path("plan.postgres.rejects"))
        let lines = try postgres.objects("plan.postgres.rejects/\(folder[0])/vanished.jsonl")
        let id =
            try await postgres.query(
                "SELECT conversation_id FROM messages WHERE content = 'ticket 20 of many'"
            ).first?.first ?? nil
        #expect(lines.map { $0["conversation"] as? String } == [id])
    }

    @Test("What is in, but not in the checkpoint, as after a kill, is compared with the source and not taken for it")
    func lostCommit() async throws {
        let postgres = try await begun(onDrift: "keep")
        let saved = try ["", ".baseline"].map { try postgres.workspace.bytes("plan.postgres.checkpoint" + $0) }
        try postgres.workspace.write("tickets.csv", PostgresWorkspace.csv(1...25))
        #expect(try await night(postgres).status == 0)
        // The server committed, and the checkpoint never heard of it.
        for (name, bytes) in zip(["", ".baseline"], saved) {
            try bytes.write(to: postgres.workspace.folder.url.appending(path: "plan.postgres.checkpoint" + name))
        }
        try replace("ticket 22 of many,open", by: "ticket 22 of many,done", in: postgres)
        let end = try await night(postgres)
        #expect(end.status == 0, "\(end.errors)")
        let summary = Summary(try postgres.workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(try await status(22, in: postgres) == "closed")
        #expect(summary["conversations", "updated"] == 1)
        #expect(summary["conversations", "unchanged"] == 24)
        #expect(try await postgres.count("conversations") == 25)
        #expect(try await night(postgres).status == 0)
        #expect(Summary(try postgres.workspace.summary("summary.json"))["conversations", "unchanged"] == 25)
    }
}
