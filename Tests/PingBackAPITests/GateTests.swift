import Foundation
import ImportCore
import Synchronization
import Testing

@testable import PingBackAPI

@Suite("The gate", .timeLimit(.minutes(1)))
struct GateTests {
    @Test("A refused port releases the record, and the run goes on when the server comes up")
    func serverComesUp() async throws {
        let port = try await ScriptedServer.unusedPort()
        let journal = RecordingJournal()
        let late = Task {
            while !journal.entries.contains(where: { $0.state == .released }) {
                try await Task.sleep(for: .milliseconds(1))
            }
            return try await ScriptedServer(port: port) { arrival in
                arrival.isCreate ? .created("c\(arrival.messageNumber ?? 0)") : .account()
            }
        }
        try await Fixture.withDestination("http://127.0.0.1:\(port)", change: { $0.concurrency = 3 }) { destination in
            try await destination.write(ListFeed(Fixture.conversations(20)), journal: journal)
        }
        let server = try await late.value
        #expect(journal.standing == [.done: 20])
        #expect(Set(server.creates.compactMap(\.messageNumber)) == Set(1...20))
        #expect(server.creates.count == 20)
        #expect(journal.entries.allSatisfy { $0.state != .inDoubt })
        // Whatever was released went out with the next number.
        for entry in journal.entries where entry.state == .released {
            #expect(journal.history(entry.record.number).contains { $0.attempt == entry.attempt + 1 })
        }
        try await server.close()
    }

