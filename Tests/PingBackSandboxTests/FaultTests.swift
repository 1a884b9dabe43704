import Foundation
import PingBackSandbox
import Testing

@Suite("Faults of a request")
struct FaultTests {
    private static func applied(_ sandbox: SandboxFixture) throws -> [String] {
        try SandboxJournal(ofDataFile: sandbox.dataFile).entries.map { $0.message ?? "" }
    }

    @Test("meet the request that their number names, of their kind")
    func number() async throws {
        let script = "faults: [{when: {request: create, number: 2}, do: {status: 500}}]"
        try await SandboxFixture.with(script: script) { sandbox in
            #expect(try await sandbox.get("auth/me").status == 200)
            var statuses: [Int] = []
            for number in 1...3 { statuses.append(try await sandbox.create(message: "\(number)").status) }
            #expect(statuses == [200, 500, 200])
            #expect(try Self.applied(sandbox) == ["1", "3"])
        }
    }

    @Test("are done or not done before another status is answered", arguments: [true, false])
    func status(committed: Bool) async throws {
        let script = "faults: [{do: {status: 502, committed: \(committed), body: bad, headers: {X-Proxy: p}}}]"
        try await SandboxFixture.with(script: script) { sandbox in
            let reply = try await sandbox.create(message: "text")
            #expect(reply.status == 502)
            #expect(String(decoding: reply.body, as: UTF8.self) == "bad")
            #expect(reply.header("X-Proxy") == "p")
            #expect(try Self.applied(sandbox) == (committed ? ["text"] : []))
        }
    }

    @Test("cut the connection before or after the commit", arguments: ["close", "reset"])
    func cuts(way: String) async throws {
        for (moment, applied) in [("on-arrival", []), ("before-commit", []), ("after-commit", ["text"])] {
            let script = "faults: [{when: {request: create}, do: {\(way): \(moment)}}]"
            try await SandboxFixture.with(script: script) { sandbox in
                await #expect(throws: (any Error).self) { try await sandbox.create(message: "text") }
                let journal = try Self.applied(sandbox)
                #expect(journal == applied, "\(moment)")
                let other = try await sandbox.get("auth/me")
                #expect(other.status == 200)
            }
        }
    }

    @Test("wait before and after the commit")
    func latency() async throws {
        let script = "faults: [{when: {request: create}, do: {latency: 300ms, latency_after: 10s}}]"
        try await SandboxFixture.with(script: script) { sandbox in
            let clock = ContinuousClock()
            let begun = clock.now
            let reply = Task { try await sandbox.create(message: "slow") }
            while try Self.applied(sandbox).isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            #expect(clock.now - begun >= .milliseconds(300))
            reply.cancel()
            _ = await reply.result
        }
    }

    @Test("come again at every so many-th request, at a share that follows from the seed, and in a time window")
    func repetition() async throws {
        let script = """
            seed: 3
            faults:
              - {when: {request: create, from: 3, to: 8, every: 2}, do: {status: 500}}
              - {when: {request: me, share: 40%}, do: {status: 503}}
              - {when: {request: list, after: 1h}, do: {status: 500}}
              - {when: {request: members, for: 1h}, do: {status: 500}}
            """
        var drawn: [[Int]] = []
        for _ in 1...2 {
            try await SandboxFixture.with(script: script) { sandbox in
                var statuses: [Int] = []
                for _ in 1...10 { statuses.append(try await sandbox.create().status) }
                #expect(statuses == [200, 200, 200, 500, 200, 500, 200, 500, 200, 200])
                statuses = []
                for _ in 1...40 { statuses.append(try await sandbox.get("auth/me").status) }
                drawn.append(statuses)
                #expect(try await sandbox.get("conversations/").status == 200)
                #expect(try await sandbox.get("team/members").status == 500)
            }
        }
        #expect(drawn[0] == drawn[1])
        #expect((8...24).contains(drawn[0].count { $0 == 503 }))
    }

    @Test("of several rules the first that meets a request is the one that is done")
    func firstRule() async throws {
        let script = "faults: [{when: {request: create}, do: {status: 500}}, {do: {status: 503}}]"
        try await SandboxFixture.with(script: script) { sandbox in
            let first = try await sandbox.create()
            #expect(first.status == 500)
            let second = try await sandbox.get("auth/me")
            #expect(second.status == 503)
        }
    }
}
