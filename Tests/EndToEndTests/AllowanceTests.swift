import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A run keeps to the plan's message budget and to its window.
@Suite("Budget and window") struct AllowanceTests {
    private static let count = 120

    private func workspace() throws -> Workspace {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(Self.count))
        return workspace
    }

    private func plan(_ workspace: Workspace, _ options: String) throws {
        try workspace.writePlan(more: "destinations:\n  sandbox: { \(options) }")
    }

    /// `HH:MM:SS` in UTC, so many seconds from now.
    private func time(_ ahead: Int) -> String {
        let second = (Int(Date().timeIntervalSince1970) + ahead) % 86_400
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return [second / 3600, second / 60 % 60, second % 60].map(two).joined(separator: ":")
    }

    @Test func aUsedUpBudgetStopsAndARaisedOneGoesOn() async throws {
        let workspace = try workspace()
        try plan(workspace, "message_budget: 50, concurrency: 4")
        let first = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
        #expect(first.status == 6, "\(first.errors)")
        #expect(first.errors.contains("the plan's message budget of 50 for "))
        #expect(first.errors.contains("120 conversations to send, 120 with a message"))
        #expect(
            first.errors.contains("the budget of 50 messages a month lasts for 50 of 120, the rest takes 2 more months")
        )
        #expect(try workspace.applied().count == 50)
        let summary = try Summary(workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["limits", "message_budget"] == 50)
        #expect(summary["limits", "message_budget_used"] == 50)
        #expect(summary["conversations", "created"] == 50)
        #expect(summary["conversations", "not_sent"] == 70)

        let again = try await workspace.program.run("run", "plan.yaml")
        #expect(again.status == 6, "\(again.errors)")
        #expect(try workspace.applied().count == 50)
        let status = try await workspace.program.run("status", "plan.yaml")
        #expect(status.output.contains(": 50 of 50\n"), "\(status.output)")
        #expect(status.output.contains("stopped: the plan's message budget of 50"), "\(status.output)")

        try plan(workspace, "message_budget: 200, concurrency: 4")
        let raised = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
        #expect(raised.status == 0, "\(raised.errors)")
        #expect(try workspace.applied().sorted() == Tickets.messages(Self.count).sorted())
        #expect(try Summary(workspace.summary("summary.json"))["limits", "message_budget_used"] == 120)
    }

    @Test("What a run without a budget sent counts for the budget that the plan gets later")
    func laterBudget() async throws {
        let workspace = try workspace()
        try plan(workspace, "concurrency: 4")
        #expect(try await workspace.program.run("run", "plan.yaml", "--limit", "30").status == 0)
        try plan(workspace, "message_budget: 50, concurrency: 4")
        #expect(try await workspace.program.run("run", "plan.yaml").status == 6)
        #expect(try workspace.applied().count == 50)
    }

    @Test func conversationsWithoutTextCostNothing() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "tickets.csv", Tickets.header + (1...40).map { "\($0),\($0 <= 3 ? "text \($0)" : ""),open\n" }.joined())
        try plan(workspace, "message_budget: 3")
        let end = try await workspace.program.run("run", "plan.yaml")
        #expect(end.status == 0, "\(end.errors)")
        #expect(try workspace.applied().count == 40)
    }

    @Test("A kill at any moment neither gives budget back nor takes any", arguments: [5, 23, 41])
    func kills(_ applied: Int) async throws {
        let workspace = try workspace()
        let sandbox = try await SandboxProcess(workspace, latency: 20)
        let options = "concurrency: 4, timeout: 2s, in_doubt: { settle_after: 0s }"
        try workspace.writePlan(more: sandbox.destination("message_budget: 50, " + options))
        let running = try workspace.program.start(["run", "plan.yaml"])
        try await running.wait {
            try workspace.applied("server.sqlite").count >= applied || !running.isRunning
        }
        running.kill()
        _ = try await running.end()
        let end = try await workspace.program.run("run", "plan.yaml")
        #expect(end.status == 6, "\(end.errors)")
        #expect(try workspace.applied("server.sqlite").count == 50)
        try workspace.writePlan(more: sandbox.destination("message_budget: 120, " + options))
        #expect(try await workspace.program.run("run", "plan.yaml").status == 0)
        #expect(try workspace.applied("server.sqlite").sorted() == Tickets.messages(Self.count).sorted())
        try await sandbox.kill()
    }

    @Test func aClosedWindowStopsBeforeAnythingIsSent() async throws {
        let workspace = try workspace()
        try plan(workspace, "window: \"\(time(7200))-\(time(10_800)) UTC\"")
        let end = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
        #expect(end.status == 6, "\(end.errors)")
        #expect(end.errors.contains("the plan's window is closed until "))
        #expect(try workspace.applied().isEmpty)
        let summary = try Summary(workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["conversations", "not_sent"] == Self.count)

        try plan(workspace, "window: [\"\(time(7200))-\(time(10_800)) UTC\", \"\(time(-3600))-\(time(7200)) UTC\"]")
        #expect(try await workspace.program.run("run", "plan.yaml").status == 0)
        #expect(try workspace.applied().count == Self.count)
    }

    @Test func aWindowThatOpensSoonIsWaitedFor() async throws {
        let workspace = try workspace()
        try plan(workspace, "window: \"\(time(10))-\(time(7200)) UTC\"")
        let end = try await workspace.program.run("run", "plan.yaml", "--wait")
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains("waiting for the plan's window until "))
        #expect(end.errors.contains("sending again"))
        #expect(try workspace.applied().count == Self.count)
    }

    @Test func aSignalEndsTheWait() async throws {
        let workspace = try workspace()
        try plan(workspace, "window: \"\(time(7200))-\(time(10_800)) UTC\"")
        let running = try workspace.program.start(["run", "plan.yaml", "--wait"])
        try await running.wait { try running.errors.contains("waiting for the plan's window") || !running.isRunning }
        running.send(SIGTERM)
        let end = try await running.end()
        #expect(end.status == 143, "\(end.errors)")
        #expect(try workspace.applied().isEmpty)
    }

    @Test func validateForetellsTheRun() async throws {
        let workspace = try workspace()
        try plan(workspace, "rate: 120/m, message_budget: 100")
        let end = try await workspace.program.run("validate", "plan.yaml", "--to", "sandbox")
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains("forecast: 120 conversations to send, 120 with a message; about 60 s, until "))
        #expect(
            end.errors.contains("the budget of 100 messages a month lasts for 100 of 120, the rest takes 1 more month"))
        #expect(!workspace.exists("plan.sandbox.sqlite"))
    }
}
