import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A run can be stopped at any moment, by anyone, and started again.
@Suite struct InterruptionTests {
    /// A signal, and what the program says when it ended because of it.
    struct Stop: Sendable {
        var signal: Int32
        var status: Int32
    }

    private static let count = 300

    /// A run against a slow sandbox, so that it can be stopped in its middle.
    private func begun() async throws -> (Workspace, SandboxProcess) {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(Self.count))
        let sandbox = try await SandboxProcess(workspace, latency: 20)
        try workspace.writePlan(
            more: sandbox.destination("concurrency: 4, timeout: 2s, in_doubt: { settle_after: 0s }"))
        return (workspace, sandbox)
    }

    /// Starts the run and comes back when some of it is in.
    private func start(_ workspace: Workspace) async throws -> RunningProgram {
        let running = try workspace.program.start(["run", "plan.yaml"])
        try await running.wait { try workspace.applied("server.sqlite").count > 20 || !running.isRunning }
        return running
    }

    private func expectEachOnce(_ workspace: Workspace, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let applied = try workspace.applied("server.sqlite")
        #expect(applied.sorted() == Tickets.messages(Self.count).sorted(), sourceLocation: sourceLocation)
    }

    @Test(
        "A signal finishes what is in flight and saves; the next run completes",
        arguments: [
            Stop(signal: SIGINT, status: 130), Stop(signal: SIGTERM, status: 143), Stop(signal: SIGHUP, status: 129),
        ])
    func drains(_ stop: Stop) async throws {
        let (workspace, sandbox) = try await begun()
        let running = try await start(workspace)
        running.send(stop.signal)
        let end = try await running.end()
        #expect(end.status == stop.status)
        #expect(end.errors.contains("stopping: finishing what is in flight"))
        let part = try workspace.applied("server.sqlite").count
        #expect(part < Self.count)
        #expect(end.errors.contains("\(part) created in sandbox"))
        // Everything in flight had its answer.
        #expect(end.errors.contains("0 in doubt"))

        let next = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
        #expect(next.status == 0)
        try expectEachOnce(workspace)
        let summary = try Summary(workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["conversations", "created"] == Self.count)
        try await sandbox.kill()
    }

    @Test func aHangupThatWasIgnoredStaysIgnored() async throws {
        let (workspace, sandbox) = try await begun()
        let shell = Program(URL(filePath: "/bin/bash"), in: workspace.folder)
        let running = try shell.start([
            "-c", "trap '' HUP; exec \"$0\" run plan.yaml", workspace.program.executable.path,
        ])
        try await running.wait { try workspace.applied("server.sqlite").count > 20 || !running.isRunning }
        running.send(SIGHUP)
        #expect(try await running.end().status == 0)
        try expectEachOnce(workspace)
        try await sandbox.kill()
    }

    @Test func aSecondRunIsRefusedWhileOneWorksAndTheLockOfAKilledOneIsFree() async throws {
        let (workspace, sandbox) = try await begun()
        let running = try await start(workspace)
        let second = try await workspace.program.run("run", "plan.yaml")
        #expect(second.status == 75)
        #expect(second.errors.contains("error: another run holds the lock: process \(running.id) on "))
        #expect(second.errors.contains("\n  safe: nothing was sent"))

        running.kill()
        #expect(try await running.end().signal == SIGKILL)
        let next = try await workspace.program.run("run", "plan.yaml")
        #expect(next.status == 0)
        try expectEachOnce(workspace)
        try await sandbox.kill()
    }

    @Test func statusReadsARunThatIsAtWork() async throws {
        let (workspace, sandbox) = try await begun()
        let running = try await start(workspace)
        let status = try await workspace.program.run("status", "plan.yaml")
        #expect(status.status == 0)
        #expect(status.output.hasPrefix("end-to-end to sandbox: "))
        #expect(try await running.end().status == 0)
        try await sandbox.kill()
    }

    @Test func aClosedOutputIsAQuietEnd() async throws {
        let workspace = try Workspace()
        // More than a pipe holds, so that the program finds it closed.
        try workspace.write("tickets.csv", Tickets.csv(50_000))
        let end = try await workspace.program.shell(
            "pingback-import records tickets.csv | head -1; echo \"${PIPESTATUS[0]}\"")
        #expect(end.lines.count == 2)
        #expect(end.lines.last == "0")
        #expect(end.errors.isEmpty)
    }

    @Test("What is not a file is written to, and stays what it is")
    func outputIntoWhatIsOpenOrAPipe() async throws {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(3))
        try workspace.writePlan()
        try workspace.write("log", "before\n")
        let end = try await workspace.program.shell(
            """
            pingback-import validate plan.yaml --quiet --output /dev/stdout >> log
            mkfifo pipe; cat pipe > copy & pingback-import validate plan.yaml --quiet --output pipe; wait; test -p pipe
            """)
        #expect(end.status == 0, "\(end.errors)")
        let copy = try workspace.read("copy")
        #expect(copy.split(separator: "\n").count == 3)
        #expect(try workspace.read("log") == "before\n" + copy)
        #expect(!workspace.exists("log.part"))
    }

    @Test("A limit gets from one file into the next, and past records that we reject")
    func aLimitAcrossFiles() async throws {
        let workspace = try Workspace()
        try workspace.write("a.csv", Tickets.csv(3))
        try workspace.write("b.csv", Tickets.header + (4...9).map { "\($0),ticket \($0) of many,urgnt\n" }.joined())
        try workspace.write("c.csv", Tickets.header + "10,ticket 10 of many,open\n11,ticket 11 of many,open\n")
        try workspace.writePlan(files: "[abc].csv", more: "limits: { rejections: 10 }")
        for read in [2, 4, 6, 8, 10, 11] {
            let end = try await workspace.program.run("run", "plan.yaml", "--limit", "2")
            #expect(end.errors.contains("\(read) records read"), "\(end.errors)")
        }
        #expect(try workspace.applied().sorted() == (Tickets.messages(3) + Tickets.messages(11).suffix(2)).sorted())
    }

    @Test func aLimitStepsThroughTheSourceToTheSameEnd() async throws {
        let whole = try Workspace()
        let stepped = try Workspace()
        for workspace in [whole, stepped] {
            try workspace.write(
                "tickets.csv", Tickets.csv(25).replacing("7,ticket 7 of many,open", with: "7,a \"b,open"))
            try workspace.writePlan(more: "limits: { rejections: 3 }")
        }
        #expect(try await whole.program.run("run", "plan.yaml", "--summary", "summary.json").status == 3)
        for step in 1...4 {
            let end = try await stepped.program.run(
                "run", "plan.yaml", "--limit", "8", "--summary", "summary.json")
            #expect(end.status == 3)
            #expect(end.errors.contains(step < 4 ? "stopped after the records asked for" : "done"))
            try Summary(stepped.summary("summary.json")).expectBalance()
        }
        #expect(try stepped.applied().sorted() == whole.applied().sorted())
        for name in ["rejected.csv", "rejections.jsonl"] {
            let path = "plan.sandbox.rejects/" + name
            #expect(try stepped.bytes(path) == whole.bytes(path))
        }
        let left = try Summary(whole.summary("summary.json"))
        let right = try Summary(stepped.summary("summary.json"))
        for (group, keys) in Summary.keys where group != "process" && group != "requests" {
            for key in keys { #expect(left[group, key] == right[group, key], "\(group).\(key)") }
        }
    }
}
