import GRDB
import ImportCore
import Synchronization

/// Makes changes durable, those of concurrent callers in one transaction: one fsync for all who waited while the one
/// before it was running.
///
/// Every caller puts its change in a list, and the first one there has the whole list committed by a block on the
/// database's own queue. Before that it lets those run who are ready to, as answers come together, and the lanes that
/// got them are about to ask for the same; and where a commit is under way, those whom it sets going. Nothing waits for
/// anybody who is not ready, and no clock is looked at.
///
/// The first failure is the last word. A kernel that fails an fsync may forget what it could not write and call the
/// next one a success, so nothing is tried again: all who shared the commit fail, and all who come later.
final class GroupCommit: Sendable {
    private struct State: Sendable {
        var waiting: [Change] = []
        var isCommitting = false
        /// The first of those who wait, while a commit is under way.
        var leader: CheckedContinuation<Bool, Never>?
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

    /// The change has its place among the others before this suspends for the first time.
    ///
    /// Not GRDB's `async` writes: a cancelled caller would interrupt the transaction of all who share it.
    func commit(_ change: Change) async throws {
        let (isFirst, failure) = state.withLock { state in
            if state.failure == nil { state.waiting.append(change) }
            return (state.waiting.count == 1, state.failure)
        }
        if let failure { throw failure }
        if isFirst { await lead() }
        try await change.outcome()
    }

    /// Has the list committed. Not on the caller's actor: to yield there lets nobody run but those who wait for the actor.
    @concurrent
    private func lead() async {
        await Task.yield()
        let hasWaited = await withCheckedContinuation { turn in
            let isFree = state.withLock { state in
                if state.isCommitting { state.leader = turn }
                defer { state.isCommitting = true }
                return !state.isCommitting
            }
            if isFree { turn.resume(returning: false) }
        }
        if hasWaited { await Task.yield() }
        database.asyncWriteWithoutTransaction { db in
            self.commitWaiting(db)
            self.passOn()
        }
    }

    /// Lets the next in, behind those whom this commit has set going.
    private func passOn() {
        let next = state.withLock { state in
            defer { state.leader = nil }
            state.isCommitting = state.leader != nil
            return state.leader
        }
        next?.resume(returning: true)
    }

    private func commitWaiting(_ db: Database) {
        let (group, blocksInPlace) = state.withLock { state in
            defer { state.waiting = [] }
            return (state.waiting, state.blocksInPlace)
        }
        guard !group.isEmpty else { return }
        let blocks: [[String]]
        do {
            blocks = try write(group, db, blocksInPlace: blocksInPlace)
        } catch {
            let failure = fail(error)
            for change in group { change.end(.failure(failure)) }
            return
        }
        state.withLock { state in
            state.blocksInPlace = blocks
            state.rowsInLog += group.reduce(Self.rowsOfATransaction) { $0 + $1.entries.count }
        }
        for change in group { change.end(.success(())) }
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
        for change in later { change.end(.failure(failure)) }
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
