import Foundation
import ImportCore
import ImportTestSupport
import Testing

/// Neither a token nor what belongs to people gets out of a run, whatever the server does, and whenever it is killed.
@Suite(.serialized) struct CanaryTests {
    /// What a fault script lets a server do, and what of it happens to some request of a run.
    struct Fault: CustomTestStringConvertible {
        var testDescription: String
        /// The script's lines, but for the seed.
        var script: String
    }

    private static let tickets = 14

    private static func rule(_ action: String, of request: String = "create", _ condition: String = "from: 4, to: 6")
        -> Fault
    {
        Fault(
            testDescription: "\(request): \(action.prefix(60))",
            script: "faults: [{ when: { request: \(request), \(condition) }, do: { \(action) } }]")
    }

    /// JSON in a YAML text in single quotes, where a quote is written twice.
    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

    /// The words of `Canary.repeated` in each of the forms that FastAPI and proxies have for them.
    private static let bodies = [
        "{\"detail\":\"\(Canary.repeated)\"}",
        "{\"detail\":[{\"loc\":[\"body\",\"initial_message\"],\"msg\":\"\(Canary.repeated)\","
            + "\"input\":\"\(Canary.text)\"}]}",
        "{\"error\":\"\(Canary.repeated)\",\"message\":\"\(Canary.repeated)\",\"feature\":\"\(Canary.address)\"}",
        Canary.repeated,
    ]

    private static let cuts = FaultAction.CutMoment.allCases.flatMap { moment in
        [rule("close: \(moment.rawValue)"), rule("reset: \(moment.rawValue)")]
    }

    private static let answers = FaultAction.Garbling.allCases.flatMap { garbling in
        [rule("answer: \(garbling.rawValue)"), rule("answer: \(garbling.rawValue)", "number: 1")]
    }

    private static let statuses = [
        200, 201, 204, 307, 400, 401, 402, 403, 404, 405, 408, 409, 413, 418, 422, 429, 500, 502, 503, 504,
    ].enumerated().flatMap { index, status in
        let body = quoted(bodies[index % bodies.count])
        return [
            rule(
                "status: \(status), body: \(body), headers: { Location: \"http://x/?t=\(Canary.address)\" }"),
            rule("status: \(status), committed: true, body: \(body)", "from: 5, to: 5"),
        ]
    }

    private static let refusals = bodies.map { rule("status: 422, body: \(quoted($0))") }

    /// Reads carry nothing of a ticket that a server could repeat.
    private static let refusedRead = quoted("{\"detail\":\"\(SandboxProcess.token) of \(Canary.address)\"}")

    private static let reads = ["me", "channels", "list", "get"].flatMap { request in
        [401, 404, 500].map {
            rule(
                "status: \($0), body: \(refusedRead)", of: request, request == "me" ? "from: 1" : "from: 1, to: 2"
            )
        }
    }

    private static let slow = [
        rule("latency: 1500ms"), rule("latency_after: 1500ms"), rule("slow_bytes: 1ms"), rule("truncate_at: 40"),
        rule("truncate_at: 700"), rule("restart: 300ms", "number: 5"),
        rule("bytes: \(quoted("HTTP/1.1 200 OK\\r\\n\(Canary.repeated)"))"),
        rule("bytes: \(quoted("\(Canary.repeated)")), committed: true"),
    ]

    private static let limits = [
        Fault(testDescription: "rate", script: "limits: { rate: 20/s, burst: 2 }"),
        Fault(
            testDescription: "in flight",
            script: "limits: { in_flight: 2, answer: { status: 503, retry_after: 1, body: \(quoted(bodies[0])) } }"),
        Fault(testDescription: "a quota", script: "limits: [{ rate: 4/s, burst: 8, answer: { status: 429 } }]"),
    ]

    private static let unknown = UnknownCustomer.allCases.map {
        Fault(testDescription: "unknown customer: \($0.rawValue)", script: "unknown_customer: \($0.rawValue)")
    }

    private static let faults = cuts + answers + statuses + refusals + reads + slow + limits + unknown

    /// Runs side by side: most of each is waiting.
    private static let width = 6

    @Test("Under no fault of the server does anything of a person or of the token get out")
    func underFaults() async throws {
        await withTaskGroup(of: Void.self) { group in
            for (index, fault) in Self.faults.enumerated() {
                if index >= Self.width { await group.next() }
                group.addTask {
                    do {
                        try await Self.run(under: fault)
                    } catch {
                        Issue.record("\(fault.testDescription): \(error)")
                    }
                }
            }
        }
    }

    private static func run(under fault: Fault) async throws {
        let (workspace, sandbox) = try await planted(fault.script)
        let first = try await workspace.program.run(
            "run", "plan.yaml", "--summary", "summary.json", "--log-format", "json")
        #expect(first.status != 70 && first.status != nil, "\(fault.testDescription): \(first.errors)")
        // What a person does next, whatever came of it.
        let status = try await workspace.program.run("status", "plan.yaml")
        let reconcile = try await workspace.program.run("reconcile", "plan.yaml")
        let again = try await workspace.program.run("run", "plan.yaml", "--retry-rejected")
        let talk = try sandbox.talk
        try await sandbox.kill()
        try Canary.expectNone(
            in: workspace,
            said: [first, status, reconcile, again].flatMap { [$0.output, $0.errors] } + [talk], fault.testDescription)
    }

    private static func planted(_ script: String) async throws -> (Workspace, SandboxProcess) {
        let workspace = try Workspace()
        try workspace.write(
            "tickets.csv",
            Canary.tickets(tickets, customer: script.contains("unknown") ? "c3d4e5f6-a7b8-9012-cdef-123456789012" : ""))
        let sandbox = try await SandboxProcess(workspace, faults: script)
        try workspace.writePlan(
            conversation: "customer_id: person",
            more: "limits: { rejections: 50% }\n"
                + sandbox.destination(
                    "concurrency: 4, timeout: 1s, patience: 3s, in_doubt: { settle_after: 200ms, looks: 1 }"))
        return (workspace, sandbox)
    }

    @Test("Nor does it after kills", arguments: [1, 2, 3, 4] as [UInt64])
    func underKills(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let (workspace, sandbox) = try await Self.planted(
            "faults: [{ when: { request: create }, do: { latency: 30ms, latency_after: 30ms } }]")
        for goal in [3, 8] {
            let running = try workspace.program.start(["run", "plan.yaml"])
            try await running.wait {
                try workspace.applied("server.sqlite").count >= goal || !running.isRunning
            }
            try await Task.sleep(for: .milliseconds(random.int(0...60)))
            running.kill()
            let end = try await running.end()
            try Canary.expectNone(in: workspace, said: [end.output, end.errors])
        }
        let end = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
        try Canary.expectNone(in: workspace, said: [end.output, end.errors, try sandbox.talk])
        try await sandbox.kill()
    }
}
