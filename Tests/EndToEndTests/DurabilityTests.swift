import Foundation
import ImportTestSupport
import Testing

#if os(Linux)
    /// An intent is on the disk before its request is on the wire; what cannot be remembered is not sent.
    @Suite struct DurabilityTests {
        private static let count = 12

        private func begun(
            _ tickets: String = Tickets.csv(count), concurrency: Int = 1
        ) async throws -> (Workspace, SandboxProcess) {
            let workspace = try Workspace()
            try workspace.write("tickets.csv", tickets)
            let sandbox = try await SandboxProcess(workspace)
            try workspace.writePlan(
                more: "limits: { rejections: 100 }\n"
                    + sandbox.destination("concurrency: \(concurrency), timeout: 2s, in_doubt: { settle_after: 0s }"))
            return (workspace, sandbox)
        }

        @Test func everyRequestIsSentAfterItsIntentWasSynchronized() async throws {
            let (workspace, sandbox) = try await begun()
            let trace = Trace(workspace: workspace)
            let end = try await trace.run(
                ["-s", "16", "-e", "trace=write,pwrite64,writev,sendto,sendmsg,fdatasync,fsync"], ["run", "plan.yaml"])
            #expect(end.status == 0, "\(end.errors)")

            // The state of the log: written since the last request, and on the disk since it was last written.
            var isWritten = false
            var isSynchronized = true
            var requests = 0
            for event in try trace.events() {
                let isLog = event.text.contains("plan.sandbox.checkpoint-wal>")
                switch event.name {
                case "pwrite64" where isLog && event.isBegin: (isWritten, isSynchronized) = (true, false)
                case "fdatasync" where isLog && event.isEnd, "fsync" where isLog && event.isEnd: isSynchronized = true
                case _ where event.isBegin && event.text.contains("\"POST "):
                    requests += 1
                    #expect(isWritten && isSynchronized, "request \(requests)")
                    isWritten = false
                default: break
                }
            }
            #expect(requests == Self.count)
            try await sandbox.kill()
        }

        @Test(
            "A full disk under the checkpoint stops the run, and nothing is sent that it does not remember",
            arguments: [1, 9, 20, 31])
        func fullDisk(_ writes: Int) async throws {
            let (workspace, sandbox) = try await begun()
            let end = try await traced(workspace, "pwrite64:error=ENOSPC:when=\(writes)+")
            #expect(end.status == 73, "\(end.errors)")
            #expect(end.errors.contains("plan.sandbox.checkpoint: error: the checkpoint cannot be written"))
            #expect(try workspace.applied("server.sqlite").count < Self.count)
            try await expectCompletion(workspace)
            try await sandbox.kill()
        }

        @Test(
            "A write that the system refuses but once stops the run all the same",
            arguments: ["ENOSPC", "EDQUOT", "EFBIG", "EIO"])
        func refusedOnce(_ error: String) async throws {
            let (workspace, sandbox) = try await begun()
            let end = try await traced(workspace, "pwrite64:error=\(error):when=20")
            #expect(end.status == 73, "\(end.errors)")
            #expect(end.errors.contains("plan.sandbox.checkpoint: error: the checkpoint cannot be written"))
            try await expectCompletion(workspace)
            try await sandbox.kill()
        }

        @Test(
            "A disk that fails to synchronize is not asked again, since it may forget and call that a success",
            arguments: [1, 2, 5, 9])
        func failedSynchronization(_ number: Int) async throws {
            let (workspace, sandbox) = try await begun()
            let end = try await traced(workspace, "fdatasync:error=EIO:when=\(number)")
            #expect(end.status == 73, "\(end.errors)")
            let events = try Trace(workspace: workspace).events().filter { $0.name == "fdatasync" && $0.isEnd }
            #expect(events.last?.text.contains("INJECTED") == true)
            #expect(try workspace.applied("server.sqlite").count < Self.count)
            try await expectCompletion(workspace)
            try await sandbox.kill()
        }

        @Test func aSlowDiskIsWaitedForAndCostsNoDoubt() async throws {
            let (workspace, sandbox) = try await begun(concurrency: 4)
            let end = try await traced(workspace, "fdatasync:delay_enter=300000")
            #expect(end.status == 0, "\(end.errors)")
            #expect(end.errors.contains("0 in doubt"))
            try await expectCompletion(workspace)
            try await sandbox.kill()
        }

        @Test(
            "A source that the disk cannot read stops the run, and the same command goes on when it can",
            arguments: [1, 2])
        func unreadableSource(_ number: Int) async throws {
            let (workspace, sandbox) = try await begun()
            let end = try await traced(workspace, file: "tickets.csv", "read,pread64:error=EIO:when=\(number)")
            #expect(end.status == 66, "\(end.errors)")
            #expect(end.errors.contains("tickets.csv"))
            try await expectCompletion(workspace)
            try await sandbox.kill()
        }

        /// A run in which the system answers calls that concern one file otherwise.
        private func traced(
            _ workspace: Workspace, file: String = "plan.sandbox.checkpoint-wal", _ injection: String
        ) async throws -> ProgramEnd {
            let path = workspace.folder.url.resolvingSymlinksInPath().appending(path: file).path
            let calls = injection.prefix { $0 != ":" }
            return try await Trace(workspace: workspace).run(
                ["-P", path, "-e", "trace=\(calls)", "-e", "inject=\(injection)"], ["run", "plan.yaml"])
        }

        @Test func aFullDiskUnderTheRejectsStopsTheRun() async throws {
            let (workspace, sandbox) = try await begun(
                Tickets.csv(Self.count) + "13,text,urgnt\n")
            let end = try await traced(
                workspace, file: "plan.sandbox.rejects/rejected.csv", "write,pwrite64:error=ENOSPC:when=1+")
            #expect(end.status == 73, "\(end.errors)")
            #expect(end.errors.contains("rejected.csv: error: cannot be written: No space left on device"))
            try await expectCompletion(workspace, status: 3)
            try await sandbox.kill()
        }

        /// The disk has room again, and the same command does the rest.
        private func expectCompletion(
            _ workspace: Workspace, status: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let end = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
            #expect(end.status == status, "\(end.errors)", sourceLocation: sourceLocation)
            #expect(
                try workspace.applied("server.sqlite").sorted() == Tickets.messages(Self.count).sorted(),
                sourceLocation: sourceLocation)
            Summary(try workspace.summary("summary.json")).expectBalance(sourceLocation: sourceLocation)
        }
    }
#endif
