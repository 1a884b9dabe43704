import Crypto
import ImportCore

/// Takes conversations back, page by page of the ledger: those that are what was written, and that nothing was built on.
struct ConversationUndo {
    let connection: Connection
    let tables: PostgresTables
    let scope: UndoScope
    let references: ForeignReferences

    private struct Entry {
        var id: BinaryUUID
        var key: String
        var hash: String
    }

    /// What stands in the tables of one entry.
    private struct Stored {
        var hash = SHA256()
        var isThere = false
        var customer: BinaryUUID?
        var messages = 0
        var isAnswered = false

        mutating func enter(_ tuple: Tuple) { tuple.bytes.withUnsafeBytes { hash.update(bufferPointer: $0) } }

        /// As the ledger has it.
        var text: String { Bookkeeping.text(of: Array(hash.finalize().prefix(EncodedBatch.hashBytes))) }
    }

    /// The page behind an id, within the caller's transaction; nil when there is none.
    func page(after last: BinaryUUID) throws -> UndoPage? {
        let entries = try entries(after: last)
        guard let end = entries.last?.id else { return nil }
        var page = UndoPage(last: end)
        let stored = try stored(entries.map(\.id))
        let referred = try references.conversations(among: entries.map(\.id))
        var removable: [Entry] = []
        for entry in entries {
            let found = stored[entry.id] ?? Stored()
            if !found.isThere && found.messages == 0 {
                page.figures.gone += 1
                page.firstTaken = page.firstTaken ?? entry.id
            } else if let reason = reason(entry, found, referred[entry.id]) {
                leave(entry, found, reason, in: &page)
            } else {
                removable.append(entry)
            }
        }
        let refused = scope.isDryRun ? [:] : try delete(removable, stored)
        for (index, entry) in removable.enumerated() {
            let found = stored[entry.id] ?? Stored()
            if let error = refused[index] {
                leave(entry, found, .refused(error.words), in: &page)
            } else {
                page.figures.conversations += 1
                page.figures.messages += found.messages
                page.firstTaken = page.firstTaken ?? entry.id
            }
        }
        if !scope.isDryRun { try forget(entries, but: page) }
        return page
    }

    private func leave(_ entry: Entry, _ found: Stored, _ reason: LeftAlone.Reason, in page: inout UndoPage) {
        page.figures.leftConversations += 1
        page.left.append(LeftAlone(.conversation, id: entry.id.description, key: entry.key, reason: reason))
        if let customer = found.customer { page.customersInUse.insert(customer) }
    }

    private func reason(_ entry: Entry, _ found: Stored, _ table: String?) -> LeftAlone.Reason? {
        if found.isAnswered { return .answered }
        if found.text != entry.hash { return .changed }
        return table.map { .referred(table: $0) }
    }

    // MARK: - Reading

    private func entries(after last: BinaryUUID) throws -> [Entry] {
        // Of what was written last.
        let hash =
            scope.hasUpdates
            ? """
            coalesce((
                SELECT u.content_hash FROM \(UpdateLedger.table) u WHERE u.conversation_id = l.conversation_id
                ORDER BY u.number DESC LIMIT 1), l.content_hash)
            """ : "l.content_hash"
        return try connection.rows(
            """
            SELECT l.conversation_id, l.key, \(hash) FROM \(Bookkeeping.schema).ledger l
            WHERE l.run = ANY ($1::integer[]) AND l.conversation_id > $2::uuid
            ORDER BY l.conversation_id LIMIT $3::integer
            """, [SQLArray.integers(scope.runs), last.description, String(UndoPage.rows)]
        ).compactMap { row in
            guard let id = row[0].flatMap({ BinaryUUID($0) }) else { return nil }
            return Entry(id: id, key: row[1] ?? "", hash: row[2] ?? "")
        }
    }

    /// The hash is over the conversation's row and then its messages', these in the order of their ids: as
    /// `EncodedBatch` takes it.
    private func stored(_ ids: [BinaryUUID]) throws -> [BinaryUUID: Stored] {
        var stored: [BinaryUUID: Stored] = [:]
        let rows = StoredRows(connection: connection, tables: tables)
        try rows.conversations(ids) { tuple in
            guard let id = tuple.uuid(0) else { return }
            var found = Stored()
            found.isThere = true
            found.customer = tuple.uuid(2)
            found.enter(tuple)
            stored[id] = found
        }
        try rows.messages(ofConversations: ids) { tuple in
            guard let id = tuple.uuid(1) else { return }
            stored[id, default: Stored()].enter(tuple)
            stored[id, default: Stored()].messages += 1
            if !tuple.isOurs(0) { stored[id, default: Stored()].isAnswered = true }
        }
        return stored
    }

    // MARK: - Deleting

    /// - Returns: those that the server does not let go, by index.
    private func delete(_ entries: [Entry], _ stored: [BinaryUUID: Stored]) throws -> [Int: ServerError] {
        let isolation = RowIsolation(connection: connection) { stretch in
            let part = entries[stretch]
            let ids = SQLArray.uuids(part.map(\.id))
            let messages = try connection.affected(
                "DELETE FROM \(tables.quoted(.messages)) WHERE conversation_id = ANY ($1::uuid[])", [ids])
            let conversations = try connection.affected(
                "DELETE FROM \(tables.quoted(.conversations)) WHERE id = ANY ($1::uuid[])", [ids])
            // A trigger or a policy that keeps a row says nothing.
            guard conversations == part.count, messages == part.reduce(0, { $0 + (stored[$1.id]?.messages ?? 0) })
            else { throw RowIsolation.StretchRefused(error: .droppedRows) }
        }
        return try isolation.insert([entries.indices])
    }

    /// Takes what is gone out of the ledger. The plan's batches go with the first of it: a run would take a batch that
    /// is written down there for one that is in as a whole.
    private func forget(_ entries: [Entry], but page: UndoPage) throws {
        guard page.firstTaken != nil else { return }
        let left = Set(page.left.map(\.id))
        let taken = entries.map(\.id).filter { !left.contains($0.description) }
        _ = try connection.affected(
            "DELETE FROM \(Bookkeeping.schema).ledger WHERE conversation_id = ANY ($1::uuid[])",
            [SQLArray.uuids(taken)])
        if scope.hasUpdates {
            _ = try connection.affected(
                "DELETE FROM \(UpdateLedger.table) WHERE conversation_id = ANY ($1::uuid[])", [SQLArray.uuids(taken)])
        }
        _ = try connection.affected(
            "DELETE FROM \(Bookkeeping.schema).batches WHERE plan = $1::integer", [String(scope.plan)])
    }
}
