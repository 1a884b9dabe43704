import ImportTestSupport
import Testing

/// What a server can do to a run: every kind of answer, of silence and of nonsense, and what becomes of the records.
@Suite(.serialized) struct ServerFaultTests {
    private static let width = 4

    // MARK: - What stops a run

    /// A rule of a fault script that stops a run with a status.
    private struct Stopping: Sendable {
        var rule: String
        var status: Int32
        /// How many requests may be left in doubt.
        var doubts = 0...0
        /// Whether records are refused before it does.
        var refuses = false

        init(_ rule: String, _ status: Int32, doubts: ClosedRange<Int> = 0...0, refuses: Bool = false) {
            (self.rule, self.status, self.doubts, self.refuses) = (rule, status, doubts, refuses)
        }
    }

    /// From the fifteenth conversation on.
    private static func from15(_ action: String) -> String {
        "{ when: { request: create, from: 15 }, do: { \(action) } }"
    }

    /// At the fifteenth conversation only.
    private static func at15(_ action: String) -> String {
        "{ when: { request: create, number: 15 }, do: { \(action) } }"
    }

    private static let stopping: [Stopping] =
        [
            Stopping(from15("status: 402"), 6), Stopping(from15("status: 429"), 6),
            Stopping(from15("status: 401, body: '{\"detail\": \"not a token: \(SandboxProcess.token)\"}'"), 77),
            Stopping(from15("status: 403"), 77), Stopping(from15("status: 400"), 78, refuses: true),
            Stopping(from15("status: 404"), 76), Stopping(from15("status: 405"), 76),
            Stopping(from15("status: 429, retry_after: 1000000000"), 69),
            Stopping(from15("status: 503, retry_after: 31536000"), 69, doubts: 1...FaultScene.concurrency),
        ]
        + [301, 302, 303, 307, 308].map {
            Stopping(from15("status: \($0), headers: { Location: \"https://elsewhere.example/\" }"), 76)
        }
        + ["list", "no-id", "not-json", "empty", "no-content", "huge-body"].map {
            Stopping(at15("answer: \($0)"), 76, doubts: 1...1)
        }
        + ["wrong-business", "wrong-channel"].map { Stopping(at15("answer: \($0)"), 76) }
        + [Stopping("{ when: { request: create, number: 1 }, do: { answer: wrong-message } }", 76)]

    @Test("An answer that stops a run stops it at once, and the same command goes on when it is mended")
    func stops() async throws {
        _ = try await Self.stopping.atOnce(Self.width) { fault in
            let scene = try await FaultScene(faults: "faults:\n  - \(fault.rule)\n")
            let end = try await scene.run()
            try scene.expectSound(end, status: fault.status, doubts: fault.doubts, fault.rule)
            let summary = try scene.summary()
            let refused = summary["rejections", "by_destination"]
            #expect((refused > 0) == fault.refuses, "\(fault.rule): \(refused) refused")
            if fault.rule.contains("from: 15") && !fault.refuses {
                // Beyond the fourteen before it, only what was under way by then.
                let requests = summary["process", "requests"]
                let reads = 2
                #expect(requests <= 14 + FaultScene.concurrency + reads, "\(fault.rule): \(requests) requests")
            }
            try await scene.sandbox.kill()
            scene.sandbox.faults = nil
            try await scene.sandbox.start()
            try await scene.expectCompletion(refused: refused, fault.rule)
            try await scene.sandbox.kill()
        }
    }

    // MARK: - What a run gets over

    private static func answers(_ statuses: [Int]) -> [String] {
        statuses.flatMap { [at15("status: \($0)"), at15("status: \($0), committed: true")] }
    }

    private static let passing: [String] =
        answers([500, 501, 502, 503, 504, 505, 507, 408, 409, 410, 414, 415, 425, 431])
        + [
            "status: 429, retry_after: 1", "status: 429, retry_after: 0", "status: 429, retry_after: in 1s",
            "status: 429, retry_after: 60s ago", "status: 429, headers: { Retry-After: soon }",
            "status: 429, headers: { Retry-After: [soon, 1, \"-1\"] }", "status: 503, retry_after: 1",
            "status: 503, retry_after: 1, committed: true",
        ].map(at15)
        + ["close", "reset"].flatMap { manner in
            ["on-arrival", "before-commit", "after-commit"].map { at15("\(manner): \($0)") }
        }
        + [
            "answer: header-flood", "truncate_at: 40", "truncate_at: 0", "slow_bytes: 5ms", "slow_bytes: 100ms",
            "latency_after: 10h", "restart: 1s", "bytes: \"\\x01\\x02SSH-2.0\\r\\n\\r\\n\"",
            "bytes: \"HTTP/1.1 100 Continue\\r\\n\\r\\n\", committed: true",
            "bytes: \"HTTP/1.1 201 Created\\r\\nContent-Length: 5\\r\\n\\r\\n\", committed: true",
        ].map(at15)

