import ImportCore
import Synchronization

/// Hands the feed's conversations to the lanes: those of one customer in the order of the file and never two at once,
/// all others as they come.
///
/// A conversation whose customer is being written to is held back, and the feed is read on for others, up to a bound.
/// Nobody starves: whoever ends a customer's conversation takes the next one of theirs, before anything younger. Without
/// a customer there is nothing to keep in order.
final class CustomerOrder: Sendable {
    /// A conversation handed out, and whose it is; ids compare without case.
    struct Turn: Sendable {
        var pending: PendingConversation
        let customer: String?
    }

    /// So many are taken from the feed at once: with one call for each, the feed would be asked more often than the
    /// server.
    static let gulp = 32
    /// So many are held back at most; as many as a run keeps waiting anyway. They bound what is read ahead.
    static let mostHeld = 256

    fileprivate struct State {
        /// Taken from the feed, and not looked at yet.
        var taken: ArraySlice<PendingConversation> = []
        /// Whose customers were being written to, oldest first.
        var held: [String: ArraySlice<Turn>] = [:]
        var heldCount = 0
        /// The customers of whom nothing is under way, but something held.
        var free: ArraySlice<String> = []
        var busy: Set<String> = []
        var isPulling = false
        var isAtEnd = false
        var isClosed = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    fileprivate enum Step {
        case give(Turn?)
        case pull
        /// Another lane is reading the feed, or too many are held back.
        case wait
    }

    private let feed: any ConversationFeed
    private let state = Mutex(State())

    init(_ feed: any ConversationFeed) { self.feed = feed }

    /// The next conversation if there is one at hand. Nobody waits here, so an outcome may be held meanwhile.
    func nextIfReady() async throws -> Turn? {
        while true {
            switch state.withLock({ $0.step() }) {
            case .give(let turn): return turn
            case .wait: return nil
            case .pull:
                let pulled = try await pull { try await feed.nextIfReady(atMost: Self.gulp) }
                if pulled.isEmpty { return nil }
            }
        }
    }

    /// The next conversation; nil when there is none for this lane any more.
    func next() async throws -> Turn? {
        while true {
            switch state.withLock({ $0.step() }) {
            case .give(let turn):
                // What woke this lane may be good for another, too.
                wakeOne()
                return turn
            case .wait: await waitForChange()
            case .pull:
                let pulled = try await pull { try await feed.next(atMost: Self.gulp) }
                if pulled.isEmpty { end() }
            }
        }
    }

    /// The conversation has its outcome: another one of the customer may follow.
    func finished(_ customer: String?) {
        guard let customer else { return }
        state.withLock { state in
            state.busy.remove(customer)
            if state.held[customer] != nil { state.free.append(customer) }
            return state.takeWaiting()
        }?.resume()
    }

    /// Nothing more is handed out: what is held was not sent.
    func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            state.taken = []
            state.held = [:]
            state.heldCount = 0
            state.free = []
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    private func pull(_ read: () async throws -> [PendingConversation]) async throws -> [PendingConversation] {
        let result: Result<[PendingConversation], any Error>
        do { result = .success(try await read()) } catch { result = .failure(error) }
        let waiting = state.withLock { state in
            state.isPulling = false
            if case .success(let pulled) = result, !state.isClosed { state.taken += pulled }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
        return try result.get()
    }

    private func end() { state.withLock { $0.isAtEnd = true } }

    private func wakeOne() { state.withLock { $0.takeWaiting() }?.resume() }

    private func waitForChange() async {
        await withCheckedContinuation { continuation in
            // What changed between looking and waiting is seen here, under the same lock as the change.
            let waits = state.withLock { state in
                guard state.mustWait else { return false }
                state.waiting.append(continuation)
                return true
            }
            if !waits { continuation.resume() }
        }
    }
}

extension CustomerOrder.State {
    fileprivate var isFull: Bool { heldCount >= CustomerOrder.mostHeld }

    fileprivate var mustWait: Bool {
        !isClosed && free.isEmpty && (isPulling && taken.isEmpty || isFull)
    }

    fileprivate mutating func step() -> CustomerOrder.Step {
        if isClosed { return .give(nil) }
        if let turn = takeFree() { return .give(turn) }
        while !isFull, let pending = taken.popFirst() {
            let turn = CustomerOrder.Turn(
                pending: pending, customer: pending.conversation.text(.customerID)?.lowercased())
            guard let customer = turn.customer else { return .give(turn) }
            // Whose turn is held comes before: nothing of a customer overtakes.
            if held[customer] == nil, busy.insert(customer).inserted { return .give(turn) }
            held[customer, default: []].append(turn)
            heldCount += 1
        }
        if isFull { return .wait }
        if isAtEnd { return .give(nil) }
        if isPulling { return .wait }
        isPulling = true
        return .pull
    }

    private mutating func takeFree() -> CustomerOrder.Turn? {
        guard let customer = free.popFirst(), let turn = held[customer]?.popFirst() else { return nil }
        if held[customer]?.isEmpty ?? true { held[customer] = nil }
        heldCount -= 1
        busy.insert(customer)
        return turn
    }

    fileprivate mutating func takeWaiting() -> CheckedContinuation<Void, Never>? {
        waiting.isEmpty ? nil : waiting.removeFirst()
    }
}
