import ImportCore
import Synchronization
import Testing

@testable import PingBackAPI

@Suite("The order of a customer's conversations", .timeLimit(.minutes(1)))
struct CustomerOrderTests {
    /// The customer of conversation `number`: two who write much, some who write once, and some nobody knows.
    private static func customer(_ number: Int) -> String? {
        switch number % 5 {
        case 0, 1: number % 2 == 0 ? "ANNA" : "anna"
        case 2: "ben"
        case 3: "once-\(number)"
        default: nil
        }
    }

    @Test("Conversations of one customer arrive in file order and never two at once", arguments: [1, 3, 8])
    func orderedByCustomer(_ lanes: Int) async throws {
        let journal = RecordingJournal()
        let overlaps = Mutex<[Int]>([])
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate, let number = arrival.messageNumber else { return .account() }
            if let name = Self.customer(number)?.lowercased() {
                let earlier = (1..<number).filter { Self.customer($0)?.lowercased() == name }
                let isOpen = earlier.contains { journal.last($0)?.state == nil }
                if isOpen { overlaps.withLock { $0.append(number) } }
            }
            return .later(.milliseconds(number % 3), .created("c\(number)"))
        }
        let report = try await Fixture.write(
            Fixture.conversations(150, customer: Self.customer), to: server, journal: journal
        ) { $0.concurrency = lanes }
        #expect(report == nil)
        #expect(journal.standing == [.done: 150])
        #expect(overlaps.withLock { $0 }.isEmpty)
        for name in ["anna", "ben"] {
            let sent = server.creates.compactMap(\.messageNumber).filter { Self.customer($0)?.lowercased() == name }
            #expect(sent == sent.sorted())
        }
        try await server.close()
    }

    @Test("A conversation sent again keeps its customer's others back")
    func resend() async throws {
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate, let number = arrival.messageNumber else { return .account() }
            return arrival.number == 8
                ? .json(429, "", ["Retry-After: 0"]) : .created("c\(number)")
        }
        let journal = RecordingJournal()
        let report = try await Fixture.write(
            Fixture.conversations(40, customer: { _ in "anna" }), to: server, journal: journal
        ) { $0.concurrency = 4 }
        #expect(report == nil)
        #expect(journal.standing == [.done: 40])
        let sent = server.creates.compactMap(\.messageNumber)
        #expect(sent == sent.sorted())
        try await server.close()
    }

    @Test("Others overtake a customer with many, up to a bound")
    func lookAhead() async throws {
        let count = CustomerOrder.mostHeld + 40
        let conversations = Fixture.conversations(count + 2, customer: { $0 <= count ? "anna" : nil })
        let order = CustomerOrder(ListFeed(conversations))
        let first = try await order.nextIfReady()
        #expect(first?.pending.conversation.id.number == 1)
        // So many are held back that nothing more is read.
        #expect(try await order.nextIfReady() == nil)
        async let waiting = order.next()
        order.finished(first?.customer)
        let second = try await waiting
        #expect(second?.pending.conversation.id.number == 2)
        var numbers: [Int] = []
        var turn = second
        while let current = turn {
            numbers.append(current.pending.conversation.id.number)
            order.finished(current.customer)
            turn = try await order.next()
        }
        #expect(Set(numbers) == Set(2...(count + 2)))
        #expect(numbers.filter { $0 <= count } == Array(2...count))
    }

    @Test("Free conversations go past a customer who is being written to")
    func overtaking() async throws {
        let order = CustomerOrder(ListFeed(Fixture.conversations(6, customer: { $0 <= 3 ? "anna" : nil })))
        var numbers: [Int] = []
        for _ in 0..<4 { numbers.append(try await order.nextIfReady()?.pending.conversation.id.number ?? 0) }
        #expect(numbers == [1, 4, 5, 6])
        #expect(try await order.nextIfReady() == nil)
        order.finished("anna")
        #expect(try await order.next()?.pending.conversation.id.number == 2)
    }

    @Test("Closed, it gives nothing and wakes who waits")
    func closing() async throws {
        let conversations = Fixture.conversations(CustomerOrder.mostHeld + 9, customer: { _ in "anna" })
        let order = CustomerOrder(ListFeed(conversations))
        _ = try await order.nextIfReady()
        async let first = order.next()
        async let second = order.next()
        order.close()
        #expect(try await first == nil)
        #expect(try await second == nil)
        #expect(try await order.nextIfReady() == nil)
    }
}
