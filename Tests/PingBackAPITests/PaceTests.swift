import Testing

@testable import PingBackAPI

@Suite("The pace, in simulated time", .timeLimit(.minutes(5)))
struct PaceSimulationTests {
    struct Server: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var kind: PaceSimulation.Kind
        var steps: [PaceSimulation.Step]
        var latency: Double
        var least = 0.95
    }

    static let servers = [
        Server("100 a second, by a bucket of 10", .bucket(size: 10), [(0, 100)], 0.02),
        Server("100 a second, by a bucket of 100", .bucket(size: 100), [(0, 100)], 0.02),
        Server("100 a second, by the whole second", .window, [(0, 100)], 0.02, least: 0.93),
        Server("5 side by side, for 100 ms", .sideBySide, [(0, 5)], 0.1),
        Server("100 a second, then 50", .bucket(size: 10), [(0, 100), (90, 50)], 0.02),
        Server("10 side by side, then 5", .sideBySide, [(0, 10), (90, 5)], 0.1),
    ]

    @Test(
        "At least 95 % of what is possible is accepted, by whole seconds 93 %, and at most 1 % refused",
        arguments: servers, [8, 32])
    func goodput(_ server: Server, lanes: Int) {
        for seed in 1...3 {
            var simulation = PaceSimulation(
                server.kind, server.steps, latency: server.latency, lanes: lanes, seed: UInt64(seed))
            let result = simulation.run()
            #expect(result.goodput >= server.least, "seed \(seed)")
            #expect(result.refused <= 0.01, "seed \(seed)")
        }
    }

    @Test("A limit that is raised is found within a minute or two")
    func raised() {
        var simulation = PaceSimulation(
            .bucket(size: 10), [.init(from: 0, limit: 50), .init(from: 60, limit: 100)], latency: 0.02, lanes: 8,
            seed: 1)
        let result = simulation.run(seconds: 600)
        #expect(result.goodput >= 0.85)
    }
}

extension PaceSimulationTests.Server {
    init(
        _ name: String, _ kind: PaceSimulation.Kind, _ steps: [(Double, Double)], _ latency: Double,
        least: Double = 0.95
    ) {
        self.init(
            testDescription: name, kind: kind, steps: steps.map { .init(from: $0.0, limit: $0.1) }, latency: latency,
            least: least)
    }
}

@Suite("The adaptive rate")
struct AdaptiveRateTests {
    private let start = ContinuousClock.now

    @Test("Turns are an even spacing apart, whoever takes them")
    func spacing() {
        var rate = AdaptiveRate(bound: 100)
        let turns = (0..<50).map { _ in rate.reserve(now: start) }
        #expect(turns[0] == start)
        #expect(turns[49] == start + .milliseconds(490))
        #expect(zip(turns, turns.dropFirst()).allSatisfy { $1 - $0 == .milliseconds(10) })
    }

    @Test("A pause is not caught up on beyond a small bucket")
    func bucket() {
        var rate = AdaptiveRate(bound: 100)
        _ = rate.reserve(now: start)
        let later = start + .seconds(60)
        let turns = (0..<20).map { _ in rate.reserve(now: later) }
        #expect(turns.filter { $0 == later }.count == 3)
        #expect(turns[19] == later + .milliseconds(170))
    }

    @Test("Without a plan's rate nothing is spaced until something is refused")
    func unbounded() {
        var rate = AdaptiveRate(bound: nil)
        let turns = (0..<1000).map { _ in rate.reserve(now: start) }
        #expect(turns.allSatisfy { $0 == start })
        for number in 0..<1000 { rate.accepted(now: start + .milliseconds(2 * number)) }
        rate.refused(now: start + .seconds(2), leavesDoubt: false)
        // 500 were accepted in the last second.
        #expect((480...500).contains(rate.rate))
    }

    @Test("It never leaves the plan's rate behind")
    func bounded() {
        var rate = AdaptiveRate(bound: 20)
        var now = start
        for turn in 0..<4000 {
            now = rate.reserve(now: now)
            if turn == 100 { rate.refused(now: now, leavesDoubt: false) } else { rate.accepted(now: now) }
            #expect(rate.rate <= 20)
        }
        #expect(rate.rate > 19)
    }

