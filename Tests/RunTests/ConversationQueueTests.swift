@testable import ImportCore
import FileReading
import Testing

@Suite struct ConversationQueueTests {
    private let queue = ConversationQueue(lowWater: 2, followsSuccess: false)
    /// The queue as a destination sees it.
    private var feed: any ConversationFeed { queue }

    @Test func conversationsComeInTheirOrder() async {
        #expect(await queue.offer(pending(1...2)))
        #expect(await queue.offer(pending(3...4)))
        await queue.finish()
        #expect(await rest() == [1, 2, 3, 4])
    }

    @Test func anOfferWaitsUntilFewAreLeft() async {
        #expect(await queue.offer(pending(1...5)))
        async let second = queue.offer(pending(6...6))
        // Three may go before there is room: 5 - 3 = 2.
        for number in 1...3 { #expect(await queue.next()?.conversation.id.number == number) }
        #expect(await second)
        await queue.finish()
        #expect(await rest() == [4, 5, 6])
    }

    @Test func whoWaitsGetsWhatIsOfferedFirst() async throws {
        async let first = queue.next()
        while await queue.takersWaiting == 0 { await Task.yield() }
        #expect(await queue.offer(pending(1...2)))
        #expect(await first?.conversation.id.number == 1)
        #expect(try await feed.nextIfReady()?.conversation.id.number == 2)
        #expect(try await feed.nextIfReady() == nil)
    }

    @Test func aDrainWakesEverybodyAndLeavesNothing() async throws {
        #expect(await queue.offer(pending(1...5)))
        async let offer = queue.offer(pending(6...6))
        async let draining: Void = queue.draining()
        await queue.drain()
        #expect(await offer == false)
        await draining
        #expect(await queue.next() == nil)
        #expect(try await feed.nextIfReady() == nil)
        #expect(await queue.offer(pending(7...7)) == false)
    }

    @Test func aDrainEndsWaitingTakers() async {
        async let taker = queue.next()
        while await queue.takersWaiting == 0 { await Task.yield() }
        await queue.drain()
        #expect(await taker == nil)
    }

    @Test func waitingForADrainEndsWithItsTask() async {
        let task = Task { await queue.draining() }
        task.cancel()
        await task.value
    }

    private func rest() async -> [Int] {
        var numbers: [Int] = []
        while let next = await queue.next() { numbers.append(next.conversation.id.number) }
        return numbers
    }

    private func pending(_ numbers: ClosedRange<Int>) -> [PendingConversation] {
        let batch = Batches.batch(numbers.map { Ticket(key: "\($0)") }, after: numbers.lowerBound - 1)
        return (0..<numbers.count).map { PendingConversation(batch.conversation(at: $0)) }
    }
}

/// Batches as the pipeline hands them over.
enum Batches {
    static func batch(_ tickets: [Ticket], after record: Int = 0, file: Int = 0) -> ConversationBatch {
        guard
            let program = try? MappingCompiler.compile(
                .ofTickets, headers: [CSVHeader(names: ["id", "body", "status"])], fileNames: ["tickets.csv"],
                lookups: [:])
        else { preconditionFailure("the tests' plan fits the tests' source") }
        let preparation = Preparation(program: program, limits: Limits(), hash: KeyFingerprints.hash)
        let source = TicketSource(tickets, size: tickets.count, barrier: nil)
        let (batch, _) = source.read(.init(tickets: tickets[...]))
        return ConversationBatch(
            preparation.prepare(batch), businessID: Plan.ofTickets.businessID,
            span: BatchSpan(
                start: SourcePosition(file: file, offset: record * 10, record: record, line: record + 1),
                end: SourcePosition(
                    file: file, offset: (record + tickets.count) * 10, record: record + tickets.count,
                    line: record + tickets.count + 1)))
    }
}
