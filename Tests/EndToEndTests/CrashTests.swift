import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A run is killed at random moments and resumed until it completes; what the server really applied is compared with
/// the input.
///
/// `PINGBACK_IMPORT_CRASHES=100` runs the long form, with so many seeds and 2,000 tickets each.
@Suite(.serialized) struct CrashTests {
    private static let long = ProcessInfo.processInfo.environment["PINGBACK_IMPORT_CRASHES"].flatMap { Int($0) }
    private static let seeds = Array(1...UInt64(max(1, long ?? 12)))
    private static let tickets = long == nil ? 300 : 2_000
    private static let concurrency = 8
    /// Seeds at once: most of a resumed run is waiting until nothing can arrive any more.
    private static let width = 4
    private static let latency = 10
    /// Milliseconds that a whole run takes when nothing else runs: moments are drawn from a little more.
    private static let span = 400 + tickets * latency / concurrency

    private static let options =
        "concurrency: \(concurrency), timeout: 2s, in_doubt: { settle_after: 0s, absent: resend }"

    @Test("Whatever the moment of a kill, nothing is lost and nothing is sent twice")
    func kills() async throws {
        let most = await withTaskGroup(of: Int.self) { group in
            var most = 0
            for (index, seed) in Self.seeds.enumerated() {
                if index >= Self.width { most = max(most, await group.next() ?? 0) }
                group.addTask {
                    do {
                        return try await Self.crash(seed)
                    } catch {
                        Issue.record("seed \(seed): \(error)")
                        return 0
                    }
                }
            }
            for await doubts in group { most = max(most, doubts) }
            return most
        }
        #expect(most > 0, "no kill met a request in flight: the moments are wrong")
    }

    /// Returns the most that were in doubt after one crash.
    private static func crash(_ seed: UInt64) async throws -> Int {
        var random = SeededRandom(seed: seed)
        let input = DirtyTickets(count: tickets, random: &random)
        let workspace = try Workspace()
        try workspace.write("tickets.csv", input.text)
        let sandbox = try await SandboxProcess(workspace, latency: latency)
        try workspace.writePlan(more: "limits: { rejections: 50% }\n" + sandbox.destination(options))

        // Killed again up to three times, also while it settles what the first kill left behind.
        var crashes = 0
        var most = 0
        for _ in 0...Int.random(in: 0...3, using: &random) {
            let longest = span + (crashes > 0 ? 2_500 : 0)
            let moment = Duration.milliseconds(Int.random(in: 0...longest, using: &random))
            let running = try workspace.program.start(["run", "plan.yaml"])
            try await Task.sleep(for: moment)
            running.kill()
            if try await running.end().signal != SIGKILL { break }
            crashes += 1
            let doubts = try await workspace.unanswered()
            #expect(doubts <= concurrency, "seed \(seed): in doubt after a crash")
            most = max(most, doubts)
        }
        let end = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
        #expect(end.status == 3, "seed \(seed): \(end.errors)")
        try await sandbox.kill()

        let applied = try workspace.applied("server.sqlite")
        let expected = Set(input.messages)
        #expect(expected.subtracting(applied).isEmpty, "seed \(seed): lost")
        #expect(applied.count == Set(applied).count, "seed \(seed): sent twice")
        #expect(Set(applied).isSubset(of: expected), "seed \(seed): never in the input")
        let summary = Summary(try workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["conversations", "created"] == expected.count, "seed \(seed): created")
        #expect(summary["conversations", "in_doubt"] == 0, "seed \(seed): in doubt at the end")
        try await expectRejects(of: workspace, equalThoseOf: input, seed: seed)
        return most
    }

    private static func expectRejects(of workspace: Workspace, equalThoseOf input: DirtyTickets, seed: UInt64)
        async throws
    {
        let undisturbed = try Workspace()
        try undisturbed.write("tickets.csv", input.text)
        try undisturbed.writePlan(more: "limits: { rejections: 50% }")
        #expect(try await undisturbed.program.run("run", "plan.yaml").status == 3)
        for name in ["rejected.csv", "rejections.jsonl"] {
            let path = "plan.sandbox.rejects/" + name
            #expect(try workspace.bytes(path) == undisturbed.bytes(path), "seed \(seed): \(name)")
        }
    }

    @Test func aServerThatDiesInTheMiddleIsWaitedFor() async throws {
        var random = SeededRandom(seed: 1)
        let input = DirtyTickets(count: Self.tickets, random: &random)
        let workspace = try Workspace()
        try workspace.write("tickets.csv", input.text)
        let sandbox = try await SandboxProcess(workspace, latency: Self.latency)
        try workspace.writePlan(more: "limits: { rejections: 50% }\n" + sandbox.destination(Self.options))
        let running = try workspace.program.start(["run", "plan.yaml", "--summary", "summary.json"])
        try await running.wait { try workspace.applied("server.sqlite").count > 50 || !running.isRunning }
        try await sandbox.kill()
        #expect(running.isRunning)
        // The run has found out, and waits at the gate; only then is there somebody again.
        try await running.wait { try running.errors.contains("waiting for the server") || !running.isRunning }
        #expect(running.isRunning)
        try await sandbox.start()
        let end = try await running.end()
        #expect(end.status == 3, "\(end.errors)")
        #expect(end.errors.contains("the server answers again"))
        #expect(try workspace.applied("server.sqlite").sorted() == input.messages.sorted())
        let summary = try Summary(workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["conversations", "created"] == input.messages.count)
        try await sandbox.kill()
    }
}

/// Tickets of which some cannot be imported, each kind a few times, at places that a seed chooses.
private struct DirtyTickets {
    private(set) var text = Tickets.header
    /// The messages of those that can.
    private(set) var messages: [String] = []

    init(count: Int, random: inout SeededRandom) {
        for number in 1...count {
            let message = "ticket \(number) of many"
            switch Int.random(in: 0..<100, using: &random) {
            case 0: text += "\(number),\(message),urgnt\n"
            case 1: text += "\(number),\(message)\n"
            case 2: text += "\(number),a \"quote,open\n"
            case 3: text += "\(number),\"  \",open\n"
            case 4: text += ",\(message),open\n"
            case 5:
                text += "\(number),\(message),open\n\(number),again,open\n"
                messages.append(message)
            case 6:
                text += "\(number),\"\(message)\nin two lines\",done\n"
                messages.append(message + "\nin two lines")
            default:
                text += "\(number),\(message),open\n"
                messages.append(message)
            }
        }
    }
}
