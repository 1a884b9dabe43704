import Foundation
import ImportTestSupport
import Testing

#if os(Linux)
    @Suite(.serialized) struct PowerCutTests {
        /// Where a run of this size writes: the file itself is whole before the first request, and changes again only
        /// when the log has grown to some megabytes.
        private static let log = "plan.sandbox.checkpoint-wal"

        @Test("What was not synchronized when the power went is lost, and costs no conversation and doubles none")
        func powerCut() async throws {
            let cuts = try await FaultScene.seeds(8).atOnce(4) { seed in
                var random = SeededRandom(seed: seed)
                let scene = try await FaultScene(tickets: 30)
                let folder = scene.workspace.folder.url.resolvingSymlinksInPath()
                let end = try await Trace(workspace: scene.workspace).run(
                    ["-P", folder.appending(path: Self.log).path] + PowerCut.options
                        + ["-e", "inject=pwrite64:signal=SIGKILL:when=\(random.int(20...60))"], FaultScene.arguments)
                let what = "seed \(seed)"
                let isCut = end.status == nil
                if isCut {
                    var cut = PowerCut(scene.workspace, seed: seed)
                    try cut.happen(to: Self.log)
                    // Shared memory outlives no power cut.
                    try? scene.workspace.remove("plan.sandbox.checkpoint-shm")
                    try scene.expectNothingTwice(what)
                    #expect(try await scene.inDoubt() <= FaultScene.concurrency, "\(what)")
                }
                try await scene.expectCompletion(what)
                try await scene.sandbox.kill()
                return isCut
            }
            #expect(cuts.contains(true), "no run was cut off: the moments are wrong")
        }
    }
#endif
