import Checkpointing
import ImportCore
import Synchronization

/// What a person sees while something is taken back, and the list of what is left alone.
final class UndoTalk: UndoObserver {
    private let talk: StepTalk
    private let total: Int
    private let list: AtomicFile?
    private let beforeDeleting: @Sendable () async throws -> Void

    /// - Parameters:
    ///   - total: rows of the ledger.
    ///   - list: where what is left alone is listed; nil for nowhere.
    init(
        _ talk: StepTalk, total: Int, list: AtomicFile?, beforeDeleting: @escaping @Sendable () async throws -> Void
    ) {
        self.talk = talk
        self.total = total
        self.list = list
        self.beforeDeleting = beforeDeleting
    }

    func willDelete() async throws { try await beforeDeleting() }

    func left(_ left: [LeftAlone]) async throws {
        guard let list else { return }
        var lines = JSONText()
        for left in left {
            lines.beginObject()
            for (key, value) in [
                ("kind", left.kind.rawValue), ("id", left.id), ("key", left.key), ("reason", left.reason.name),
                ("message", left.reason.words),
            ] {
                lines.key(key)
                if let value { lines.string(value) } else { lines.null() }
            }
            lines.endObject()
            lines.endLine()
        }
        try await list.append(lines.bytes)
    }

    func progressed(_ figures: UndoFigures) {
        talk.progressed("\(Figures.grouped(figures.seen)) of \(Figures.grouped(total)) looked at")
    }

    func noted(_ event: DestinationEvent) { talk.noted(event) }
}

/// A line that moves on a terminal, and now and then one in a log, for work that reads no source.
final class StepTalk: Sendable {
    private static let drawing = Duration.milliseconds(100)
    private static let logging = Duration.seconds(30)

    private let console: Console
    private let showsProgress: Bool
    private let state = Mutex((lastSaid: ContinuousClock.now, isLineOpen: false))

    init(console: Console, showsProgress: Bool) {
        self.console = console
        self.showsProgress = showsProgress
    }

    func progressed(_ text: String) {
        let now = ContinuousClock.now
        let isDue = state.withLock { state in
            guard state.lastSaid.duration(to: now) >= (showsProgress ? Self.drawing : Self.logging) else {
                return false
            }
            state.lastSaid = now
            state.isLineOpen = showsProgress
            return true
        }
        guard isDue else { return }
        if showsProgress {
            Console.progress("\r\u{1B}[K" + text)
        } else if !Console.isTerminal {
            console.say(text)
        }
    }

    func noted(_ event: DestinationEvent) {
        clearLine()
        switch event {
        case .waiting(let reason, _): console.say("waiting for the server: \(reason)")
        case .resumed: console.say("the server answers again")
        case .settling(let doubts, let seconds):
            guard seconds >= 1 else { break }
            console.say("looking up \(Figures.counted(doubts, "request")) in \(Figures.duration(seconds))")
        case .step(let words): console.say(words)
        case .holding, .goingOn, .remark: break
        }
    }

    func clearLine() {
        let isOpen = state.withLock { state in
            defer { state.isLineOpen = false }
            return state.isLineOpen
        }
        if isOpen { Console.progress("\r\u{1B}[K") }
    }
}
