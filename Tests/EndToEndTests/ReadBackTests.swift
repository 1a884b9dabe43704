import Foundation
import ImportTestSupport
import Testing

/// What a run created through the API can be compared with its source, and closed again.
@Suite("verify and undo through the API") struct ReadBackTests {
    private func imported(_ count: Int = 40) async throws -> Workspace {
        let workspace = try Workspace()
        let lines = (1...count).map { "\($0),ticket \($0) of many,\($0 % 4 == 0 ? "done" : "open")\n" }
        try workspace.write("tickets.csv", Tickets.header + lines.joined() + "bad,text,unknown\n")
        try workspace.writePlan(more: "limits: { rejections: 50% }")
        #expect(try await workspace.program.run("run", "plan.yaml").status == 3)
        return workspace
    }

    private func query(_ workspace: Workspace, _ sql: String) async throws -> [String] {
        let sqlite = Program(URL(filePath: "/usr/bin/sqlite3"), in: workspace.folder)
        let end = try await sqlite.run("plan.sandbox.sqlite", sql)
        #expect(end.status == 0, "\(end.errors)")
        return end.lines.map { String($0) }
    }

    @Test func whatArrivedIsNoDifferenceAndWhatChangedIsOne() async throws {
        let workspace = try await imported()
        let right = try await workspace.program.run("verify", "plan.yaml", "--to", "sandbox")
        #expect(right.status == 0, "\(right.errors)")
        #expect(right.errors.contains("40 conversations compared, none differs"))

        _ = try await query(
            workspace,
            """
            UPDATE message SET content = 'another' WHERE content = 'ticket 1 of many';
            UPDATE conversation SET status = 'resolved' WHERE id =
                (SELECT conversation_id FROM message WHERE content = 'ticket 2 of many');
            UPDATE conversation SET status = 'open' WHERE id =
                (SELECT conversation_id FROM message WHERE content = 'ticket 4 of many');
            CREATE TEMP TABLE gone AS SELECT conversation_id AS id FROM message WHERE content = 'ticket 3 of many';
            DELETE FROM message WHERE conversation_id IN (SELECT id FROM gone);
            DELETE FROM conversation WHERE id IN (SELECT id FROM gone);
            """)
        let wrong = try await workspace.program.run("verify", "plan.yaml", "--to", "sandbox", "--output", "list.jsonl")
        #expect(wrong.status == 3, "\(wrong.errors)")
        let list = try workspace.read("list.jsonl")
        #expect(list.split(separator: "\n").count == 4, "\(list)")
        for word in ["initial_message", "status", "conversation.missing"] { #expect(list.contains(word)) }
        #expect(!list.contains("another"))
    }

    @Test func withoutItsCheckpointNothingTellsWhatIsOurs() async throws {
        let workspace = try await imported(3)
        try workspace.remove("plan.sandbox.checkpoint")
        for verb in ["verify", "undo"] {
            let end = try await workspace.program.run(verb, "plan.yaml", "--to", "sandbox")
            #expect(end.status == 65, "\(verb): \(end.errors)")
        }
    }

    @Test func undoClosesWhatNobodyTouchedSince() async throws {
        let workspace = try await imported()
        _ = try await query(
            workspace,
            """
            INSERT INTO message (id, conversation_id, sender_type, content, created_at)
                SELECT 'a', conversation_id, 'customer', 'an answer', '2026-01-01' FROM message
                WHERE content = 'ticket 1 of many'
            """)
        let dry = try await workspace.program.run("undo", "plan.yaml", "--to", "sandbox", "--dry-run")
        #expect(dry.status == 3, "\(dry.errors)")
        #expect(dry.errors.contains("PingBack's API deletes nothing"))
        #expect(dry.errors.contains("would close 29 conversations, 1 left alone; nothing was written"))

        let asked = try await workspace.program.run("undo", "plan.yaml", "--to", "sandbox")
        #expect(asked.status == 78, "\(asked.errors)")
        let end = try await workspace.program.run("undo", "plan.yaml", "--to", "sandbox", "--yes")
        #expect(end.status == 3, "\(end.errors)")
        #expect(end.errors.contains("closed 29 conversations, 1 left alone"))
        #expect(
            try await query(workspace, "SELECT status, count(*) FROM conversation GROUP BY 1") == [
                "closed|39", "open|1",
            ])
        #expect(try workspace.read("plan.sandbox.undo.jsonl").contains("answered"))

        let again = try await workspace.program.run("undo", "plan.yaml", "--to", "sandbox", "--yes")
        #expect(again.errors.contains("closed 0 conversations, 1 left alone"))
        let run = try await workspace.program.run("run", "plan.yaml")
        #expect(run.errors.contains("nothing was sent"))
    }
}
