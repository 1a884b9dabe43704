import Foundation
import ImportCore
import Synchronization
import Testing

@testable import PingBackAPI

@Suite("What a created conversation shows", .timeLimit(.minutes(1)))
struct EchoTests {
    /// A difference in the answer that stops a run; the conversation it is about counts as created.
    struct Difference: Sendable, CustomTestStringConvertible {
        var field: String
        var value: String?
        var problem: String

        var testDescription: String { "\(field): \(value ?? "null")" }
    }

    static let everywhere = [
        Difference(field: "business_id", value: "other", problem: "not for the plan's business"),
        Difference(field: "customer_id", value: "other", problem: "not linked to the customer asked for"),
        Difference(field: "customer_id", value: nil, problem: "not linked to the customer asked for"),
        Difference(field: "customer", value: nil, problem: "its answer shows no customer"),
    ]
    static let first = [
        Difference(field: "status", value: "pending", problem: "its status is pending, not open"),
        Difference(field: "status", value: nil, problem: "its answer shows no status"),
        Difference(field: "messages", value: nil, problem: "does not show the opening message"),
    ]
    static let later = [
        Difference(field: "channel_type", value: "email", problem: "email w1, not widget w1"),
        Difference(field: "channel_id", value: "w2", problem: "widget w2, not widget w1"),
    ]

    /// Three conversations of one customer; the answer to number `odd` differs.
    private func write(
        _ difference: Difference, odd: Int, followsSuccess: Bool = false
    ) async throws -> (report: FailureReport?, journal: RecordingJournal, requests: Int) {
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate, let number = arrival.messageNumber else { return .account() }
            guard number == odd else { return .created("c\(number)") }
            return .echo(
                arrival.body, id: "c\(number)",
                changing: [difference.field: difference.value.map { $0 as Any } ?? NSNull()])
        }
        let journal = RecordingJournal()
        let report = try await Fixture.write(
            Fixture.conversations(9, customer: { _ in "K-1" }), to: server, journal: journal,
            followsSuccess: followsSuccess
        ) { $0.concurrency = 4 }
        defer { Task { try await server.close() } }
        return (report, journal, server.creates.count)
    }

    @Test("A surprise in the first answer stops the run with that one conversation", arguments: everywhere + first)
    func surprisingFirst(_ difference: Difference) async throws {
        let (report, journal, requests) = try await write(difference, odd: 1)
        #expect(report?.status == .protocolMismatch)
        #expect(report?.message.contains("conversation c1") == true)
        #expect(report?.message.contains(difference.problem) == true)
        #expect(requests == 1)
        #expect(journal.standing == [.done: 1])
        #expect(journal.last(1)?.remoteID == "c1")
    }

    @Test("One in a later answer stops it too, and what is in stays recorded", arguments: everywhere + later)
    func surprisingLater(_ difference: Difference) async throws {
        let (report, journal, requests) = try await write(difference, odd: 5)
        #expect(report?.status == .protocolMismatch)
        #expect(report?.message.contains(difference.problem) == true)
        #expect(journal.last(5)?.remoteID == "c5")
        #expect(journal.standing[.done] == requests)
        // They are one customer's, so nothing else was under way.
        #expect(requests == 5)
    }

    @Test("White space that came back changed is remarked on once")
    func whiteSpace() async throws {
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate else { return .account() }
            return .echo(
                arrival.body, id: "c", changing: ["messages": [["sender_type": "agent", "content": " message\n1 "]]])
        }
        let journal = RecordingJournal()
        let report = try await Fixture.write(
            Fixture.conversations(3, message: { _ in "message  1" }), to: server, journal: journal)
        #expect(report == nil)
        #expect(journal.events.count == 1)
        #expect(journal.events.contains { if case .remark = $0 { true } else { false } })
        try await server.close()
    }

    @Test("A message of another text, or not an agent's, is a surprise", arguments: ["message 2", nil])
    func otherMessage(_ content: String?) async throws {
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate else { return .account() }
            let message = ["sender_type": content == nil ? "customer" : "agent", "content": content ?? "message 1"]
            return .echo(arrival.body, id: "c", changing: ["messages": [message]])
        }
        let report = try await Fixture.write(Fixture.conversations(3), to: server, journal: RecordingJournal())
        #expect(report?.status == .protocolMismatch)
        #expect(server.creates.count == 1)
        try await server.close()
    }

    @Test("A channel of another type than the plan expects stops the run with the first", arguments: [true, false])
    func expectedChannel(_ isExpected: Bool) async throws {
        let server = try await ScriptedServer { $0.isCreate ? .created("c") : .account() }
        let report = try await Fixture.write(Fixture.conversations(3), to: server, journal: RecordingJournal()) {
            $0.expectedChannel = isExpected ? .widget : .email
        }
        #expect(report?.status == (isExpected ? nil : .protocolMismatch))
        #expect(server.creates.count == (isExpected ? 3 : 1))
        try await server.close()
    }

    @Test(
        "The first of a run goes alone, whatever becomes of it, until one is created", arguments: [201, 422, 429, 502])
    func firstGoesAlone(_ status: Int) async throws {
        let journal = RecordingJournal()
        let others = Mutex<[Int]>([])
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate, let number = arrival.messageNumber else { return .account() }
            others.withLock { $0.append(journal.standing[.intent, default: 0]) }
            switch (arrival.messageNumber, status) {
            case (1, 422), (2, 422): return .later(.milliseconds(30), .json(422, ""))
            case (1, 502): return .later(.milliseconds(30), .json(502, ""))
            case (1, 429) where arrival.number == 0: return .json(429, "", ["Retry-After: 0"])
            default: return .later(.milliseconds(30), .created("c\(number)"))
            }
        }
        let report = try await Fixture.write(
            Fixture.conversations(status == 429 ? 3 : 40), to: server, journal: journal
        ) {
            $0.concurrency = 8
        }
        #expect(report == nil)
        #expect(server.creates.first?.messageNumber == 1)
        let alone = [201: 1, 422: 3, 429: 2, 502: 2][status] ?? 0
        // The next arrives only when the one before it has its outcome.
        #expect(others.withLock { $0.prefix(alone) }.allSatisfy { $0 <= 1 })
        // Then the others do, unless the server has just said that it is at its limit.
        if status != 429 { #expect(others.withLock { $0.max() ?? 0 } > 1) }
        try await server.close()
    }

    @Test("A run that goes on after something was created begins with all lanes")
    func continuedRun() async throws {
        let arrived = Mutex(0)
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate else { return .account() }
            arrived.withLock { $0 += 1 }
            return .later(.milliseconds(20), .created("c"))
        }
        let report = try await Fixture.write(
            Fixture.conversations(20), to: server, journal: RecordingJournal(), followsSuccess: true
        ) { $0.concurrency = 4 }
        #expect(report == nil)
        #expect(server.creates.count == 20)
        try await server.close()
    }
}
