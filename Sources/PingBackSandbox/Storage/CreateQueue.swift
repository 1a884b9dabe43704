/// Commits creates in groups: whatever waited while a transaction was written goes into the next one together.
///
/// A transaction of one create costs several times its share of a transaction of many, so requests side by side are
/// answered faster than one by one, and a lone request still waits for nobody. A group has at most `groupLimit`
/// creates; what waits is bounded by the connections, each of which has one request in flight.
actor CreateQueue {
    typealias Write = @Sendable ([CreateOrder]) async throws -> [ConversationAnswer]

    /// Long before this the cost of a commit is spread thin, and the writer stays free for other requests.
    static let groupLimit = 64

    private struct Waiting {
        let order: CreateOrder
        let continuation: CheckedContinuation<ConversationAnswer, any Error>
    }

    private let write: Write
    private var waiting: [Waiting] = []
    private var isWriting = false

    /// `write` applies all orders or none, and answers them in their order.
    init(write: @escaping Write) {
        self.write = write
    }

    /// Returns once the create is committed. Cancelling the request does not take it back: its client could not know.
    func create(_ order: CreateOrder) async throws -> ConversationAnswer {
        try await withCheckedThrowingContinuation { continuation in
            waiting.append(Waiting(order: order, continuation: continuation))
            guard !isWriting else { return }
            isWriting = true
            Task { await writeAll() }
        }
    }

    private func writeAll() async {
        while !waiting.isEmpty {
            let group = Array(waiting.prefix(Self.groupLimit))
            waiting.removeFirst(group.count)
            do {
                let answers = try await write(group.map(\.order))
                for (member, answer) in zip(group, answers) { member.continuation.resume(returning: answer) }
            } catch {
                for member in group { member.continuation.resume(throwing: error) }
            }
        }
        isWriting = false
    }
}

/// One create as it was received: what it asks for, and what the journal keeps of how it came.
struct CreateOrder: Sendable {
    let customerID: String?
    let message: String?
    let receivedAt: WallTime
    let peer: String?
    let idempotencyKey: String?
}
