import Foundation
import ImportTestSupport
import Testing

/// What the line to a server can do to a run, at every byte of a request and of its answer.
@Suite(.serialized) struct LineFaultTests {
    /// What an undisturbed create request looks like over the line.
    private static func sizes() async throws -> CuttingLine.Sizes {
        let scene = try await FaultScene(tickets: 12)
        let line = try await CuttingLine(to: scene.sandbox.port, [])
        try scene.writePlan(through: line.url)
        #expect(try await scene.run().status == 0)
        try await scene.sandbox.kill()
        return try #require(try line.sizes)
    }

    /// One run in which every third create request meets a cut, those between them nothing.
    private static func goesOver(_ cuts: [CuttingLine.Cut], _ what: String) async throws {
        let scene = try await FaultScene(tickets: 3 * cuts.count)
        let line = try await CuttingLine(to: scene.sandbox.port, cuts.flatMap { [nil, nil, $0] })
        try scene.writePlan(through: line.url, absent: "keep")
        let first = try await scene.run()
        let applied = try scene.applied().count
        let taken = try line.taken.count
        // Answers differ in length by a byte or two, so a cut behind their end may not come.
        #expect(taken >= cuts.count - 4, "\(what): \(taken) of \(cuts.count) cuts")
        let lost = scene.tickets - applied
        #expect(lost <= taken, "\(what)")
        // A server that sees the end of a request before its last byte may still answer that it is none.
        let refused = try scene.summary()["rejections", "by_destination"]
        // In doubt is the rest of what got lost on the way there, exactly; what arrived was found.
        let doubts = lost - refused
        try scene.expectSound(first, status: doubts > 0 ? 5 : refused > 0 ? 3 : 0, doubts: doubts...doubts, what)
        try scene.writePlan(through: line.url)
        if refused > 0 { _ = try await scene.workspace.program.run("run", "plan.yaml", "--retry-rejected") }
        try await scene.expectCompletion(what)
        try await scene.sandbox.kill()
    }

    @Test("A line cut at every boundary of a request and its answer loses and doubles nothing")
    func cutAtBoundaries() async throws {
        let sizes = try await Self.sizes()
        let manners: [CuttingLine.Cut.Manner] = [.close, .reset, .strand, .halfClient, .halfServer]
        _ = try await manners.atOnce(3) { manner in
            let cuts = sizes.boundaries.map { CuttingLine.Cut(direction: $0.0, bytes: $0.1, manner: manner) }
            try await Self.goesOver(cuts, "\(manner)")
        }
    }

    @Test("A line cut at bytes that a seed chooses loses and doubles nothing")
    func cutAnywhere() async throws {
        let sizes = try await Self.sizes()
        _ = try await FaultScene.seeds(2).atOnce(3) { seed in
            var random = SeededRandom(seed: seed)
            let cuts = (0..<24).map { _ in
                let isRequest = Bool.random(using: &random)
                return CuttingLine.Cut(
                    direction: isRequest ? .request : .answer,
                    bytes: random.int(0...(isRequest ? sizes.request : sizes.answer)),
                    manner: random.pick([.close, .reset, .strand, .halfClient, .halfServer, .pause, .drip]))
            }
            try await Self.goesOver(cuts, "seed \(seed)")
        }
    }

    @Test("A line that falls silent is given up when the request's time is over")
    func mute() async throws {
        let sizes = try await Self.sizes()
        let all = sizes.boundaries.map { CuttingLine.Cut(direction: $0.0, bytes: $0.1, manner: .mute) }
        let cuts = stride(from: 0, to: all.count, by: 4).map { all[$0] }
        try await Self.goesOver(cuts, "mute")
    }

    @Test(
        "A line that stands still for a moment, or lets single bytes through, costs nothing",
        arguments: [
            CuttingLine.Cut.Manner.pause, .drip,
        ])
    func slow(_ manner: CuttingLine.Cut.Manner) async throws {
        let sizes = try await Self.sizes()
        let cuts = sizes.boundaries.map { CuttingLine.Cut(direction: $0.0, bytes: min($0.1, 200), manner: manner) }
        let scene = try await FaultScene(tickets: 2 * cuts.count)
        let line = try await CuttingLine(to: scene.sandbox.port, cuts.flatMap { [nil, $0] })
        try scene.writePlan(through: line.url, timeout: "10s")
        let end = try await scene.run()
        try scene.expectSound(end, status: 0, "\(manner)")
        try scene.expectAllIn("\(manner)")
        try await scene.sandbox.kill()
    }
}
