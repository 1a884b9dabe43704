import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One at a time: who comes second is told, or waits, and an owner that was only stopped is still one.
@Suite struct LockTests {
    private static let count = 200

    private func begun() async throws -> (Workspace, SandboxProcess, RunningProgram) {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(Self.count))
        let sandbox = try await SandboxProcess(workspace, latency: 20)
        try workspace.writePlan(
            more: sandbox.destination("concurrency: 4, timeout: 2s, in_doubt: { settle_after: 0s }"))
        let running = try workspace.program.start(["run", "plan.yaml"])
        try await running.wait { try workspace.applied("server.sqlite").count > 20 || !running.isRunning }
        return (workspace, sandbox, running)
    }

    private func expectEachOnce(_ workspace: Workspace, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let isEachOnce = try workspace.applied("server.sqlite").sorted() == Tickets.messages(Self.count).sorted()
        #expect(isEachOnce, sourceLocation: sourceLocation)
    }

    @Test("A stopped owner keeps the lock, and finishes when it is continued")
    func stoppedOwner() async throws {
        let (workspace, sandbox, owner) = try await begun()
        owner.send(SIGSTOP)
        for arguments in [["run", "plan.yaml"], ["run", "plan.yaml", "--wait-lock", "1s"]] {
            let second = try await workspace.program.run(arguments + ["--summary", "second.json"])
            #expect(second.status == 75)
            #expect(second.errors.contains("another run holds the lock: process \(owner.id) on "), "\(second.errors)")
            #expect(second.errors.contains(", since 20"))
            #expect(try workspace.summary("second.json")["status"] as? Int == 75)
        }
        owner.send(SIGCONT)
        // The server may have given up connections meanwhile; what was in flight is looked up, and not sent again.
        #expect(try await owner.end().status == 0)
        try expectEachOnce(workspace)
        try await sandbox.kill()
    }

    @Test("A run that may wait begins when the other has ended")
    func waits() async throws {
        let (workspace, sandbox, owner) = try await begun()
        let second = try workspace.program.start(["run", "plan.yaml", "--wait-lock", "10m"])
        try await second.wait { try second.errors.contains("waiting for it: process \(owner.id) on ") }
        #expect(owner.isRunning)
        // Also by a kill: the second one settles what the first left behind.
        owner.kill()
        _ = try await owner.end()
        let end = try await second.end()
        #expect(end.status == 0, "\(end.errors)")
        try expectEachOnce(workspace)
        try await sandbox.kill()
    }

    @Test("What is no length of time is wrong usage", arguments: ["soon", "10", "-1m"])
    func wrongTimes(_ time: String) async throws {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(1))
        try workspace.writePlan()
        #expect(try await workspace.program.run("run", "plan.yaml", "--wait-lock=\(time)").status == 64)
    }
}