    @Test("A server that stays away stops the run when patience ends, with nothing in doubt")
    func patienceEnds() async throws {
        let port = try await ScriptedServer.unusedPort()
        let journal = RecordingJournal()
        await #expect(throws: APIError.self) {
            try await Fixture.withDestination(
                "http://127.0.0.1:\(port)",
                change: {
                    $0.patience = 0.1
                    $0.concurrency = 3
                }
            ) { destination in
                try await destination.write(ListFeed(Fixture.conversations(20)), journal: journal)
            }
        }
        #expect(journal.standing.keys.allSatisfy { $0 == .released })
        #expect(journal.entries.filter { $0.state == .intent }.count <= 3)
    }

    @Test("An outage leaves at most as many doubts as there are lanes, and the run finishes by itself")
    func outage() async throws {
        let lanes = 4
        let probes = Mutex(0)
        let server = try await ScriptedServer { arrival in
            if arrival.isCreate {
                let isOut = (20..<60).contains(arrival.messageNumber ?? 0) && probes.withLock { $0 < 5 }
                return isOut ? .close : .created("c\(arrival.messageNumber ?? 0)")
            }
            // The first five probes meet the outage too.
            let count = probes.withLock {
                $0 += 1
                return $0
            }
            return count < 5 ? .json(502, "") : .account()
        }
        let journal = RecordingJournal()
        let report = try await Fixture.write(Fixture.conversations(100), to: server, journal: journal) {
            $0.concurrency = lanes
        }
        #expect(report == nil)
        #expect((1...lanes).contains(journal.standing[.inDoubt, default: 0]))
        #expect(journal.standing[.done, default: 0] + journal.standing[.inDoubt, default: 0] == 100)
        #expect(server.creates.count == 100)
        #expect(journal.events.contains { if case .waiting = $0 { true } else { false } })
        try await server.close()
    }

    @Test("A server that commits and answers 502 for a while leaves no more doubts than lanes")
    func committedOutage() async throws {
        let lanes = 4
        let journal = RecordingJournal()
        let outage = Mutex<ContinuousClock.Instant?>(nil)
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate, let number = arrival.messageNumber else { return .account() }
            let isOut = outage.withLock { end in
                if number == 20, end == nil { end = .now + .milliseconds(200) }
                return end.map { ContinuousClock.now < $0 } ?? false
            }
            return isOut ? .json(502, "") : .created("c\(number)")
        }
        try await Fixture.withDestination(
            server.url, timing: { $0.doubtWindow = .seconds(1) },
            change: { $0.concurrency = lanes }
        ) { destination in
            try await destination.write(ListFeed(Fixture.conversations(200)), journal: journal)
        }
        #expect((1...lanes).contains(journal.standing[.inDoubt, default: 0]))
        #expect(journal.standing[.done, default: 0] + journal.standing[.inDoubt, default: 0] == 200)
        #expect(server.creates.count == 200)
        try await server.close()
    }

    @Test("With as many doubts as there may be, they are looked up before a lane tries again")
    func lookUpFirst() async throws {
        let gate = Gate(
            origin: "", patience: 60, timing: Fixture.timing, awaitsFirst: false, mostDoubts: 1,
            doubtWindow: .milliseconds(1), probe: { .up }, note: { _ in })
        await gate.close(.untilProbed, reason: "", lane: 0, doubt: Fixture.record(1))
        await gate.expectLookUp()
        async let isFree = gate.pass(0)
        #expect(await gate.passToRead())
        #expect(await !gate.mayPass(1))
        await gate.lookedUp([Fixture.record(1)])
        #expect(await isFree)
        #expect(await !gate.mayPass(1), "one lane tries")
    }

    @Test("Where the lane that goes first ends while the gate is closed, the others do not wait for it")
    func firstIsGone() async throws {
        let gate = Gate(
            origin: "", patience: 60, timing: Fixture.timing, awaitsFirst: true, mostDoubts: 4,
            doubtWindow: .milliseconds(1), probe: { .up }, note: { _ in })
        await gate.close(.untilProbed, reason: "", lane: 0, doubt: Fixture.record(1))
        await gate.leave(0)
        #expect(await gate.pass(1))
    }

    @Test("Where only creating fails, one lane tries at a time, and patience ends it")
    func trial() async throws {
        let server = try await ScriptedServer { $0.isCreate ? .json(502, "") : .account() }
        let journal = RecordingJournal()
        let report = try await Fixture.write(Fixture.conversations(500), to: server, journal: journal) {
            $0.concurrency = 4
            $0.patience = 0.3
        }
        #expect(report?.status == .unavailable)
        // Four at first, then one for each wait, which backs off.
        #expect(server.creates.count < 100)
        #expect(journal.standing[.inDoubt] == server.creates.count)
        #expect(journal.standing.keys.allSatisfy { $0 == .inDoubt || $0 == .released })
        try await server.close()
    }

    @Test("A probe that meets a refused token stops the run")
    func probeIsRefused() async throws {
        let server = try await ScriptedServer { $0.isCreate ? .json(500, "") : .json(401, "") }
        let journal = RecordingJournal()
        let report = try await Fixture.write(Fixture.conversations(10), to: server, journal: journal)
        #expect(report?.status == .refused)
        #expect(server.creates.count == 1)
        try await server.close()
    }

    @Test("A run that drains does not wait for a closed gate")
    func drains() async throws {
        let server = try await ScriptedServer { _ in .json(500, "") }
        let journal = RecordingJournal()
        let feed = ListFeed(Fixture.conversations(50))
        try await Fixture.withDestination(
            server.url,
            change: {
                $0.concurrency = 3
                $0.patience = 600
            }
        ) { destination in
            let writing = Task { try await destination.write(feed, journal: journal) }
            while server.arrivals.filter({ !$0.isCreate }).count < 2 { try await Task.sleep(for: .milliseconds(1)) }
            feed.drain()
            try await writing.value
        }
        #expect(journal.standing.keys.allSatisfy { $0 == .inDoubt })
        #expect(journal.standing[.inDoubt, default: 0] <= 3)
        try await server.close()
    }

    @Test("All lanes wait while one is asked to")
    func allLanesWait() async throws {
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate else { return .account() }
            return arrival.number < 3 ? .json(429, "", ["Retry-After: 0"]) : .created("c")
        }
        let journal = RecordingJournal()
        _ = try await Fixture.write(Fixture.conversations(30), to: server, journal: journal) { $0.concurrency = 3 }
        #expect(journal.standing == [.done: 30])
        #expect(server.creates.count == 33)
        try await server.close()
    }

    @Test("A paced run sends everything once")
    func paced() async throws {
        let server = try await ScriptedServer { .created("c\($0.number)") }
        let journal = RecordingJournal()
        _ = try await Fixture.write(Fixture.conversations(30), to: server, journal: journal) {
            $0.rate = 500
            $0.concurrency = 4
        }
        #expect(server.creates.count == 30)
        #expect(journal.standing == [.done: 30])
        try await server.close()
    }
}

@Suite("Budget and jitter")
struct BudgetTests {
    @Test("Ten retries, and one for every ten requests")
    func budget() {
        var budget = RetryBudget()
        let atStart = (0..<20).filter { _ in budget.take(sent: 5) }.count
        #expect(atStart == 10)
        let later = (0..<20).filter { _ in budget.take(sent: 100) }.count
        #expect(later == 10)
    }

    @Test("Jitter stays between nothing and a doubled, capped wait")
    func jitter() {
        let timing = Timing()
        #expect(timing.jittered(failures: 0) == .zero)
        for failures in 1...40 {
            let most = min(Duration.seconds(30), .seconds(1) * (1 << min(failures - 1, 16)))
            #expect((.zero...most).contains(timing.jittered(failures: failures)))
        }
    }
}
