import Foundation
import ImportTestSupport
import Testing

/// Requests whose answers a kill took away, settled without a run, and by a person.
@Suite struct ReconcileTests {
    private static let tickets = 16
    private static let concurrency = 4

    /// A run that was killed while four requests were applied and not answered yet.
    private struct Scene {
        let workspace: Workspace
        let sandbox: SandboxProcess

        init(absent: String, more: String = "") async throws {
            workspace = try Workspace()
            try workspace.write("tickets.csv", Tickets.csv(ReconcileTests.tickets))
            // Eight that are answered make room for four side by side; those are done, and never answered.
            sandbox = try await SandboxProcess(
                workspace, latency: 100,
                faults: "faults:\n  - { when: { request: create, from: 9, to: 12 }, do: { latency_after: 10m } }\n")
            try writePlan(absent: absent, timeout: "60s", more: more)
            let running = try workspace.program.start(["run", "plan.yaml"])
            let workspace = workspace
            try await running.wait { try workspace.applied("server.sqlite").count >= 12 || !running.isRunning }
            running.kill()
            _ = try await running.end()
            try writePlan(absent: absent, more: more)
        }

        func writePlan(
            _ name: String = "plan.yaml", absent: String, timeout: String = "2s", more: String = ""
        ) throws {
            try workspace.writePlan(
                name,
                more: "limits: { rejections: 50% }\n"
                    + sandbox.destination(
                        "concurrency: \(ReconcileTests.concurrency), timeout: \(timeout), "
                            + "in_doubt: { settle_after: 0s, absent: \(absent) }\(more)"))
        }

        /// What is in doubt, by `status`.
        func inDoubt() async throws -> Int {
            let status = try await workspace.program.run("status", "plan.yaml")
            let line = status.lines.first { $0.contains("without a known answer") }
            if line != nil { #expect(status.output.contains("pingback-import reconcile plan.yaml --to sandbox")) }
            return line.flatMap { $0.split(separator: " ").first }.flatMap { Int($0) } ?? 0
        }

        /// Runs SQL in the sandbox's data while nobody serves it.
        func change(_ sql: String) async throws {
            try await sandbox.kill()
            sandbox.faults = nil
            let end = try await workspace.program.shell("sqlite3 server.sqlite \"\(sql)\"")
            #expect(end.status == 0, "\(end.errors)")
            try await sandbox.start()
        }

        func list() throws -> [String] {
            try workspace.read("plan.sandbox.rejects/in-doubt.csv").split(separator: "\n").map(String.init)
        }
    }

    @Test("What arrived is found and counts as created, and nothing is sent")
    func finds() async throws {
        let scene = try await Scene(absent: "keep")
        let doubts = try await scene.inDoubt()
        #expect(doubts == Self.concurrency)
        let applied = try scene.workspace.applied("server.sqlite")
        let end = try await scene.workspace.program.run("reconcile", "plan.yaml")
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.lines.count { $0.contains(": created, conversation ") } == doubts)
        #expect(try scene.workspace.applied("server.sqlite") == applied)
        #expect(try await scene.inDoubt() == 0)
        let again = try await scene.workspace.program.run("reconcile", "plan.yaml")
        #expect(again.status == 0)
        #expect(again.errors.contains("nothing is in doubt"))