    @Test("Where a refusal leaves a doubt, no more is probed for ten minutes")
    func costly() {
        var rate = AdaptiveRate(bound: nil)
        var now = start
        for _ in 0..<300 {
            now = max(rate.reserve(now: now), now + .milliseconds(10))
            rate.accepted(now: now)
        }
        rate.refused(now: now, leavesDoubt: true)
        let end = now + .seconds(590)
        var most = 0.0
        while now < end {
            now = rate.reserve(now: now)
            rate.accepted(now: now)
            most = max(most, rate.rate)
        }
        #expect(most < 101)
    }
}

@Suite("The adaptive concurrency")
struct AdaptiveConcurrencyTests {
    private let start = ContinuousClock.now

    /// Sends so many side by side, as a server that takes `allowed` sees them.
    private func round(_ concurrency: inout AdaptiveConcurrency, allowed: Int, now: ContinuousClock.Instant) -> Bool {
        let sent = concurrency.limit
        for number in 1...sent { concurrency.begin(number, now: now) }
        for number in 1...sent {
            if number <= allowed {
                concurrency.accepted(number, isSettling: sent > allowed)
            } else {
                concurrency.refused(number)
            }
        }
        return sent > allowed && concurrency.settle(leavesDoubt: false, isRateKnown: false, now: now)
    }

    @Test("It doubles until the plan's bound")
    func doubling() {
        var concurrency = AdaptiveConcurrency(bound: 20)
        var limits: [Int] = []
        for _ in 0..<7 {
            _ = round(&concurrency, allowed: 100, now: start)
            limits.append(concurrency.limit)
        }
        #expect(limits.last == 20)
        #expect(limits == limits.sorted())
    }

    @Test("It falls to what was accepted, and probes seldom")
    func probing() {
        var concurrency = AdaptiveConcurrency(bound: 64)
        var refusals: [Duration] = []
        for tenth in 0..<1800 {
            let now = start + .milliseconds(100 * tenth)
            if round(&concurrency, allowed: 5, now: now) {
                refusals.append(start.duration(to: now))
                #expect(concurrency.limit == 5)
            }
        }
        #expect((3...6).contains(refusals.count))
    }

    @Test("A refusal of one among few is not blamed on their number")
    func innocent() {
        var concurrency = AdaptiveConcurrency(bound: 8)
        for _ in 0..<4 { _ = round(&concurrency, allowed: 100, now: start) }
        concurrency.accepted(8, isSettling: false)
        concurrency.refused(3)
        let isToBlame = concurrency.settle(leavesDoubt: false, isRateKnown: true, now: start)
        #expect(!isToBlame)
        #expect(concurrency.limit == 8)
    }

    @Test("Where the order of arrival hides the reason, their number is on trial for two seconds")
    func trial() {
        for isRefusedAgain in [true, false] {
            var concurrency = AdaptiveConcurrency(bound: 8)
            for _ in 0..<4 { _ = round(&concurrency, allowed: 100, now: start) }
            concurrency.accepted(8, isSettling: false)
            concurrency.refused(3)
            for number in [4, 5, 6] { concurrency.accepted(number, isSettling: true) }
            let isToBlame = concurrency.settle(leavesDoubt: false, isRateKnown: false, now: start)
            #expect(isToBlame)
            #expect(concurrency.limit == 3)
            for (after, limit) in [(1, 2), (2, 8)] where isRefusedAgain {
                concurrency.accepted(limit, isSettling: false)
                concurrency.refused(1)
                concurrency.accepted(2, isSettling: true)
                concurrency.accepted(2, isSettling: true)
                let isStillToBlame = concurrency.settle(
                    leavesDoubt: false, isRateKnown: false, now: start + .seconds(after))
                #expect(isStillToBlame == (limit == 2))
                #expect(concurrency.limit == limit)
            }
        }
    }
}
