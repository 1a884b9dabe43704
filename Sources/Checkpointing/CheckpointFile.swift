import Dispatch
import GRDB
package import ImportCore
import Synchronization

/// The checkpoint as one SQLite file, which a person can open with any SQLite tool.
///
/// What is promised: when `commit` returns, its entries survive a kill and a power cut; a file that was cut, altered,
/// emptied or belongs to somebody else is refused, on opening or at the row that is not what was written, so it never
/// leads to a request.
/// That rests on one thing a disk must do: keep what it said it had written. SQLite reads its write-ahead log up to
/// the first frame that is not whole, which after a crash is what was never promised; it cannot know that somebody
/// cut off a whole frame.
///
/// All work runs on GRDB's own queue, through its blocks: never on the cooperative pool, and never undone because the
/// task that asked for it was cancelled.
package final class CheckpointFile: Checkpoint {
    package let path: String
    private let database: DatabaseQueue
    private let commits: GroupCommit
    /// Held as long as the file is open for writing; nil for a reader.
    private let lock: RunLock?

    private init(_ opened: CheckpointOpening.Opened, path: String, lock: RunLock?) {
        self.path = path
        self.lock = lock
        database = opened.database
        commits = GroupCommit(opened.database, path: path, blocksInPlace: opened.blocksInPlace)
    }

    /// Opens the checkpoint that `lock` guards, and creates it where there is none.
    package static func open(holding lock: RunLock) async throws -> CheckpointFile {
        let path = lock.checkpointPath
        let opened = try await CheckpointOpening.open(path, forWriting: true)
        return CheckpointFile(opened, path: path, lock: lock)
    }

    /// Opens a checkpoint to be read only, while another process may be writing it.
    package static func openForReading(_ path: String) async throws -> CheckpointFile {
        let opened = try await CheckpointOpening.open(path, forWriting: false)
        return CheckpointFile(opened, path: path, lock: nil)
    }

    package func binding() async throws -> CheckpointBinding? {
        try await read { try DocumentTable(db: $0).binding() }
    }

    package func bind(_ binding: CheckpointBinding) async throws {
        try await write(Change(binding: try EncodedBinding(binding)))
    }

    package func progress() async throws -> RunProgress? {
        try await read { try DocumentTable(db: $0).progress() }
    }

    package func messageSpending() async throws -> MessageSpending {
        try await read { try DocumentTable(db: $0).messageSpending() }
    }

    package func entry(for record: RecordID, step: Step) async throws -> AttemptEntry? {
        try await read { try AttemptTable(db: $0).entry(for: record, step: step) }
    }

    package func entries(after record: RecordID?, limit: Int) async throws -> [AttemptEntry] {
        precondition(limit > 0, "a page of entries holds at least one")
        return try await read { try AttemptTable(db: $0).entries(after: record, limit: limit) }
    }

    package func lastRecord() async throws -> RecordID? { try await read { try AttemptTable(db: $0).lastRecord() } }

    package func unsettled() async throws -> [AttemptEntry] {
        try await read { try AttemptTable(db: $0).unsettled() }
    }

    package func pendingSteps() async throws -> [AttemptEntry] {
        try await read { try AttemptTable(db: $0).pendingSteps() }
    }

    package func refusedSteps() async throws -> [AttemptEntry] {
        try await read { try AttemptTable(db: $0).refusedSteps() }
    }

    package func stepFigures() async throws -> Books.Steps {
        try await read { try AttemptTable(db: $0).stepFigures() }
    }

    package func entries(in states: Set<AttemptState>) async throws -> [AttemptEntry] {
        try await read { try AttemptTable(db: $0).entries(in: states) }
    }

    package func remoteIDs(startedSince moment: Int64) async throws -> Set<String> {
        try await read { try AttemptTable(db: $0).remoteIDs(startedSince: moment) }
    }

    package func commit(
        _ entries: [AttemptEntry], progress: RunProgress?, spending: MessageSpending?
    ) async throws {
        try await write(
            Change(entries: entries, progress: try progress.map { try EncodedProgress($0) }, spending: spending))
    }

    /// How many conversations were sent in all and of late, and when: what a pace is reckoned from.
    ///
    /// - Parameter moment: since when "of late" is, in milliseconds since 1970.
    package func sendingPace(since moment: Int64) async throws -> SendingPace {
        try await read { db in
            try AttemptTable(db: db).sendingPace(since: moment, progress: DocumentTable(db: db).progress())
        }
    }

    /// Closes the file, unless a commit failed, and releases the lock after it.
    package func close() async throws { try await close(keepingLock: false) }

    package func close(keepingLock: Bool) async throws {
        if commits.failure == nil {
            try await CheckpointOpening.offThePool { [database, path] in
                do { try database.close() } catch { throw CheckpointError(error, path: path) }
            }
        }
        if !keepingLock { lock?.release() }
    }

    func write(_ change: Change) async throws {
        precondition(lock != nil, "a checkpoint opened for reading is not written")
        try await commits.commit(change)
    }

    /// Runs `work` on the database's queue, whatever becomes of the task that asked.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { [path] (done: CheckedContinuation<Value, any Error>) in
            database.asyncWriteWithoutTransaction { db in
                done.resume(with: Result { try work(db) }.mapError { CheckpointError($0, path: path) })
            }
        }
    }

    /// Runs what is neither a commit nor a read, and is no part of either: only in a process that does nothing else.
    func alone<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        precondition(lock != nil, "a checkpoint opened for reading is not written")
        return try await read(work)
    }

    /// What SQLite says of one of its settings.
    func pragma(_ setting: String) async throws -> String? {
        try await read { try String.fetchOne($0, sql: "PRAGMA \(setting)") }
    }
}
