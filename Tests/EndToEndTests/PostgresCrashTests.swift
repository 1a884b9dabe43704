import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A run into Postgres is killed at random moments and resumed until it completes, or loses its server and goes on;
/// the tables and the reports are those of a run that nothing disturbed.
///
/// `PINGBACK_IMPORT_CRASHES=200` runs the long form, with so many seeds (a quarter as many for the server) and 20,000
/// tickets each.
@Suite(.serialized) struct PostgresCrashTests {
    private static let long = ProcessInfo.processInfo.environment["PINGBACK_IMPORT_CRASHES"].flatMap { Int($0) }
    private static let tickets = long == nil ? 3_000 : 20_000
    private static let kills = Array(1...UInt64(max(1, long ?? 10)))
    private static let crashes = Array(1...UInt64(max(1, (long ?? 16) / 4)))
    /// Seeds at once.
    private static let width = 2

    /// What a run left that nothing disturbed, and how long it took.
    private struct Undisturbed {
        var rows: [[String?]]
        var rejects: [Data]
        var created: Int
        var customers: Int
        var milliseconds: Int

        init(_ input: DirtyHistory, connections: Int) async throws {
            let target = try await PostgresTarget()
            let workspace = try Workspace()
            try workspace.write("tickets.csv", input.text)
            try workspace.writeHistoryPlan(target.destination("connections: \(connections)"))
            let start = ContinuousClock.now
            let end = try await workspace.program.run(
                "run", "plan.yaml", "--to", "postgres", "--summary", "summary.json")
            milliseconds = Int(start.duration(to: .now) / .milliseconds(1))
            #expect(end.status == 3, "\(end.errors)")
            let summary = Summary(try workspace.summary("summary.json"))
            summary.expectBalance()
            created = summary["conversations", "created"]
            customers = summary["customers", "created"]
            rows = try await target.rows()
            rejects = try workspace.rejects()
            #expect(rows.count { $0[0] == "conversations" } == created)
            #expect(rows.count { $0[0] == "customers" } == customers)
            let batches = try await target.value("SELECT count(*) FROM pingback_import.batches")
            #expect(batches.flatMap { Int($0) } ?? 0 > 2, "too few batches to be disturbed between two")
        }
    }

    @Test("Whatever the moment of a kill, the tables and the reports are those of an undisturbed run")
    func killed() async throws {
        let met = await withTaskGroup(of: Int.self) { group in
            var met = 0
            for (index, seed) in Self.kills.enumerated() {
                if index >= Self.width { met += await group.next() ?? 0 }
                group.addTask {
                    do {
                        return try await Self.kill(seed)
                    } catch {
                        Issue.record("seed \(seed): \(error)")
                        return 0
                    }
                }
            }
            for await kills in group { met += kills }
            return met
        }
        #expect(met > 0, "no kill met a run that had written something: the moments are wrong")
    }

    /// Returns how many kills met a run that had written something and was not done.
    private static func kill(_ seed: UInt64) async throws -> Int {
        var random = SeededRandom(seed: seed)
        let connections = seed % 2 == 0 ? 1 : 3
        let input = DirtyHistory(count: tickets, random: &random)
        let undisturbed = try await Undisturbed(input, connections: connections)
        let target = try await PostgresTarget()
        let workspace = try Workspace()
        try workspace.write("tickets.csv", input.text)
        // In every way of loading, the tables in the end are those of an ordinary load.
        let load = seed % 5 < 2 ? "fresh" : "merge"
        try workspace.writeHistoryPlan(target.destination("connections: \(connections), load: \(load)"))
        var met = 0
        for _ in 0...Int.random(in: 0...3, using: &random) {
            let moment = Int.random(in: 0...(undisturbed.milliseconds * 11 / 10), using: &random)
            let running = try workspace.program.start(["run", "plan.yaml", "--to", "postgres"])
            try await Task.sleep(for: .milliseconds(moment))
            running.kill()
            if try await running.end().signal != SIGKILL { break }
            let count = try await target.value("SELECT count(*) FROM conversations") ?? "0"
            if count != "0", Int(count) != undisturbed.created { met += 1 }
        }
        try await expectEnd(of: workspace, target, equals: undisturbed, "seed \(seed)")
        return met
    }

    /// Runs once more, and compares what is there then.
    private static func expectEnd(
        of workspace: Workspace, _ target: PostgresTarget, equals undisturbed: Undisturbed, _ comment: Comment
    ) async throws {
        let end = try await workspace.program.run("run", "plan.yaml", "--to", "postgres", "--summary", "summary.json")
        #expect(end.status == 3, "\(comment): \(end.errors)")
        let summary = Summary(try workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["conversations", "created"] == undisturbed.created, comment)
        #expect(summary["conversations", "already_present"] == 0, comment)
        #expect(summary["customers", "created"] == undisturbed.customers, comment)
        let rows = try await target.rows()
        let (there, expected) = (Set(rows), Set(undisturbed.rows))
        #expect(rows.count == undisturbed.rows.count, comment)
        #expect(expected.subtracting(there).count == 0, "\(comment): rows are lost or other ones")
        #expect(there.subtracting(expected).count == 0, "\(comment): rows that should not be there")
        let rejects = try workspace.rejects()
        // Compared outside of the expectation, which would look for the differences of megabytes byte by byte.
        let areEqual = zip(rejects, undisturbed.rejects).map { $0 == $1 }
        #expect(areEqual == [true, true], "\(comment): rejected.csv, rejections.jsonl")
    }

    @Test("A server that crashes in the middle is waited for, and the run goes on by itself", arguments: crashes)
    func serverCrash(_ seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let connections = seed % 2 == 0 ? 1 : 3
        let input = DirtyHistory(count: Self.tickets, random: &random)
        let undisturbed = try await Undisturbed(input, connections: connections)
        let cluster = try await PrivateCluster()
        let target = try await PostgresTarget(in: cluster)
        let workspace = try Workspace()
        try workspace.write("tickets.csv", input.text)
        try workspace.writeHistoryPlan(target.destination("connections: \(connections)"))
        let running = try workspace.program.start(["run", "plan.yaml", "--to", "postgres"])
        // What cannot even begin stops instead of waiting.
        while try await target.value("SELECT count(*) FROM pingback_import.runs") == "0" {
            try #require(running.isRunning)
        }
        for _ in 0...Int.random(in: 0...1, using: &random) {
            let moment = Int.random(in: 0...(undisturbed.milliseconds * 3 / 4), using: &random)
            try await Task.sleep(for: .milliseconds(moment))
            try await cluster.crash()
            try await cluster.start()
        }
        let end = try await running.end()
        #expect(end.status == 3, "seed \(seed): \(end.errors)")
        try await Self.expectEnd(of: workspace, target, equals: undisturbed, "seed \(seed)")
    }
}
