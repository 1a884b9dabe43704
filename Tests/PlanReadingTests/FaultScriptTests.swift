import ImportCore
import PlanReading
import Testing

@Suite("A fault script")
struct FaultScriptTests {
    private static func read(_ text: String) throws -> FaultScript {
        try FaultScriptReader.read(text: text, path: "faults.yaml")
    }

    private static func report(_ text: String) -> String {
        do {
            _ = try FaultScriptReader.read(text: text, path: "faults.yaml")
            return ""
        } catch {
            return error.report.text
        }
    }

    @Test("holds everything that can be said in it")
    func whole() throws {
        let script = try Self.read(
            """
            seed: 7
            unknown_customer: unlinked
            limits:
              - {after: 1m, rate: 50/s, burst: 3, answer: {status: 503, retry_after: in 2s}}
              - {rate: 100/s, in_flight: 5}
            faults:
              - when: {request: create, from: 5, to: 9, every: 2, share: 2.5%, after: 10s, for: 60s}
                do: {latency: 200ms, latency_after: 1s, close: after-commit}
              - do: {status: 502, committed: true, body: "", headers: {X-A: [1, 2]}, slow_bytes: 1s, truncate_at: 20}
              - do: {bytes: "a\\r\\n", committed: true}
              - do: {restart: 2s}
            """)
        #expect(script.seed == 7 && script.unknownCustomer == .unlinked)
        #expect(script.limits.map(\.after) == [0, 60])
        #expect(script.limits[0].rate == 100 && script.limits[0].bucketSize == 10 && script.limits[0].inFlight == 5)
        #expect(script.limits[0].answer == StatedAnswer(status: 429, retryAfter: .seconds(1)))
        #expect(script.limits[1].bucketSize == 3)
        #expect(script.limits[1].answer == StatedAnswer(status: 503, retryAfter: .date(2)))
        let condition = script.faults[0].condition
        #expect(condition.request == .create && condition.first == 5 && condition.last == 9 && condition.every == 2)
        #expect(condition.share == 0.025 && condition.after == 10 && condition.duration == 60)
        #expect(script.faults[0].action.outcome == .cut(.afterCommit, isReset: false))
        #expect(script.faults[0].action.latency == 0.2 && script.faults[0].action.latencyAfter == 1)
        var answer = StatedAnswer(status: 502)
        answer.body = ""
        answer.headers = [.init(name: "X-A", value: "1"), .init(name: "X-A", value: "2")]
        #expect(script.faults[1].action.outcome == .stated(answer, committed: true))
        #expect(script.faults[1].action.slowBytes == 1 && script.faults[1].action.truncateAt == 20)
        #expect(script.faults[2].action.outcome == .bytes("a\r\n", committed: true))
        #expect(script.faults[3].action.outcome == .restart(down: 2))
        #expect(script.greatestLatency == 0.2)
    }

    @Test("may say next to nothing")
    func little() throws {
        #expect(try Self.read("seed: 1") == FaultScript())
        #expect(try Self.read("faults: {do: {status: 500}}").faults.count == 1)
    }

    @Test(
        "is told where it is wrong",
        arguments: [
            Complaint("", "faults.yaml: error: the fault script is empty"),
            Complaint("fault: []", "unknown key \"fault\" in the fault script\n  try: did you mean faults?"),
            Complaint("seed: 1\nseed: 2", "faults.yaml:2: error: \"seed\" stands twice in the fault script"),
            Complaint("faults: [{when: {number: 1}}]", "do is missing"),
            Complaint("faults: [{do: {}}]", "does nothing\n  try: {latency: 200ms}"),
            Complaint("faults: [{do: {closed: after-commit}}]", "did you mean close?"),
            Complaint("faults: [{do: {close: after-comit}}]", "did you mean after-commit?"),
            Complaint("faults: [{do: {close: on-arrival, status: 500}}]", "has close and status, which exclude each"),
            Complaint("faults: [{do: {body: x}}]", "body means nothing without status"),
            Complaint("faults: [{do: {answer: list, committed: true}}]", "committed means nothing without status or"),
            Complaint("faults: [{do: {reset: on-arrival, slow_bytes: 1s}}]", "slow_bytes means nothing beside reset"),
            Complaint("faults: [{do: {status: 99}}]", "must be a whole number from 200 to 599"),
            Complaint("faults: [{do: {status: 503, retry_after: soon}}]", "is \"soon\", not a time to retry at"),
            Complaint("faults: [{do: {status: 503, headers: {a b: c}}}]", "cannot be a header"),
            Complaint("faults: [{when: {request: creat}, do: {status: 500}}]", "did you mean create?"),
            Complaint(
                "faults: [{when: {number: 1, every: 2}, do: {status: 500}}]", "every means nothing beside number"),
            Complaint("faults: [{when: {from: 3, to: 2}, do: {status: 500}}]", "is before from"),
            Complaint("faults: [{when: {share: 0.02}, do: {status: 500}}]", "not a share\n  try: a percentage"),
            Complaint("limits: {burst: 3}", "burst means nothing without rate"),
            Complaint("limits: {answer: {retry_after: 1}}", "limits.answer.status is missing"),
        ])
    func mistakes(_ complaint: Complaint) {
        let report = Self.report(complaint.piece)
        #expect(report.hasPrefix("faults.yaml:"), "\(report)")
        #expect(report.contains(complaint.report), "\(report)")
    }

    @Test("is named in a plan beside the sandbox that it is for, and nowhere else")
    func inAPlan() throws {
        let plan = try Plans.read(
            Plans.text(more: "destinations: {sandbox: {faults: night.yaml, customers: people.csv}}"))
        #expect(plan.destinations.sandbox.rehearsal.faults == "night.yaml")
        #expect(plan.destinations.sandbox.rehearsal.customers == "people.csv")
        let remote = Plans.report(
            Plans.text(more: "destinations: {api: {url: 'http://a', token: t, faults: night.yaml}}"))
        #expect(remote.contains("destinations.api.faults is for the sandbox"))
        let running = Plans.report(
            Plans.text(more: "destinations: {sandbox: {url: 'http://a', token: t, customers: people.csv}}"))
        #expect(running.contains("destinations.sandbox.customers means nothing beside url"))
        #expect(running.contains("pingback-import sandbox --customers"))
    }
}
