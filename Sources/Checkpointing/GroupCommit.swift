import GRDB
import ImportCore
import Synchronization

/// What one caller wants to be durable.
struct Change: Sendable {
    var entries: [AttemptEntry] = []
    var binding: EncodedBinding?
    var progress: EncodedProgress?
    var spending: MessageSpending?
    var process: EncodedProcess?
}

/// Makes changes durable, those of concurrent callers in one transaction: one fsync for all who waited while the one
/// before it was running.
///
/// Every caller puts its change in a list, and the first one there puts a block on the database's own queue, which takes
/// the whole list. So nothing waits for a full group.
///
/// The first failure is the last word. A kernel that fails an fsync may forget what it could not write and call the
/// next one a success, so nothing is tried again: all who shared the commit fail, and all who come later.
final class GroupCommit: Sendable {
    private struct Waiting: Sendable {
        let change: Change
        let done: CheckedContinuation<Void, any Error>
    }

    private struct State: Sendable {
        var waiting: [Waiting] = []
        var failure: CheckpointError?
        /// Rows written since the log was last copied into the file.
        var rowsInLog = 0
        var blocksInPlace: [[String]]
    }

    /// After about 4 MB of log, SQLite's own measure (1,000 pages), its pages are copied into the file, so that the
    /// log starts again from its beginning and stays small. A transaction counts as many rows as its pages are worth.
    private static let rowsBetweenCopies = 16_384
    private static let rowsOfATransaction = 64

    private let database: DatabaseQueue
    private let path: String
    private let state: Mutex<State>

    init(_ database: DatabaseQueue, path: String, blocksInPlace: [[String]]) {
        self.database = database
        self.path = path
        state = Mutex(State(blocksInPlace: blocksInPlace))
    }

    var failure: CheckpointError? { state.withLock { $0.failure } }

    /// Not GRDB's `async` writes: a cancelled caller would interrupt the transaction of all who share it.
    func commit(_ change: Change) async throws {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            let (isFirst, failure) = state.withLock { state in
                if state.failure == nil { state.waiting.append(Waiting(change: change, done: done)) }
                return (state.waiting.count == 1, state.failure)
            }
            if let failure {
                done.resume(throwing: failure)
            } else if isFirst {
                database.asyncWriteWithoutTransaction { self.commitWaiting($0) }
            }
        }
    }

    private func commitWaiting(_ db: Database) {
        let (group, blocksInPlace) = state.withLock { state in
            defer { state.waiting = [] }
            return (state.waiting, state.blocksInPlace)
        }
        guard !group.isEmpty else { return }
        let blocks: [[String]]
        do {
            blocks = try write(group.map(\.change), db, blocksInPlace: blocksInPlace)
        } catch {
            let failure = fail(error)
            for waiting in group { waiting.done.resume(throwing: failure) }
            return
        }
        state.withLock { state in
            state.blocksInPlace = blocks
            state.rowsInLog += group.reduce(Self.rowsOfATransaction) { $0 + $1.change.entries.count }
        }
        for waiting in group { waiting.done.resume() }
        do {
            try copyLog(db)
        } catch {
            fail(error)
        }
    }

    /// Remembers the failure, and tells those who wait for a later commit.
    ///
    /// The connection is never closed then: on closing, SQLite would copy the log, and so fsync the very files whose
    /// fsync failed. The process is about to end; the next one recovers the log.
    @discardableResult
    private func fail(_ error: any Error) -> CheckpointError {
        _ = Unmanaged.passRetained(database)
        let failure = CheckpointError(error, path: path)
        let later = state.withLock { state in
            defer { state.waiting = [] }
            state.failure = failure
            return state.waiting
        }
        for waiting in later { waiting.done.resume(throwing: failure) }
        return failure
    }

    private func write(_ changes: [Change], _ db: Database, blocksInPlace: [[String]]) throws -> [[String]] {
        var blocks = blocksInPlace
        try BoundStatement(db, "BEGIN IMMEDIATE").run()
        do {
            let attempts = try AttemptWriter(db)
            let documents = DocumentTable(db: db)
            for change in changes {
                for entry in change.entries { try attempts.write(entry) }
                if let process = change.process { try ProcessTable(db: db).write(process) }
            }
            // Of a document only the last state can be read again.
            if let binding = changes.last(where: { $0.binding != nil })?.binding { try documents.write(binding) }
            if let progress = changes.last(where: { $0.progress != nil })?.progress {
                blocks = try documents.write(progress, blocksInPlace: blocks)
            }
            if let spending = changes.last(where: { $0.spending != nil })?.spending { try documents.write(spending) }
            try BoundStatement(db, "COMMIT").run()
        } catch {
            // SQLite may have rolled back by itself. The first error is the one that counts.
            if db.isInsideTransaction { try? db.rollback() }
            throw error
        }
        return blocks
    }

    /// Done by ourselves after the callers have gone on, because SQLite's automatic copying ignores its errors.
    private func copyLog(_ db: Database) throws {
        guard state.withLock({ $0.rowsInLog >= Self.rowsBetweenCopies }) else { return }
        do {
            try db.checkpoint(.passive)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            return  // Somebody reads; the next commit tries again.
        }
        state.withLock { $0.rowsInLog = 0 }
    }
}
