import ImportCore
import Synchronization

/// What one caller wants to be durable, and what became of it.
final class Change: Sendable {
    let entries: [AttemptEntry]
    let binding: EncodedBinding?
    let progress: EncodedProgress?
    let spending: MessageSpending?
    let process: EncodedProcess?

    private enum State {
        case open
        /// The caller waits.
        case awaited(CheckedContinuation<Void, any Error>)
        case ended(Result<Void, CheckpointError>)
    }

    private let state = Mutex(State.open)

    init(
        entries: [AttemptEntry] = [], binding: EncodedBinding? = nil, progress: EncodedProgress? = nil,
        spending: MessageSpending? = nil, process: EncodedProcess? = nil
    ) {
        self.entries = entries
        self.binding = binding
        self.progress = progress
        self.spending = spending
        self.process = process
    }

    /// Says what became of it: once.
    func end(_ result: Result<Void, CheckpointError>) {
        let caller = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            defer { state = .ended(result) }
            if case .awaited(let caller) = state { return caller }
            return nil
        }
        caller?.resume(with: result.mapError { $0 })
    }

    /// Returns when it is durable. Asked once.
    func outcome() async throws {
        try await withCheckedThrowingContinuation { (caller: CheckedContinuation<Void, any Error>) in
            let result = state.withLock { state -> Result<Void, CheckpointError>? in
                if case .ended(let result) = state { return result }
                state = .awaited(caller)
                return nil
            }
            if let result { caller.resume(with: result.mapError { $0 }) }
        }
    }
}
