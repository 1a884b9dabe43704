import Checkpointing
import ImportCore
import Synchronization
import Testing

/// A checkpoint whose process dies after so many commits: nothing is durable from then on. And every progress that is
/// committed is looked at: its books must balance.
final class MortalCheckpoint: Checkpoint {
    struct Death: Error {}

    let file: CheckpointFile
    private let commitsLeft: Mutex<Int?>

    init(_ file: CheckpointFile, commits: Int?) {
        self.file = file
        commitsLeft = Mutex(commits)
    }

    func commit(_ entries: [AttemptEntry], progress: RunProgress?, spending: MessageSpending?) async throws {
        let isDead = commitsLeft.withLock { left in
            guard let count = left else { return false }
            left = max(count - 1, 0)
            return count == 0
        }
        if isDead { throw Death() }
        if let progress { #expect(progress.books.balance, "\(progress.books)") }
        try await file.commit(entries, progress: progress, spending: spending)
    }

    func binding() async throws -> CheckpointBinding? { try await file.binding() }
    func bind(_ binding: CheckpointBinding) async throws { try await file.bind(binding) }
    func progress() async throws -> RunProgress? { try await file.progress() }
    func messageSpending() async throws -> MessageSpending { try await file.messageSpending() }
    func entry(for record: RecordID, step: Step) async throws -> AttemptEntry? {
        try await file.entry(for: record, step: step)
    }
    func entries(after record: RecordID?, limit: Int) async throws -> [AttemptEntry] {
        try await file.entries(after: record, limit: limit)
    }
    func lastRecord() async throws -> RecordID? { try await file.lastRecord() }
    func unsettled() async throws -> [AttemptEntry] { try await file.unsettled() }
    func pendingSteps() async throws -> [AttemptEntry] { try await file.pendingSteps() }
    func refusedSteps() async throws -> [AttemptEntry] { try await file.refusedSteps() }
    func stepFigures() async throws -> Books.Steps { try await file.stepFigures() }
    func entries(in states: Set<AttemptState>) async throws -> [AttemptEntry] { try await file.entries(in: states) }
    func remoteIDs(startedSince moment: Int64) async throws -> Set<String> {
        try await file.remoteIDs(startedSince: moment)
    }
    func close() async throws { try await file.close() }
}
