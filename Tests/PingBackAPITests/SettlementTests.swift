import Foundation
import ImportCore
import Synchronization
import Testing

@testable import PingBackAPI

@Suite("Settling doubts", .timeLimit(.minutes(1)))
struct SettlementTests {
    /// A conversation as the scripted server holds it.
    struct Stored: Sendable {
        var id: String
        var customer: String?
        var message: String?
        var sender = "agent"
        /// Seconds before now.
        var age = 0.0

        func json(withMessages: Bool) -> String {
            let time = Date(timeIntervalSinceNow: -age).ISO8601Format()
            let customer = customer.map { "\"\($0)\"" } ?? "null"
            let messages =
                (withMessages ? message : nil).map { #"{"sender_type":"\#(sender)","content":"\#($0)"}"# } ?? ""
            return """
                {"id":"\(id)","business_id":"\(Fixture.business)","customer_id":\(customer),"created_at":"\(time)",\
                "updated_at":"\(time)","messages":[\(messages)]}
                """
        }
    }

    /// A server that lists `stored`, newest first, `pageSize` at a time and without messages.
    private func server(_ stored: [Stored], pageSize: Int = 50) async throws -> ScriptedServer {
        try await ScriptedServer { arrival in
            if let page = arrival.path.components(separatedBy: "?page=").dropFirst().first {
                let start = (Int(page.prefix { $0.isNumber }) ?? 1) - 1
                let rows = stored.sorted { $0.age < $1.age }.dropFirst(start * pageSize).prefix(pageSize)
                return .json(200, "[" + rows.map { $0.json(withMessages: false) }.joined(separator: ",") + "]")
            }
            let id = arrival.path.split(separator: "/").last.map(String.init)
            guard let found = stored.first(where: { $0.id == id }) else { return .json(404, "") }
            return .json(200, found.json(withMessages: true))
        }
    }

    private func settle(
        _ doubts: [AttemptEntry], at server: ScriptedServer, known: Set<String> = [],
        absent: DoubtOptions.Absent = .keep
    ) async throws -> RecordingJournal {
        let journal = RecordingJournal()
        try await Fixture.withDestination(
            server.url,
            change: {
                $0.timeout = 1
                $0.doubts.absent = absent
            }
        ) { _ = try await $0.settle(doubts, in: Fixture.context(known: known), journal: journal) }
        try await server.close()
        return journal
    }

    @Test("A conversation with the same customer and text is adopted")
    func adopts() async throws {
        let doubts = Fixture.conversations(2, customer: { "K\($0)" }).map { Fixture.doubt($0) }
        let server = try await server([
            Stored(id: "c1", customer: "k1", message: "message 1"),
            Stored(id: "c2", customer: "k2", message: "message 2"),
            Stored(id: "x1", customer: "k1", message: "something else"), Stored(id: "x2", message: "message 1"),
        ])
        let journal = try await settle(doubts, at: server)
        #expect(journal.last(1)?.state == .done)
        #expect(journal.last(1)?.remoteID == "c1")
        #expect(journal.last(2)?.remoteID == "c2")
        #expect(journal.events.contains { if case .settling(2, _) = $0 { true } else { false } })
    }

    @Test("While requests are under way, what is found is adopted, and nothing is called absent")
    func underWay() async throws {
        let doubts = Fixture.conversations(3, message: { $0 == 3 ? "message 1" : "message \($0)" }).map {
            Fixture.doubt($0)
        }
        let server = try await server([Stored(id: "c2", message: "message 2"), Stored(id: "c1", message: "message 1")])
        let journal = RecordingJournal()
        // The third, equal to the first, is on its way: what is seen may be its conversation.
        let context = SettlingContext(traces: OwnTraces(), isUnderWay: true) {
            KnownAttempts(unsettled: doubts)
        }
        let open = try await Fixture.withDestination(
            server.url,
            change: {
                $0.timeout = 1
                $0.doubts.absent = .resend
            }
        ) { try await $0.settle(Array(doubts.prefix(2)), in: context, journal: journal) }
        #expect(open.isEmpty)
        #expect(journal.entries.map(\.record) == [Fixture.record(2)])
        #expect(journal.last(2)?.remoteID == "c2")
        #expect(server.arrivals.filter { $0.path.contains("page=1&") }.count == 1)
        try await server.close()
    }