        let run = try await scene.workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try scene.workspace.applied("server.sqlite").sorted() == Tickets.messages(Self.tickets).sorted())
        let summary = try Summary(scene.workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["conversations", "created"] == Self.tickets)
        try await scene.sandbox.kill()
    }

    @Test("What is not there is released where the plan says so, and the next run sends it")
    func releases() async throws {
        let scene = try await Scene(absent: "resend")
        let doubts = try await scene.inDoubt()
        try await scene.change("PRAGMA foreign_keys = OFF; DELETE FROM message; DELETE FROM conversation;")
        let end = try await scene.workspace.program.run("reconcile", "plan.yaml")
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.lines.count { $0.hasSuffix(": not there; the next run sends it") } == doubts)
        let run = try await scene.workspace.program.run("run", "plan.yaml")
        #expect(run.status == 0, "\(run.errors)")
        // Those that were answered before the kill were created, and were deleted here.
        let applied = try scene.workspace.applied("server.sqlite")
        #expect(Set(applied) == Set(Tickets.messages(Self.tickets)))
        #expect(applied.count == Self.tickets + doubts)
        try await scene.sandbox.kill()
    }

    @Test("A person decides what cannot be known, in a list that holds nobody's words")
    func decides() async throws {
        let scene = try await Scene(absent: "keep")
        let doubts = try await scene.inDoubt()
        try #require(doubts == 4)
        // A stranger's conversation is left, by the same account.
        try await scene.change(
            """
            PRAGMA foreign_keys = OFF; DELETE FROM message; DELETE FROM conversation WHERE number > 1; \
            INSERT INTO message (id, conversation_id, sender_type, sender_id, content, created_at) \
            SELECT 'm', id, 'agent', NULL, 'by hand', created_at FROM conversation;
            """)
        let program = scene.workspace.program
        let end = try await program.run("reconcile", "plan.yaml")
        #expect(end.status == 5, "\(end.errors)")
        let list = try scene.list()
        #expect(list.count == 5)
        #expect(list[0] == "doubt,file,record,sent_at,customer_id,found,candidates,decision")
        #expect(list[1...].allSatisfy { $0.contains("not found in 2 looks") && !$0.contains("of many") })
        let mode =
            try FileManager.default.attributesOfItem(
                atPath: scene.workspace.folder.path("plan.sandbox.rejects/in-doubt.csv"))[.posixPermissions] as? Int
        #expect(mode == 0o600)

        let left = try await program.shell("sqlite3 server.sqlite 'SELECT id FROM conversation'").lines.first ?? ""
        func decide(_ decisions: [String], _ options: String...) async throws -> ProgramEnd {
            let rows = zip(list[1...], decisions).map { $0 + $1 }
            try scene.workspace.write("decided.csv", ([list[0]] + rows).joined(separator: "\r\n") + "\r\n")
            return try await program.run(["reconcile", "plan.yaml", "--decisions", "decided.csv"] + options)
        }
        let unknown = try await decide(["absent", "skp"])
        #expect(unknown.status == 65)
        #expect(unknown.errors.contains("decided.csv:3: error: the decision is none"))
        #expect(unknown.errors.contains("did you mean skip?"))
        // The id belongs to the record that was answered before the kill.
        #expect(try await decide(["absent", "skip", "created \(left)"]).status == 65)
        #expect(try await decide(["absent", "skip", "created nobody"]).status == 65)
        #expect(try await scene.inDoubt() == 4)

        let done = try await decide(["absent", "skip"])
        #expect(done.status == 5, "\(done.errors)")
        #expect(try scene.list().count == 3)
        let repeated = try await decide(["absent", "skip"])
        #expect(repeated.status == 5)
        #expect(repeated.errors.contains("no longer in doubt"))

        let run = try await program.run("run", "plan.yaml", "--summary", "summary.json", "--retry-rejected")
        #expect(run.status == 5, "\(run.errors)")
        #expect(run.errors.contains("pingback-import reconcile plan.yaml --to sandbox"))
        let summary = try Summary(scene.workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["conversations", "created"] == Self.tickets - 3)
        #expect(summary["conversations", "in_doubt"] == 2)
        #expect(summary["rejections", "by_destination"] == 1)
        // The one said to be absent was sent again; the one left out was not, though rejected records were tried again.
        #expect(try scene.workspace.applied("server.sqlite").count == Self.tickets + 1)
        try await scene.sandbox.kill()
    }

    @Test("A reference is sent with every message, finds what got lost, and is part of the plan's meaning there")
    func reference() async throws {
        let scene = try await Scene(absent: "keep", more: ", reference: \"Imported #{{id}}\"")
        // Another server might lay the text out otherwise; the line tells all the same.
        try await scene.change(
            "UPDATE message SET content = replace(content, 'ticket', 'Ticket') WHERE content LIKE '%Imported #%'")
        let doubts = try await scene.inDoubt()
        #expect(doubts > 0)
        let end = try await scene.workspace.program.run("reconcile", "plan.yaml")
        #expect(end.status == 0, "\(end.errors)")
        #expect(try await scene.workspace.program.run("run", "plan.yaml").status == 0)
        let applied = try scene.workspace.applied("server.sqlite")
        #expect(Set(applied) == Set((1...Self.tickets).map { "ticket \($0) of many\nImported #\($0)" }))
        #expect(applied.count == Self.tickets)

        try scene.writePlan(absent: "keep")
        let changed = try await scene.workspace.program.run("run", "plan.yaml")
        #expect(changed.status == 65)
        #expect(changed.errors.contains("was destinations.sandbox.reference = Imported #{{id}}"))
        try await scene.sandbox.kill()
    }

    @Test("Where no run has begun there is nothing to settle")
    func nothing() async throws {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(1))
        try workspace.writePlan()
        let end = try await workspace.program.run("reconcile", "plan.yaml")
        #expect(end.status == 0)
        #expect(end.errors.contains("no run to sandbox has begun"))
    }
}
