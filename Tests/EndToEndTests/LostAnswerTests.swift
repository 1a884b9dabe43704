import Foundation
import ImportTestSupport
import Testing

/// A server applies creates and its answers get lost; the run settles that by itself.
///
/// `PINGBACK_IMPORT_OUTAGE=60` is the length of the outage in seconds.
@Suite(.serialized) struct LostAnswerTests {
    private static let outage = ProcessInfo.processInfo.environment["PINGBACK_IMPORT_OUTAGE"].flatMap { Int($0) } ?? 4
    private static let concurrency = 8
    private static let seeds: [UInt64] = [1, 2, 3]
    private static let tickets = 150

    /// A way in which answers get lost, by the words of a fault script.
    struct Loss: CustomTestStringConvertible {
        var testDescription: String
        var rules: String
    }

    private static let losses = [
        Loss(
            testDescription: "the line ends behind the commit",
            rules: "- { when: { request: create, share: 5% }, do: { close: after-commit } }"),
        Loss(
            testDescription: "the line is reset behind the commit",
            rules: "- { when: { request: create, share: 5% }, do: { reset: after-commit } }"),
        Loss(
            testDescription: "a proxy answers for the server",
            rules: "- { when: { request: create, share: 5% }, do: { status: 502, committed: true } }"),
        Loss(
            testDescription: "the answer comes too late",
            rules: "- { when: { request: create, share: 3% }, do: { latency_after: 3s } }"),
        Loss(
            testDescription: "the answer breaks off",
            rules: "- { when: { request: create, share: 5% }, do: { truncate_at: 30 } }"),
        Loss(
            testDescription: "some were applied and some were not",
            rules: """
                - { when: { request: create, share: 4% }, do: { close: after-commit } }
                  - { when: { request: create, share: 4% }, do: { close: before-commit } }
                  - { when: { request: create, share: 4% }, do: { reset: on-arrival } }
                """),
        Loss(
            testDescription: "a row of them, and then a restart",
            rules: """
                - { when: { request: create, from: 40, to: 46 }, do: { close: after-commit } }
                  - { when: { request: create, number: 90 }, do: { restart: 500ms } }
                """),
        Loss(
            testDescription: "the first, and reads that fail as well",
            rules: """
                - { when: { request: create, number: 1 }, do: { reset: after-commit } }
                  - { when: { request: create, share: 5% }, do: { close: after-commit } }
                  - { when: { request: list, every: 2 }, do: { close: on-arrival } }
                  - { when: { request: get, every: 5 }, do: { status: 500 } }
                """),
    ]

    @Test("Whatever the way in which answers get lost, everything is in once when the run ends", arguments: losses)
    func settles(_ loss: Loss) async throws {
        await withTaskGroup(of: Void.self) { group in
            for seed in Self.seeds {
                group.addTask {
                    do {
                        try await Self.lose(loss, seed: seed)
                    } catch {
                        Issue.record("seed \(seed): \(error)")
                    }
                }
            }
        }
    }

    private static func lose(_ loss: Loss, seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let workspace = try Workspace()
        let texts = (1...tickets).map { "ticket \(random.chance(10) ? 1 : $0) of many" }
        try workspace.write(
            "tickets.csv",
            Tickets.header + texts.enumerated().map { "\($0.offset + 1),\($0.element),open\n" }.joined())
        let sandbox = try await SandboxProcess(
            workspace,
            faults: """
                seed: \(seed)
                faults:
                  \(loss.rules)
                  - { when: { request: create }, do: { latency_after: 10ms } }
                """)
        try workspace.writePlan(
            more: sandbox.destination(
                "concurrency: \(concurrency), timeout: 1s, in_doubt: { settle_after: 500ms, absent: resend }"))
        let end = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
        #expect(end.status == 0, "seed \(seed): \(end.errors)")
        try await sandbox.kill()
        let isEachOnce = try workspace.applied("server.sqlite").sorted() == texts.sorted()
        #expect(isEachOnce, "seed \(seed): lost, or sent twice")
        let summary = Summary(try workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["conversations", "created"] == tickets, "seed \(seed)")
        #expect(end.errors.contains("no known answer"), "seed \(seed): nothing got lost")
    }

    @Test(
        "A server that answers 502 for what it has done leaves no more doubts than lanes, and the run ends by itself",
        arguments: [3, 8])
    func committedOutage(concurrency: Int) async throws {
        let tickets = 400
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(tickets))
        let sandbox = try await SandboxProcess(
            workspace,
            faults: """
                faults:
                  - { when: { request: create, after: 500ms, for: \(Self.outage)s }, do: { status: 502, committed: true } }
                  - { when: { request: create }, do: { latency_after: 20ms } }
                """)
        try workspace.writePlan(
            more: sandbox.destination("concurrency: \(concurrency), timeout: 1s, in_doubt: { settle_after: 500ms }"))
        let running = try workspace.program.start(["run", "plan.yaml", "--summary", "summary.json"])
        var most = 0
        while running.isRunning {
            most = max(most, try await Self.inDoubt(workspace))
            try await Task.sleep(for: .milliseconds(20))
        }
        let end = try await running.end()
        #expect(end.status == 0, "\(end.errors)")
        #expect((1...concurrency).contains(most), "\(most) in doubt at once")
        try await sandbox.kill()
        let isEachOnce = try workspace.applied("server.sqlite").sorted() == Tickets.messages(tickets).sorted()
        #expect(isEachOnce)
        let summary = Summary(try workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["conversations", "created"] == tickets)
        #expect(summary["conversations", "in_doubt"] == 0)
    }

    /// By the checkpoint's own rows: `status` also counts what is just under way.
    private static func inDoubt(_ workspace: Workspace) async throws -> Int {
        let end = try await workspace.program.shell(
            "sqlite3 -readonly plan.sandbox.checkpoint 'SELECT count(*) FROM attempt WHERE state = 3'")
        return end.lines.first.flatMap { Int($0) } ?? 0
    }
}
