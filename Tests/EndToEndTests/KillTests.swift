import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Small runs through the API are killed while requests are in flight, at a server that waits before it applies a create
/// and again before it answers.
///
/// `PINGBACK_IMPORT_KILLS=1000` kills so many; `=1-250` the first 250 of them, since each has a seed of its own.
@Suite(.serialized) struct KillTests {
    private static let asked = ProcessInfo.processInfo.environment["PINGBACK_IMPORT_KILLS"]
    /// Each seed is a run with `killsOfEach` kills.
    private static let seeds = seeds(of: asked ?? "20")
    private static let killsOfEach = 2
    private static let tickets = 50
    private static let concurrency = 8
    /// Seeds at once: most of a resumed run is waiting until nothing can arrive any more.
    private static let width = 8
    private static let night = """
        seed: 1
        faults:
          - { when: { request: create }, do: { latency: 20ms, latency_after: 20ms } }
        """

    private static func seeds(of kills: String) -> ClosedRange<UInt64> {
        let bounds = kills.split(separator: "-").compactMap { UInt64($0) }
        let each = UInt64(killsOfEach)
        guard let last = bounds.last, last > 0 else { return 1...1 }
        let first = bounds.count > 1 ? bounds[0] : 1
        return (first - 1) / each + 1...max((last + each - 1) / each, (first - 1) / each + 1)
    }

    private struct Tally {
        var kills = 0
        /// Those after which something was in doubt.
        var inFlight = 0
        var doubts = 0
        var most = 0

        mutating func add(_ doubts: Int) {
            kills += 1
            if doubts > 0 { inFlight += 1 }
            self.doubts += doubts
            most = max(most, doubts)
        }

        static func += (left: inout Tally, right: Tally) {
            left.kills += right.kills
            left.inFlight += right.inFlight
            left.doubts += right.doubts
            left.most = max(left.most, right.most)
        }
    }

    @Test("A kill with requests in flight loses none and sends none twice")
    func kills() async throws {
        let start = ContinuousClock.now
        let tally = await withTaskGroup(of: Tally.self) { group in
            var tally = Tally()
            for (index, seed) in Self.seeds.enumerated() {
                if index >= Self.width { tally += await group.next() ?? Tally() }
                group.addTask {
                    do {
                        return try await Self.kill(seed)
                    } catch {
                        Issue.record("seed \(seed): \(error)")
                        return Tally()
                    }
                }
            }
            for await each in group { tally += each }
            return tally
        }
        #expect(tally.kills == Self.seeds.count * Self.killsOfEach)
        #expect(tally.most <= Self.concurrency)
        #expect(tally.inFlight * 2 > tally.kills, "few kills met a request in flight: the moments are wrong")
        if Self.asked != nil {
            let seconds = Int(start.duration(to: .now) / .seconds(1))
            print(
                """
                \(tally.kills) kills in \(seconds) s: \(tally.inFlight) met requests in flight, \
                \(tally.doubts) requests in doubt, at most \(tally.most) after one kill
                """)
        }
    }

    private static func kill(_ seed: UInt64) async throws -> Tally {
        var random = SeededRandom(seed: seed)
        let workspace = try Workspace()
        // Some texts stand twice: equal requests can only be told apart by counting.
        let texts = (1...tickets).map { "ticket \(random.chance(10) ? 1 : $0) of many" }
        try workspace.write(
            "tickets.csv",
            Tickets.header + texts.enumerated().map { "\($0.offset + 1),\($0.element),open\n" }.joined())
        let sandbox = try await SandboxProcess(workspace, faults: night)
        try workspace.writePlan(
            more: sandbox.destination(
                "concurrency: \(concurrency), timeout: 1s, in_doubt: { settle_after: 500ms, absent: resend }"))

        var tally = Tally()
        while tally.kills < killsOfEach {
            let applied = try workspace.applied("server.sqlite").count
            let running = try workspace.program.start(["run", "plan.yaml"])
            if tally.kills > 0, random.chance(4) {
                // Any moment of starting again, and of waiting until nothing can arrive any more.
                try await Task.sleep(for: .milliseconds(random.int(0...1_400)))
            } else {
                // Some of what is left is in, and a request or a few are somewhere on the way. At least ten are left
                // for the next one to be killed.
                let goal = applied + random.int(1...max(1, (tickets - 10 - applied) / 2))
                try await running.wait { try workspace.applied("server.sqlite").count >= goal || !running.isRunning }
                try await Task.sleep(for: .milliseconds(random.int(0...40)))
            }
            running.kill()
            let end = try await running.end()
            guard end.signal == SIGKILL else {
                Issue.record("seed \(seed): ended by itself: \(end.errors)")
                return tally
            }
            let doubts = try await workspace.unanswered()
            #expect(doubts <= concurrency, "seed \(seed): in doubt after a kill")
            tally.add(doubts)
        }
        let end = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
        #expect(end.status == 0, "seed \(seed): \(end.errors)")
        try await sandbox.kill()

        let isEachOnce = try workspace.applied("server.sqlite").sorted() == texts.sorted()
        #expect(isEachOnce, "seed \(seed): lost, or sent twice")
        let summary = Summary(try workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["conversations", "created"] == tickets, "seed \(seed): created")
        return tally
    }
}
