package import ImportCore

/// Closes what a run opened: PingBack documents no request that deletes a conversation or a message.
///
/// What somebody wrote into since, or ended already, stays as it is.
package struct Closing: Undoing {
    private let destination: APIDestination
    /// The run's conversations that it has not closed.
    private let opened: [AttemptEntry]
    /// Makes a step that was taken durable.
    private let record: @Sendable ([AttemptEntry]) async throws -> Void

    /// So many conversations are looked at before the next are begun: a stop comes between two of these.
    private static let group = 256

    package init(
        _ destination: APIDestination, opened: [AttemptEntry],
        record: @escaping @Sendable ([AttemptEntry]) async throws -> Void
    ) {
        self.destination = destination
        self.opened = opened
        self.record = record
    }

    package func prepareToUndo() async throws -> UndoExtent {
        UndoExtent(
            destination: try await destination.prepare(), conversations: opened.count, customers: 0, deed: .close,
            notices: [
                "PingBack's API deletes nothing: what was created stays, and what can be done is to close it"
            ])
    }

    package func undo(
        isDryRun: Bool, control: RunControl, observer: any UndoObserver
    ) async throws -> UndoFigures {
        if !isDryRun { try await observer.willDelete() }
        var figures = UndoFigures()
        let reader = destination.reader { observer.noted($0) }
        var rest = opened[...]
        while !rest.isEmpty, control.stopReason == nil {
            let group = Array(rest.prefix(Self.group))
            rest = rest.dropFirst(Self.group)
            let states = try await sideBySide(group, width: destination.width) { entry in
                try await state(of: entry, reader: reader)
            }
            var left: [LeftAlone] = []
            var closing: [AttemptEntry] = []
            for (entry, state) in zip(group, states) {
                switch state {
                case .untouched: closing.append(entry)
                case .gone: figures.gone += 1
                case .left(let reason):
                    figures.leftConversations += 1
                    left.append(LeftAlone(.conversation, id: entry.remoteID ?? "", reason: reason))
                }
            }
            if !left.isEmpty { try await observer.left(left) }
            if isDryRun {
                figures.conversations += closing.count
            } else {
                let results = try await close(closing, control: control, observer: observer)
                figures.conversations += results.closed
                figures.leftConversations += results.refused.count
                if !results.refused.isEmpty { try await observer.left(results.refused) }
            }
            observer.progressed(figures)
        }
        return figures
    }

    private enum State: Sendable {
        case untouched
        case gone
        case left(LeftAlone.Reason)
    }

    private func state(of entry: AttemptEntry, reader: ConversationReader) async throws -> State {
        guard let id = entry.remoteID, let shown = try await reader.conversation(id)
        else { return .gone }
        let messages = shown.messages ?? []
        if messages.count > 1 || messages.contains(where: { $0.senderType != "agent" }) { return .left(.answered) }
        // Resolved by the run itself, it may still be closed.
        return shown.status == "open" || shown.status == "resolved" ? .untouched : .left(.changed)
    }

    private func close(
        _ entries: [AttemptEntry], control: RunControl, observer: any UndoObserver
    ) async throws -> (closed: Int, refused: [LeftAlone]) {
        let journal = ClosingJournal(record: record, observer: observer)
        let steps = entries.map { entry in
            AttemptEntry(
                record: entry.record, step: .close, state: .intent, attempt: 1, keyFingerprint: entry.keyFingerprint,
                remoteID: entry.remoteID, startedAt: WallClock.milliseconds())
        }
        try await destination.take(steps, control: control, journal: journal)
        let settled = await journal.settled
        let refused = settled.filter { $0.state == .refused }.map { entry in
            LeftAlone(
                .conversation, id: entry.remoteID ?? "", reason: .refused(entry.detail ?? "the server refuses it"))
        }
        return (settled.count - refused.count, refused)
    }
}

/// Keeps what became of the steps, and hands it on.
private actor ClosingJournal: Journal {
    private(set) var settled: [AttemptEntry] = []
    private let write: @Sendable ([AttemptEntry]) async throws -> Void
    private let observer: any UndoObserver

    init(record: @escaping @Sendable ([AttemptEntry]) async throws -> Void, observer: any UndoObserver) {
        write = record
        self.observer = observer
    }

    func record(_ entries: [AttemptEntry]) async throws {
        // What was only to be done is none of the run's steps: nobody but this command asked for it.
        let done = entries.filter { $0.state == .done || $0.state == .refused }
        guard !done.isEmpty else { return }
        try await write(done)
        settled += done
    }

    func note(_ event: DestinationEvent) { observer.noted(event) }
}