    @Test("A fault that passes leaves every conversation in once, and no doubt behind")
    func passes() async throws {
        _ = try await Self.passing.atOnce(Self.width) { fault in
            let scene = try await FaultScene(faults: "faults:\n  - \(fault)\n")
            let end = try await scene.run()
            try scene.expectSound(end, status: 0, fault)
            try scene.expectAllIn(fault)
            try await scene.sandbox.kill()
        }
    }

    @Test("A record that is refused costs itself alone, and the server's words are told to its owner only")
    func refused() async throws {
        let words =
            "body: '{\"detail\": [{\"loc\": [\"body\", \"customer_id\"], \"msg\": \"unknown\", \"input\": \"\(FaultScene.canary)\"}]}'"
        let refusals = [
            "status: 422, \(words)", "status: 413, body: \"<html>\"", "status: 422, body: \"\"", "status: 400",
        ]
        _ = try await refusals.atOnce(Self.width) { fault in
            let scene = try await FaultScene(faults: "faults:\n  - \(Self.at15(fault))\n")
            let end = try await scene.run()
            try scene.expectSound(end, status: 3, fault)
            try scene.expectAllIn(refused: 1, fault)
            try await scene.sandbox.kill()
        }
    }

    // MARK: - What lasts

    private static let lasting: [String] = [
        // An outage, by connections that end as requests come in, and by a gateway without its server.
        "{ when: { after: 300ms, for: 3s }, do: { close: on-arrival } }",
        "{ when: { after: 300ms, for: 3s }, do: { status: 502 } }",
        // A server that works on behind a gateway that does not.
        "{ when: { request: create, after: 300ms, for: 2s }, do: { status: 502, committed: true } }",
        // Slower with every so many, never past the time limit.
        "{ when: { every: 5 }, do: { latency: 500ms } }",
    ]

    @Test("An outage is waited for, and leaves no more doubts than requests were under way")
    func outages() async throws {
        _ = try await Self.lasting.atOnce(Self.width) { fault in
            let scene = try await FaultScene(
                tickets: 120, faults: "faults:\n  - \(fault)\n  - { do: { latency: 20ms } }\n")
            try scene.writePlan(absent: "keep")
            let end = try await scene.run()
            let isIn = end.status == 0
            try scene.expectSound(end, status: isIn ? 0 : 5, doubts: 0...FaultScene.concurrency, fault)
            try scene.writePlan()
            if !isIn { try await scene.expectCompletion(fault) }
            try scene.expectAllIn(fault)
            try await scene.sandbox.kill()
        }
    }

    @Test("A server that is still at work when a request's time is over is given time before anything is sent again")
    func lateCommit() async throws {
        let fault = Self.at15("latency: 3s")
        let scene = try await FaultScene(faults: "faults:\n  - \(fault)\n")
        try scene.writePlan(settleAfter: "3s")
        let end = try await scene.run()
        try scene.expectSound(end, status: 0, fault)
        try scene.expectAllIn(fault)
        try await scene.sandbox.kill()
    }

    @Test("One request in fifty lost at random, in every way at once")
    func random() async throws {
        _ = try await FaultScene.seeds(3).atOnce(Self.width) { seed in
            let manners = [
                "close: on-arrival", "reset: before-commit", "close: after-commit", "status: 502, committed: true",
            ]
            let rules = manners.map { "  - { when: { request: create, share: 2% }, do: { \($0) } }\n" }
            let scene = try await FaultScene(
                tickets: 200, faults: "seed: \(seed)\nlimits: { rate: 200/s }\nfaults:\n" + rules.joined())
            let end = try await scene.run()
            try scene.expectSound(end, status: 0, "seed \(seed)")
            try scene.expectAllIn("seed \(seed)")
            try await scene.sandbox.kill()
        }
    }
}
