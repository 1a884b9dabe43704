import Foundation
import ImportTestSupport
import Testing

/// What a create request cannot say is done afterwards: a conversation is assigned, resolved, or closed.
@Suite struct LaterStepsTests {
    /// The sandbox's agents have ids that follow from the business's.
    private static let agent = "b2c3d4e5-f6a7-8901-bcde-845020158902"
    private static let nobody = "00000000-0000-4000-8000-000000000001"

    private func workspace(_ csv: String, more: String = "") throws -> Workspace {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", csv)
        try workspace.write(
            "plan.yaml",
            """
            version: 1
            name: end-to-end
            business_id: \(Workspace.businessID)
            source:
              files: [tickets.csv]
              key: id
            conversation:
              initial_message: text
              status: { from: status, values: { new: open, wait: pending, solved: resolved, done: closed } }
              assignee_id: agent
            \(more)
            """ + "\n")
        return workspace
    }

    /// Each conversation's message, status and assignee, in the order of the messages.
    private func state(of workspace: Workspace, _ data: String) async throws -> [String] {
        let python = Program(URL(filePath: "/usr/bin/python3"), in: workspace.folder)
        let end = try await python.run(
            "-c",
            """
            import sqlite3, sys
            rows = sqlite3.connect(sys.argv[1]).execute(
                "SELECT m.content, c.status, coalesce(c.assignee_id, '-') FROM conversation c "
                "JOIN message m ON m.conversation_id = c.id ORDER BY m.content")
            for row in rows: print(*row)
            """, data)
        #expect(end.status == 0, "\(end.errors)")
        return end.lines.map { String($0) }
    }

    @Test func aConversationIsAssignedBeforeItIsResolvedOrClosed() async throws {
        let workspace = try workspace(
            """
            id,text,status,agent
            1,m1,new,
            2,m2,done,\(Self.agent)
            3,m3,solved,
            4,m4,wait,\(Self.agent)
            5,m5,done,\(Self.nobody)

            """)
        let end = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
        #expect(end.status == 3, "\(end.errors)")
        #expect(
            try await state(of: workspace, "plan.sandbox.sqlite") == [
                "m1 open -", "m2 closed \(Self.agent)", "m3 resolved -", "m4 open \(Self.agent)", "m5 closed -",
            ])
        let summary = try Summary(workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["steps", "assigned"] == 2)
        #expect(summary["steps", "resolved"] == 1)
        #expect(summary["steps", "closed"] == 2)
        #expect(summary["steps", "refused"] == 1)
        #expect(summary["steps", "in_doubt"] == 0)
        #expect(end.errors.contains("1 step refused"))

        let again = try await workspace.program.run("run", "plan.yaml")
        #expect(again.status == 3)
        #expect(again.errors.contains("nothing was sent"))
    }

    @Test func aPlanMaySayThatNobodyIsAssigned() async throws {
        let workspace = try workspace(
            "id,text,status,agent\n1,m1,done,\(Self.agent)\n", more: "destinations: { sandbox: { assign: none } }")
        #expect(try await workspace.program.run("run", "plan.yaml").status == 0)
        #expect(try await state(of: workspace, "plan.sandbox.sqlite") == ["m1 closed -"])
    }

    @Test(arguments: ["team", "conversation"])
    func killsLeaveNoStepOut(assigning: String) async throws {
        let count = 120
        let statuses = ["new", "done", "solved", "wait"]
        let ends = ["open", "closed", "resolved", "open"]
        let csv =
            "id,text,status,agent\n"
            + (100..<100 + count).map { "\($0),m\($0),\(statuses[$0 % 4]),\($0 % 3 == 0 ? Self.agent : "")\n" }.joined()
        let workspace = try workspace(csv)
        let sandbox = try await SandboxProcess(workspace, latency: 15)
        try workspace.write(
            "plan.yaml",
            try workspace.read("plan.yaml")
                + sandbox.destination(
                    "assign: \(assigning), concurrency: 4, timeout: 2s, in_doubt: { settle_after: 0s }") + "\n")
        var random = SeededRandom(seed: 20)
        for _ in 0..<4 {
            let running = try workspace.program.start(["run", "plan.yaml"])
            try await Task.sleep(for: .milliseconds(Int.random(in: 200...900, using: &random)))
            running.kill()
            _ = try await running.end()
        }
        // A server that is away for a moment is waited for, in the middle of the steps too.
        let last = try workspace.program.start(["run", "plan.yaml"])
        try await Task.sleep(for: .milliseconds(300))
        try await sandbox.kill()
        try await sandbox.start()
        #expect(try await last.end().status == 0)
        try await sandbox.kill()
        #expect(
            try await state(of: workspace, "server.sqlite")
                == (100..<100 + count).map { "m\($0) \(ends[$0 % 4]) \($0 % 3 == 0 ? Self.agent : "-")" })
    }
}
