import Foundation
import ImportTestSupport
import Testing

/// What `status` says of the nights before, and of those to come.
@Suite struct HistoryTests {
    private func objects(_ end: ProgramEnd) throws -> [[String: Any]] {
        try end.lines.map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:] }
    }

    @Test("The history has every process: what it came to, one that was killed, one that did not begin")
    func processes() async throws {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(200))
        let sandbox = try await SandboxProcess(workspace, latency: 20)
        try workspace.writePlan(
            more: sandbox.destination("concurrency: 4, timeout: 2s, in_doubt: { settle_after: 0s }"))
        #expect(try await workspace.program.run("run", "plan.yaml", "--limit", "5").status == 0)
        let running = try workspace.program.start(["run", "plan.yaml"])
        try await running.wait { try workspace.applied("server.sqlite").count > 20 || !running.isRunning }
        running.kill()
        _ = try await running.end()
        try FileManager.default.moveItem(
            atPath: workspace.folder.path("tickets.csv"), toPath: workspace.folder.path("away.csv"))
        #expect(try await workspace.program.run("run", "plan.yaml").status == 66)
        try FileManager.default.moveItem(
            atPath: workspace.folder.path("away.csv"), toPath: workspace.folder.path("tickets.csv"))
        #expect(try await workspace.program.run("run", "plan.yaml").status == 0)

        let text = try await workspace.program.run("status", "plan.yaml", "--history")
        #expect(text.status == 0, "\(text.errors)")
        let lines = text.lines.drop { !$0.contains("started (UTC)") }
        #expect(lines.count == 5, "\(text.output)")
        let ends = ["stopped after the records asked for", "killed, or at work", "stopped: ", "done"]
        for (line, end) in zip(lines.dropFirst(), ends) { #expect(line.contains(end), "\(line)") }

        let json = try #require(
            try objects(try await workspace.program.run("status", "plan.yaml", "--history", "--json")).first)
        let processes = try #require(json["processes"] as? [[String: Any]])
        #expect(processes.map { $0["status"] as? Int } == [0, nil, 66, 0])
        #expect(Set(processes.dropFirst().map { $0["run"] as? String }) == [json["run"] as? String])
        #expect((processes[3]["figures"] as? [String: Int])?["created"] == 200)
        #expect(json["state"] as? String == "finished")
        #expect(json["doubts"] as? Int == 0)
        try await sandbox.kill()
    }

    @Test("A run that its budget stopped says by when it is done")
    func outlook() async throws {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(90))
        let sandbox = try await SandboxProcess(workspace, latency: 10)
        try workspace.writePlan(more: sandbox.destination("concurrency: 1, message_budget: 40, rate: 30/s"))
        #expect(try await workspace.program.run("run", "plan.yaml").status == 6)
        let status = try await workspace.program.run("status", "plan.yaml")
        let line = try #require(status.lines.first { $0.contains("40 of about 90 sent") }, "\(status.output)")
        // Forty more next month, the last ten in the one after it.
        let now = Calendar(identifier: .gregorian).dateComponents(
            in: TimeZone(identifier: "UTC") ?? .current, from: Date())
        let month = ((now.month ?? 1) + 1) % 12 + 1
        let year = (now.year ?? 0) + ((now.month ?? 1) > 10 ? 1 : 0)
        let day = "\(year)-\(month < 10 ? "0" : "")\(month)-01"
        #expect(line.contains("the rest is done by \(day)"), "\(line)")
        try await sandbox.kill()
    }

    @Test func aPlanWithoutARunHasNoLineForPrograms() async throws {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(1))
        try workspace.writePlan()
        let end = try await workspace.program.run("status", "plan.yaml", "--json", "--history")
        #expect(end.status == 0)
        #expect(end.output.isEmpty)
    }
}
