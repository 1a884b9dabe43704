import ImportCore

/// What a plan's runs did to a conversation after they created it: what it looks like where nobody else did anything.
struct OwnSteps: Sendable {
    let assign: AttemptEntry?
    let resolve: AttemptEntry?
    let close: AttemptEntry?
    /// Milliseconds since 1970.
    let runStart: Int64

    /// The status that our last step left; conversations are created open.
    var status: ConversationStatus {
        let endings: [(AttemptEntry?, ConversationStatus)] = [(resolve, .resolved), (close, .closed)]
        let done = endings.filter { $0.0?.state == .done }
        return done.max { ($0.0?.startedAt ?? 0) < ($1.0?.startedAt ?? 0) }?.1 ?? .open
    }

    var hasAssigned: Bool { assign?.state == .done }

    /// Whether it was this plan that assigned a conversation to somebody, whichever of its processes; nil where the
    /// checkpoint does not say, as those from before it was kept.
    func hasAssigned(_ assignee: String?, to conversation: String?) -> Bool? {
        guard hasAssigned, let known = assign?.remoteID, known != conversation else { return nil }
        return known.lowercased() == assignee?.lowercased()
    }

    func entry(_ step: Step) -> AttemptEntry? {
        switch step {
        case .create: nil
        case .assign: assign
        case .resolve: resolve
        case .close: close
        }
    }

    /// Whether this run has done it already.
    func isDoneInThisRun(_ step: Step) -> Bool {
        entry(step).map { $0.state == .done && $0.startedAt >= runStart } ?? false
    }
}
