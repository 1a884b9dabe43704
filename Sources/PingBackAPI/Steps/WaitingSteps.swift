import ImportCore
import Synchronization

/// Steps that wait for a lane: those of one conversation together.
final class WaitingSteps: Sendable {
    private let conversations: Mutex<ArraySlice<[AttemptEntry]>>

    /// `steps` stand in record order.
    init(_ steps: [AttemptEntry]) {
        var conversations: [[AttemptEntry]] = []
        for step in steps {
            if conversations.last?.last?.record == step.record {
                conversations[conversations.count - 1].append(step)
            } else {
                conversations.append([step])
            }
        }
        self.conversations = Mutex(conversations[...])
    }

    /// Those of the next conversation; nil when none is left.
    func next() -> [AttemptEntry]? { conversations.withLock { $0.popFirst() } }
}
