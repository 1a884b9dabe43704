import Synchronization

/// What a process has learnt of assigning, for all lanes together.
///
/// The documentation does not settle whose id it takes (its examples show a user's and a membership's), so the first
/// assignment is read back; and a lookup that is wrong for five conversations is wrong.
final class AssignmentRecord: Sendable {
    static let mostRefused = 5

    private struct State {
        var isProven = false
        var hasAccepted = false
        var refused = 0
    }

    private let state = Mutex(State())

    /// Enters an assignment that was accepted; returns whether it is the one to be read back.
    func accepted() -> Bool {
        state.withLock { state in
            defer { state.isProven = true }
            state.hasAccepted = true
            return !state.isProven
        }
    }

    /// The error to stop with, when refusals say more of the plan than of a conversation.
    func refused(words: String) -> APIError? {
        state.withLock { state in
            state.refused += 1
            guard state.refused >= Self.mostRefused, !state.hasAccepted else { return nil }
            return .assigneesRefused(count: state.refused, words: words)
        }
    }
}