    @Test("How our messages are signed, and on which channel, is learnt from the first answer, and kept")
    func traces() async throws {
        let server = try await ScriptedServer { arrival in
            arrival.isCreate
                ? .json(
                    201,
                    #"""
                    {"id":"c\#(arrival.number)","business_id":"\#(Fixture.business)","status":"open","customer_id":null,\#
                    "channel_type":"widget","channel_id":"H","messages":[{"sender_type":"agent","sender_id":"S",\#
                    "content":"\#(arrival.messageNumber.map { "message \($0)" } ?? "")"}]}
                    """#) : .account()
        }
        let journal = RecordingJournal()
        #expect(try await Fixture.write(Fixture.conversations(3), to: server, journal: journal) == nil)
        let traces = await journal.traces()
        #expect(traces.isOwn(sender: "s") == true)
        #expect(traces.isOwn(sender: "other") == false)
        #expect(traces.isOwn(channel: "h") == true)
        #expect(traces.isOwn(channel: "other") == false)
        try await server.close()
    }

    @Test("What is absent in both looks is kept, or released where the plan says so")
    func absent() async throws {
        let doubts = Fixture.conversations(1).map { Fixture.doubt($0) }
        let stored = [Stored(id: "x", message: "live", sender: "customer")]
        let keeping = try await server(stored)
        let kept = try await settle(doubts, at: keeping)
        #expect(kept.last(1)?.state == .inDoubt)
        #expect(kept.last(1)?.content == doubts[0].content)
        #expect(keeping.arrivals.filter { $0.path.contains("page=1&") }.count == 2)
        let released = try await settle(doubts, at: try await server(stored), absent: .resend)
        #expect(released.last(1)?.state == .released)
        #expect(released.last(1)?.attempt == 1)
    }

    @Test("A conversation that shows up late is found by the second look")
    func secondLook() async throws {
        let lists = Mutex(0)
        let server = try await ScriptedServer { arrival in
            let stored = Stored(id: "c1", message: "message 1")
            guard arrival.path.contains("?page=") else { return .json(200, stored.json(withMessages: true)) }
            guard arrival.path.contains("page=1&") else { return .json(200, "[]") }
            let look = lists.withLock {
                $0 += 1
                return $0
            }
            return .json(200, look == 1 ? "[]" : "[\(stored.json(withMessages: false))]")
        }
        let journal = try await settle(
            Fixture.conversations(1).map { Fixture.doubt($0) }, at: server, absent: .resend)
        #expect(journal.last(1)?.remoteID == "c1")
    }

    @Test("Among look-alikes the count decides")
    func counting() async throws {
        let doubts = Fixture.conversations(3, message: { _ in "same" }).map { Fixture.doubt($0) }
        let server = try await server([Stored(id: "c1", message: "same"), Stored(id: "c2", message: "same", age: 1)])
        let journal = try await settle(doubts, at: server, absent: .resend)
        #expect(journal.standing == [.done: 2, .released: 1])
        #expect(Set(journal.entries.compactMap(\.remoteID)) == ["c1", "c2"])
    }

    @Test("More look-alikes than doubts are left to a person, with their ids")
    func tooMany() async throws {
        let doubts = Fixture.conversations(1, message: { _ in "same" }).map { Fixture.doubt($0) }
        let server = try await server([Stored(id: "c1", message: "same"), Stored(id: "c2", message: "same")])
        let journal = try await settle(doubts, at: server, absent: .resend)
        #expect(journal.last(1)?.state == .inDoubt)
        #expect(journal.last(1)?.detail?.contains("c2") == true)
    }

    @Test("Conversations of other records, older ones, and a customer's own are not ours")
    func excluded() async throws {
        let doubts = Fixture.conversations(1, message: { _ in "same" }).map { Fixture.doubt($0) }
        let server = try await server([
            Stored(id: "known", message: "same"), Stored(id: "old", message: "same", age: 4000),
            Stored(id: "theirs", message: "same", sender: "customer"),
        ])
        let journal = try await settle(doubts, at: server, known: ["known"], absent: .resend)
        #expect(journal.standing == [.released: 1])
        #expect(!server.arrivals.contains { $0.path.hasSuffix("/known") || $0.path.hasSuffix("/old") })
    }

    @Test("A request that left no mark is never adopted, and absent only where nothing could be it")
    func noMark() async throws {
        let doubts = Fixture.conversations(1, message: { _ in nil }).map { Fixture.doubt($0) }
        let possible = try await settle(doubts, at: try await server([Stored(id: "c1")]), absent: .resend)
        #expect(possible.last(1)?.state == .inDoubt)
        let impossible = try await settle(
            doubts, at: try await server([Stored(id: "x", message: "live", sender: "customer")]), absent: .resend)
        #expect(impossible.last(1)?.state == .released)
    }

    @Test("Pages are turned until the attempt's time has passed, and rows seen twice count once")
    func pages() async throws {
        let doubts = Fixture.conversations(1).map { Fixture.doubt($0) }
        var stored = (0..<12).map { Stored(id: "x\($0)", message: "other \($0)", age: Double($0)) }
        stored.append(Stored(id: "c1", message: "message 1", age: 13))
        stored += (0..<20).map { Stored(id: "o\($0)", message: "old", age: 5000 + Double($0)) }
        let server = try await server(stored, pageSize: 5)
        let journal = try await settle(doubts, at: server)
        #expect(journal.last(1)?.remoteID == "c1")
        // Three pages of now, and the first that is past it.
        #expect(server.arrivals.filter { $0.path.contains("page=") }.count == 4)
    }

    @Test("A server whose list repeats itself settles nothing")
    func repeatedPages() async throws {
        let doubts = Fixture.conversations(1).map { Fixture.doubt($0) }
        let row = Stored(id: "x", message: "live", sender: "customer")
        let server = try await ScriptedServer { arrival in
            .json(
                200,
                arrival.path.contains("page=") ? "[\(row.json(withMessages: false))]" : row.json(withMessages: true))
        }
        await #expect(throws: APIError.self) { _ = try await settle(doubts, at: server, absent: .resend) }
    }

    @Test("Reads that fail are repeated; a server that stays away leaves the doubts as they are")
    func failingReads() async throws {
        let doubts = Fixture.conversations(1).map { Fixture.doubt($0) }
        let stored = Stored(id: "c1", message: "message 1")
        let flaky = try await ScriptedServer { arrival in
            if arrival.number % 3 != 2 { return arrival.number % 3 == 0 ? .json(503, "") : .close }
            guard arrival.path.contains("page=") else { return .json(200, stored.json(withMessages: true)) }
            return .json(200, arrival.path.contains("page=1&") ? "[\(stored.json(withMessages: false))]" : "[]")
        }
        #expect(try await settle(doubts, at: flaky).last(1)?.remoteID == "c1")

        let journal = RecordingJournal()
        let port = try await ScriptedServer.unusedPort()
        await #expect(throws: APIError.self) {
            try await Fixture.withDestination(
                "http://127.0.0.1:\(port)",
                change: {
                    $0.patience = 0.05
                    $0.timeout = 0.5
                }
            ) { _ = try await $0.settle(doubts, in: Fixture.context(), journal: journal) }
        }
        #expect(journal.entries.isEmpty)
    }

    @Test("The server's clock counts, not ours")
    func clockOffset() async throws {
        let doubts = Fixture.conversations(1).map { Fixture.doubt($0) }
        let hour = 3600.0
        let ours = Stored(id: "c1", message: "message 1", age: hour)
        let server = try await ScriptedServer { arrival in
            let formatter = DateFormatter()
            formatter.locale = Locale(identifier: "en_US_POSIX")
            formatter.timeZone = .gmt
            formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
            let date = "Date: " + formatter.string(from: Date(timeIntervalSinceNow: -hour))
            guard arrival.path.contains("page=") else { return .json(200, ours.json(withMessages: true), [date]) }
            let rows = arrival.path.contains("page=1&") ? ours.json(withMessages: false) : ""
            return .json(200, "[\(rows)]", [date])
        }
        #expect(try await settle(doubts, at: server).last(1)?.remoteID == "c1")
    }
}
