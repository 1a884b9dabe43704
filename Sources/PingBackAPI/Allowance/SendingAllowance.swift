import ImportCore

/// What the plan allows to be sent, and when: asked before every conversation.
struct SendingAllowance: Sendable {
    private let window: SendingWindow?
    private let budget: Int?
    private let journal: any Journal
    private let serverClock: ServerClock
    /// The wall clock, in milliseconds since 1970: the window is a matter of what clocks on walls show.
    private let wallClock: @Sendable () -> Int64

    init(
        _ options: APIOptions, journal: any Journal, serverClock: ServerClock,
        wallClock: @escaping @Sendable () -> Int64
    ) {
        window = SendingWindow(options.window)
        budget = options.messageBudget
        self.journal = journal
        self.serverClock = serverClock
        self.wallClock = wallClock
    }

    /// Why a conversation may not be sent now; nil where it may, and its message is promised to it.
    func hold(on conversation: Conversation) async -> SendingHold? {
        if let hold = windowHold { return hold }
        guard conversation.withBytes(.initialMessage, { _ in }) != nil else { return nil }
        let month = CalendarMonth(milliseconds: serverMilliseconds)
        return switch await journal.promiseMessage(of: conversation.id, in: month, budget: budget) {
        case .given: nil
        case .undecided: .answers
        case .usedUp: .budget(total: budget ?? 0, month: month)
        }
    }

    /// Why nothing may be sent now, whatever it is; nil where it may.
    var windowHold: SendingHold? {
        guard let window else { return nil }
        let now = Int(wallClock() / 1000)
        guard !window.isOpen(at: now) else { return nil }
        let opening = window.change(after: now)
        return .window(opening: opening, zone: window.zone(at: opening ?? now), now: now)
    }

    /// How long a hold will last, in seconds, by the clock that it goes by; zero where it is over.
    func secondsLeft(of hold: SendingHold) -> Double {
        switch hold {
        case .answers: return 0
        // Asked anew: the clock may have been set meanwhile.
        case .window:
            guard case .window(let opening, _, let now)? = windowHold else { return 0 }
            return opening.map { Double($0 - now) } ?? .infinity
        case .budget(_, let month):
            return max(Double(month.next.start) - Double(serverMilliseconds) / 1000, 0)
        }
    }

    private var serverMilliseconds: Int64 { serverClock.milliseconds ?? wallClock() }
}
