import GRDB
import ImportCore

/// Writes the steps of records as rows, those of one transaction.
///
/// An intent is stored with sixteen zero bytes where the id will stand. So settling it rewrites the row in place:
/// without them every row would grow, and the pages split and stay half empty.
///
/// What only some states need stands in a table beside (`unsettled`, `refused`), and never in both. So a row that is new
/// has nothing there, and one that left the first is not in the second: each request costs four statements, two for its
/// intent and two for its outcome.
struct AttemptWriter {
    private let insert: BoundStatement
    private let update: BoundStatement
    private let insertUnsettled: BoundStatement
    private let deleteUnsettled: BoundStatement
    private let db: Database

    init(_ db: Database) throws {
        self.db = db
        insert = try BoundStatement(db, Self.insertion)
        update = try BoundStatement(db, Self.settling)
        insertUnsettled = try BoundStatement(db, Self.unsettledInsertion)
        deleteUnsettled = try BoundStatement(db, "DELETE FROM unsettled WHERE id = ?")
    }

    private static let insertion = """
        INSERT INTO attempt (id, state, number, key, remote_id, started_at, seal) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO NOTHING
        """
    private static let settling = """
        UPDATE attempt SET state = ?2, number = ?3, key = ?4, remote_id = ?5, started_at = ?6, seal = ?7 WHERE id = ?1
        """
    private static let unsettledInsertion = """
        INSERT OR REPLACE INTO unsettled (id, has_content, message_digest, customer_id, code, detail, reference_digest,
            assignee_id, ending) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    private static let refusedInsertion = """
        INSERT OR REPLACE INTO refused (id, has_content, message_digest, customer_id, code, detail, reference_digest,
            messages) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """

    /// Adds the row of a step, or puts it in the place of the earlier one.
    func write(_ entry: AttemptEntry) throws {
        let id = AttemptTable.id(entry.record, entry.step)
        let kept = entry.asKept
        let isNew = try writeRow(kept, id: id)
        switch kept.state.side {
        case .unsettled:
            if !isNew { try deleteRefused(id) }
            insertUnsettled.bind(id, at: 1)
            bindContent(of: kept, to: insertUnsettled)
            insertUnsettled.bind(kept.content?.later.assigneeID, at: 8)
            insertUnsettled.bind((kept.content?.later.ending?.rawValue).map { Int64($0) }, at: 9)
            try insertUnsettled.run()
        case .refused:
            if !isNew { try leaveUnsettled(id) }
            let insertRefused = try BoundStatement(db, Self.refusedInsertion)
            insertRefused.bind(id, at: 1)
            bindContent(of: kept, to: insertRefused)
            insertRefused.bind(Int64(kept.messages), at: 8)
            try insertRefused.run()
        case nil:
            if !isNew, try !leaveUnsettled(id) { try deleteRefused(id) }
        }
    }

    /// - Returns: whether there was no row of this step yet.
    private func writeRow(_ entry: AttemptEntry, id: Int64) throws -> Bool {
        // An intent is usually the first word on a record, and all else a later one.
        if entry.state == .intent {
            if try run(insert, entry, id: id) { return true }
            _ = try run(update, entry, id: id)
            return false
        }
        if try run(update, entry, id: id) { return false }
        return try run(insert, entry, id: id)
    }

    private func run(_ statement: BoundStatement, _ entry: AttemptEntry, id: Int64) throws -> Bool {
        statement.bind(id, at: 1)
        statement.bind(Int64(entry.state.rawValue), at: 2)
        statement.bind(Int64(entry.attempt), at: 3)
        statement.bind(Int64(bitPattern: entry.keyFingerprint), at: 4)
        switch RemoteID(entry.remoteID) {
        case .bytes(let bytes): statement.bind(bytes, at: 5)
        case .text(let text): statement.bind(text, at: 5)
        }
        statement.bind(entry.startedAt, at: 6)
        statement.bind(entry.seal(id: id), at: 7)
        return try statement.run() > 0
    }

    private func bindContent(of entry: AttemptEntry, to statement: BoundStatement) {
        statement.bind(entry.content == nil ? 0 : 1, at: 2)
        statement.bind(entry.content?.messageDigest, at: 3)
        statement.bind(entry.content?.customerID, at: 4)
        statement.bind(entry.code?.rawValue, at: 5)
        statement.bind(entry.detail, at: 6)
        statement.bind(entry.content?.referenceDigest, at: 7)
    }

    /// - Returns: whether it was unsettled.
    @discardableResult
    private func leaveUnsettled(_ id: Int64) throws -> Bool {
        deleteUnsettled.bind(id, at: 1)
        return try deleteUnsettled.run() > 0
    }

    private func deleteRefused(_ id: Int64) throws {
        let delete = try BoundStatement(db, "DELETE FROM refused WHERE id = ?")
        delete.bind(id, at: 1)
        try delete.run()
    }
}

/// The table that keeps what only some states need.
enum Side { case unsettled, refused }

extension AttemptState {
    var side: Side? {
        switch self {
        case .intent, .inDoubt: .unsettled
        case .refused: .refused
        case .done, .released: nil
        }
    }
}
