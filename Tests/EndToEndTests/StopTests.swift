import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What stops a run stops it at once: beyond the requests that are under way nothing is sent any more, not even a read.
@Suite struct StopTests {
    private static let concurrency = 4
    /// A run begins with one request at a time, and has as many as it may when three were answered: at most so many
    /// creates are sent when the fourth and those beside it are under way.
    private static let mostCreates = 3 + concurrency

    /// A server's answer to one of the creates that are under way; the others are answered later.
    struct Stop: CustomTestStringConvertible {
        var testDescription: String
        var action: String
        /// The answer's status, by which it is known among the others.
        var answer: Int
        var status: Int32
        /// Whether it leaves a record in doubt.
        var isDoubt = false
    }

    private static let stops = [
        Stop(testDescription: "402", action: "status: 402", answer: 402, status: 6),
        Stop(testDescription: "429 of the month", action: "status: 429", answer: 429, status: 6),
        Stop(testDescription: "429 for a day", action: "status: 429, retry_after: 86400", answer: 429, status: 69),
        Stop(
            testDescription: "503 for a day", action: "status: 503, retry_after: 86400", answer: 503, status: 69,
            isDoubt: true),
        Stop(
            testDescription: "a redirect", action: "status: 307, headers: { Location: \"http://127.0.0.1:9/\" }",
            answer: 307, status: 76),
        Stop(testDescription: "404", action: "status: 404", answer: 404, status: 76),
        Stop(testDescription: "405", action: "status: 405", answer: 405, status: 76),
        Stop(
            testDescription: "201 with a list", action: "status: 201, committed: true, body: \"[]\"", answer: 201,
            status: 76, isDoubt: true),
        Stop(
            testDescription: "201 without a body", action: "status: 201, committed: true, body: \"\"", answer: 201,
            status: 76, isDoubt: true),
        Stop(testDescription: "401", action: "status: 401", answer: 401, status: 77),
        Stop(testDescription: "403", action: "status: 403", answer: 403, status: 77),
    ]

    private func begun(
        _ faults: String, concurrency: Int = concurrency, options: String = ""
    ) async throws -> (Workspace, SandboxProcess, RecordedPingBack) {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(60))
        let sandbox = try await SandboxProcess(workspace, faults: faults)
        let recorder = try await RecordedPingBack(before: sandbox)
        try workspace.writePlan(
            more: "limits: { rejections: 0 }\n"
                + sandbox.destination(
                    through: "http://127.0.0.1:\(recorder.port)",
                    "concurrency: \(concurrency), in_doubt: { settle_after: 0s }\(options)"))
        return (workspace, sandbox, recorder)
    }

    @Test("After an answer that stops the run nothing more is sent", arguments: stops)
    func answers(_ stop: Stop) async throws {
        let (workspace, sandbox, recorder) = try await begun(
            """
            faults:
              - { when: { request: create, number: 5 }, do: { latency: 500ms, \(stop.action) } }
              - { when: { request: create, from: 4 }, do: { latency_after: 1500ms } }
            """)
        let end = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
        #expect(end.status == stop.status, "\(end.errors)")
        #expect(try recorder.requests(after: stop.answer) == [])
        let creates = try recorder.creates
        #expect((5...Self.mostCreates).contains(creates))
        // What was under way had its answer, and is remembered.
        let summary = Summary(try workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(try await workspace.unanswered() == (stop.isDoubt ? 1 : 0))
        #expect(summary["conversations", "created"] == creates - 1)
        try await sandbox.kill()
    }

    @Test("After an echo of something else nothing more is sent")
    func echo() async throws {
        let (workspace, sandbox, recorder) = try await begun(
            """
            faults:
              - { when: { request: create, number: 5 }, do: { latency_after: 500ms, answer: wrong-business } }
              - { when: { request: create, from: 4 }, do: { latency_after: 1500ms } }
            """)
        let end = try await workspace.program.run("run", "plan.yaml")
        #expect(end.status == 76, "\(end.errors)")
        let creates = try recorder.creates
        #expect((5...Self.mostCreates).contains(creates))
        #expect(try recorder.passed.last { $0.hasPrefix(">") } == "> POST /api/v1/conversations/")
        #expect(end.errors.contains("\(creates) created in sandbox"), "\(end.errors)")
        try await sandbox.kill()
    }

    @Test("After the refusal that passes the rejection limit nothing more is sent")
    func rejectionLimit() async throws {
        // One at a time: whether the limit is passed is judged in the order of the file.
        let (workspace, sandbox, recorder) = try await begun(
            "faults: [{ when: { request: create, number: 6 }, do: { status: 422 } }]", concurrency: 1)
        let end = try await workspace.program.run("run", "plan.yaml")
        #expect(end.status == 4, "\(end.errors)")
        #expect(try recorder.requests(after: 422) == [])
        #expect(try recorder.creates == 6)
        #expect(try await workspace.unanswered() == 0)
        try await sandbox.kill()
    }

    @Test("A probe that meets a stop is the last request")
    func probe() async throws {
        let (workspace, sandbox, recorder) = try await begun(
            """
            faults:
              - { when: { request: create, number: 5 }, do: { latency: 500ms, status: 502 } }
              - { when: { request: create, from: 4 }, do: { latency_after: 1s } }
              - { when: { request: me, from: 2 }, do: { latency: 1500ms, status: 401 } }
            """)
        let end = try await workspace.program.run("run", "plan.yaml")
        #expect(end.status == 77, "\(end.errors)")
        #expect(try recorder.requests(after: 401) == [])
        #expect(try recorder.creates <= Self.mostCreates)
        #expect(try await workspace.unanswered() == 1)
        try await sandbox.kill()
    }

    @Test("With the message budget used up nothing more is sent")
    func budget() async throws {
        let (workspace, sandbox, recorder) = try await begun(
            "faults: [{ when: { request: create }, do: { latency_after: 100ms } }]", options: ", message_budget: 7")
        let end = try await workspace.program.run("run", "plan.yaml")
        #expect(end.status == 6, "\(end.errors)")
        #expect(try recorder.creates == 7)
        #expect(try workspace.applied("server.sqlite").count == 7)
        try await sandbox.kill()
    }

    @Test(
        "A signal is followed by the answers to what is under way, and by no request",
        arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
    func signals(_ signal: Int32, _ status: Int32) async throws {
        let (workspace, sandbox, recorder) = try await begun(
            """
            faults:
              - { when: { request: create, to: 8 }, do: { latency_after: 200ms } }
              - { when: { request: create, from: 9 }, do: { latency_after: 4s } }
            """)
        let running = try workspace.program.start(["run", "plan.yaml"])
        try await running.wait { try recorder.creates > 8 || !running.isRunning }
        // However many go side by side by now, they are all under way soon, and answered much later.
        try await Task.sleep(for: .seconds(1))
        let before = try recorder.passed.count { $0.hasPrefix(">") }
        let creates = try recorder.creates
        #expect((9...8 + Self.concurrency).contains(creates))
        running.send(signal)
        let end = try await running.end()
        #expect(end.status == status, "\(end.errors)")
        #expect(try recorder.passed.count { $0.hasPrefix(">") } == before)
        #expect(try await workspace.unanswered() == 0)
        #expect(end.errors.contains("\(creates) created in sandbox"), "\(end.errors)")
        try await sandbox.kill()
    }
}
