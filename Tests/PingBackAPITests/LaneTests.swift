import Foundation
import ImportCore
import Synchronization
import Testing

@testable import PingBackAPI

@Suite("Writing", .timeLimit(.minutes(1)))
struct LaneTests {
    @Test("An intent is durable before its request arrives")
    func intentFirst() async throws {
        let journal = RecordingJournal()
        let seen = Mutex<[AttemptState?]>([])
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate, let number = arrival.messageNumber else { return .account() }
            seen.withLock { $0.append(journal.last(number)?.state) }
            return .created("c\(number)")
        }
        let report = try await Fixture.write(Fixture.conversations(100), to: server, journal: journal) {
            $0.concurrency = 8
        }
        #expect(report == nil)
        #expect(seen.withLock { $0 } == Array(repeating: .intent, count: 100))
        #expect(journal.standing == [.done: 100])
        #expect(Set(server.creates.compactMap(\.messageNumber)) == Set(1...100))
        try await server.close()
    }

    @Test("An outcome and the next intent share one call of the journal")
    func sharedCalls() async throws {
        let server = try await ScriptedServer { .created("c\($0.number)") }
        let journal = RecordingJournal()
        _ = try await Fixture.write(Fixture.conversations(3), to: server, journal: journal)
        #expect(journal.calls.map { $0.map(\.state) } == [[.intent], [.done, .intent], [.done, .intent], [.done]])
        try await server.close()
    }

    @Test("The body holds what is there, escaped, and nothing else")
    func body() async throws {
        let server = try await ScriptedServer { .created("c\($0.number)") }
        let conversations = Fixture.conversations(
            2, message: { $0 == 1 ? "a \"b\"\\\n\u{1}ü🐟" : nil }, customer: { $0 == 2 ? "k-2" : nil })
        #expect(try await Fixture.write(conversations, to: server, journal: RecordingJournal()) == nil)
        let head = #"{"business_id":"\#(Fixture.business)","#
        #expect(
            server.creates.map(\.body) == [
                head + #""initial_message":"a \"b\"\\\n\u0001ü🐟"}"#, head + #""customer_id":"k-2"}"#,
            ])
        #expect(server.creates[0].head.hasPrefix("POST /api/v1/conversations/ HTTP/1.1"))
        try await server.close()
    }

    @Test("Nothing is sent when the intent cannot be written down")
    func diskFull() async throws {
        let server = try await ScriptedServer { .created("c\($0.number)") }
        let journal = RecordingJournal(capacity: 3)
        await #expect(throws: RecordingJournal.DiskFull.self) {
            _ = try await Fixture.write(Fixture.conversations(50), to: server, journal: journal)
        }
        #expect(server.creates.count == 3)
        try await server.close()
    }

    @Test("After a stop nothing is sent beyond what was in flight, and every outcome is kept")
    func stopsAtOnce() async throws {
        let lanes = 4
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate else { return .account() }
            // The others of the first turn are answered long after the refusal.
            return arrival.messageNumber == 1
                ? .json(401, "") : .later(.milliseconds(200), .created("c\(arrival.messageNumber ?? 0)"))
        }
        let journal = RecordingJournal()
        let report = try await Fixture.write(Fixture.conversations(50), to: server, journal: journal) {
            $0.concurrency = lanes
        }
        #expect(report?.status == .refused)
        #expect(server.creates.count <= lanes)
        #expect(journal.standing[.done, default: 0] == server.creates.count - 1)
        #expect(journal.standing[.intent] == nil)
        try await server.close()
    }

    @Test("No more requests are under way than there are lanes")
    func concurrency() async throws {
        let underWay = Mutex((now: 0, most: 0))
        let journal = RecordingJournal()
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate else { return .account() }
            underWay.withLock {
                // Those without an outcome in the journal, at the moment this one arrives.
                $0.now = journal.standing[.intent, default: 0]
                $0.most = max($0.most, $0.now)
            }
            return .later(.milliseconds(5), .created("c"))
        }
        _ = try await Fixture.write(Fixture.conversations(60), to: server, journal: journal) { $0.concurrency = 5 }
        #expect(underWay.withLock { $0.most } == 5)
        try await server.close()
    }

    @Test("A kept-alive connection that closes as a request arrives costs no second request")
    func keepAliveRace() async throws {
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate else { return .account() }
            return arrival.turn % 2 == 1 ? .close : .created("c\(arrival.messageNumber ?? 0)")
        }
        let journal = RecordingJournal()
        _ = try await Fixture.write(Fixture.conversations(20), to: server, journal: journal)
        #expect(server.creates.compactMap(\.messageNumber) == Array(1...20))
        #expect(journal.standing[.done, default: 0] + journal.standing[.inDoubt, default: 0] == 20)
        #expect(journal.standing[.inDoubt, default: 0] > 0)
        try await server.close()
    }

    @Test("A request cut off at any byte is in doubt, or provably unsent", arguments: [0, 1, 40, 150])
    func cutRequests(_ bytes: Int) async throws {
        let server = try await ScriptedServer(cutAfter: bytes) { _ in .close }
        let journal = RecordingJournal()
        let report = try await Fixture.write(Fixture.conversations(1), to: server, journal: journal) {
            $0.patience = 0.2
        }
        #expect(report == nil || report?.status == .unavailable)
        #expect([.inDoubt, .released].contains(journal.last(1)?.state))
        #expect(server.creates.isEmpty)
        try await server.close()
    }

    @Test("A cancelled write gets out at once and leaves its intent")
    func cancellation() async throws {
        let server = try await ScriptedServer { _ in .silence }
        let journal = RecordingJournal()
        try await Fixture.withDestination(server.url) { destination in
            let writing = Task {
                try await destination.write(ListFeed(Fixture.conversations(3)), journal: journal)
            }
            while server.creates.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            writing.cancel()
            await #expect(throws: CancellationError.self) { try await writing.value }
        }
        #expect(journal.entries.map(\.state) == [.intent])
        try await server.close()
    }

    @Test("Requests are counted by status")
    func counts() async throws {
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate else { return .account() }
            return arrival.number == 1 ? .json(429, "", ["Retry-After: 0"]) : .created("c")
        }
        let counts = try await Fixture.withDestination(server.url) { destination in
            try await destination.write(ListFeed(Fixture.conversations(3)), journal: RecordingJournal())
            return await destination.requestCounts()
        }
        #expect(counts.byStatus == ["201": 3, "429": 1])
        #expect(counts.sent == 4)
        #expect(counts.retried == 1)
        try await server.close()
    }
}
