import Foundation
import PingBackSandbox
import Testing

@Suite("Limits of a server")
struct LoadLimitTests {
    @Test("a rate lets through its burst at once, and then so many a second")
    func rate() async throws {
        let script = "limits: {rate: 1/m, burst: 4}"
        try await SandboxFixture.with(script: script) { sandbox in
            var statuses: [Int] = []
            for _ in 1...6 { statuses.append(try await sandbox.create().status) }
            #expect(statuses == [200, 200, 200, 200, 429, 429])
            let reply = try await sandbox.create()
            #expect(reply.header("Retry-After") == "1")
            #expect(try SandboxJournal(ofDataFile: sandbox.dataFile).entries.count == 4)
        }
    }

    @Test("over the requests in flight a request is turned away, and nothing of it is done")
    func inFlight() async throws {
        let script = """
            limits: {in_flight: 2, answer: {status: 503, retry_after: 3}}
            faults: [{when: {request: create}, do: {latency_after: 10s}}]
            """
        try await SandboxFixture.with(script: script) { sandbox in
            let held = (1...2).map { number in Task { try await sandbox.create(message: "\(number)") } }
            while try SandboxJournal(ofDataFile: sandbox.dataFile).entries.count < 2 {
                try await Task.sleep(for: .milliseconds(5))
            }
            let reply = try await sandbox.create(message: "3")
            #expect(reply.status == 503)
            #expect(reply.header("Retry-After") == "3")
            for task in held { task.cancel() }
            for task in held { _ = await task.result }
            #expect(try SandboxJournal(ofDataFile: sandbox.dataFile).entries.count == 2)
        }
    }

    @Test("a later limit takes the place of the one before, from its time on")
    func change() async throws {
        let script = "limits: [{in_flight: 100}, {after: 200ms, rate: 1/m, burst: 1, answer: {status: 429}}]"
        try await SandboxFixture.with(script: script) { sandbox in
            #expect(try await sandbox.create().status == 200)
            try await Task.sleep(for: .milliseconds(250))
            #expect(try await sandbox.create().status == 200)
            let reply = try await sandbox.create()
            #expect(reply.status == 429)
            #expect(reply.header("Retry-After") == nil)
            #expect(reply.detail == "Monthly message limit reached")
        }
    }
}
