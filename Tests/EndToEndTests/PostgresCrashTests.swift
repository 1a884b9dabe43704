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
/// `PINGBACK_IMPORT_CRASHES=200` runs the long form: so many kills, a quarter as many crashes of the server, and 20,000
/// tickets in each load. Only those count that met a program at work.
@Suite(.serialized) struct PostgresCrashTests {
    private static let long = ProcessInfo.processInfo.environment["PINGBACK_IMPORT_CRASHES"].flatMap { Int($0) }
    private static let tickets = long == nil ? 3_000 : 20_000
    private static let kills = Quota(of: long ?? 20, seeds: long.map { $0 / 10 } ?? 10)
    private static let crashes = Quota(of: (long ?? 16) / 4, seeds: long.map { $0 / 20 } ?? 4)
    /// Seeds at once.
    private static let width = 2

    /// So many disturbances in all, spread over histories of which each seed has its own.
    private struct Quota {
        let seeds: [UInt64]
        let ofEach: Int

        init(of all: Int, seeds: Int) {
            let count = max(1, seeds)
            self.seeds = Array(1...UInt64(count))
            ofEach = max(1, (all + count - 1) / count)
        }

        var all: Int { seeds.count * ofEach }
    }

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
        let counts = await withTaskGroup(of: Kills.self) { group in
            var counts = Kills()
            for (index, seed) in Self.kills.seeds.enumerated() {
                if index >= Self.width { counts += await group.next() ?? Kills() }
                group.addTask {
                    do {
                        return try await Self.kill(seed)
                    } catch {
                        Issue.record("seed \(seed): \(error)")
                        return Kills()
                    }
                }
            }
            for await kills in group { counts += kills }
            return counts
        }
        #expect(counts.all == Self.kills.all)
        #expect(counts.inTheMiddle * 4 > counts.all, "few kills met a run that had written: the moments are wrong")
    }

    private struct Kills {
        /// Those that ended a program at work.
        var all = 0
        /// Of these, those that met a run which had written something and was not done.
        var inTheMiddle = 0

        static func += (left: inout Kills, right: Kills) {
            left.all += right.all
            left.inTheMiddle += right.inTheMiddle
        }
    }

    private static func kill(_ seed: UInt64) async throws -> Kills {
        var random = SeededRandom(seed: seed)
        let connections = seed % 2 == 0 ? 1 : 3
        let input = DirtyHistory(count: tickets, random: &random)
        let undisturbed = try await Undisturbed(input, connections: connections)
        var kills = Kills()
        while kills.all < Self.kills.ofEach {
            let target = try await PostgresTarget()
            let workspace = try Workspace()
            try workspace.write("tickets.csv", input.text)
            // In every way of loading, the tables in the end are those of an ordinary load.
            let load = seed % 5 < 2 ? "fresh" : "merge"
            try workspace.writeHistoryPlan(target.destination("connections: \(connections), load: \(load)"))
            // From one kill or two somewhere in a load, to a dozen that follow each other closely.
            let pace = Int.random(in: 1...6, using: &random)
            for _ in 0..<(2 * pace) where kills.all < Self.kills.ofEach {
                let moment = Int.random(in: 0...(undisturbed.milliseconds * 11 / 10 / pace), using: &random)
                let before = try await conversations(in: target)
                let running = try workspace.startRun()
                // Half of them come behind something new: in a short load a program's start would take most.
                if Bool.random(using: &random) {
                    while running.isRunning, try await conversations(in: target) == before {}
                }
                try await Task.sleep(for: .milliseconds(moment))
                running.kill()
                if try await running.end().signal != SIGKILL { break }
                kills.all += 1
                let count = try await conversations(in: target)
                if count > 0, count < undisturbed.created { kills.inTheMiddle += 1 }
            }
            try await expectEnd(of: workspace, target, equals: undisturbed, "seed \(seed)")
        }
        return kills
    }

    private static func conversations(in target: PostgresTarget) async throws -> Int {
        try await target.value("SELECT count(*) FROM conversations").flatMap { Int($0) } ?? 0
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

    @Test("A server that crashes in the middle is waited for, and the run goes on by itself", arguments: crashes.seeds)
    func serverCrash(_ seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let connections = seed % 2 == 0 ? 1 : 3
        let input = DirtyHistory(count: Self.tickets, random: &random)
        let undisturbed = try await Undisturbed(input, connections: connections)
        let cluster = try await PrivateCluster()
        var crashes = 0
        while crashes < Self.crashes.ofEach {
            let target = try await PostgresTarget(in: cluster)
            let workspace = try Workspace()
            try workspace.write("tickets.csv", input.text)
            try workspace.writeHistoryPlan(target.destination("connections: \(connections)"))
            let running = try workspace.startRun()
            // What cannot even begin waits for a moment only.
            while try await target.value("SELECT count(*) FROM pingback_import.runs") == "0" {
                try #require(running.isRunning)
            }
            while crashes < Self.crashes.ofEach {
                let moment = Int.random(in: 0...(undisturbed.milliseconds * 3 / 4), using: &random)
                try await Task.sleep(for: .milliseconds(moment))
                guard running.isRunning else { break }
                try await cluster.crash()
                try await cluster.start()
                crashes += 1
            }
            let end = try await running.end()
            #expect(end.status == 3, "seed \(seed): \(end.errors)")
            try await Self.expectEnd(of: workspace, target, equals: undisturbed, "seed \(seed)")
        }
        #expect(crashes == Self.crashes.ofEach)
    }
}
