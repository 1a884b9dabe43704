import Crypto
import ImportCore

/// Takes customers back, once the conversations are: those that are what was written, and that nothing refers to.
struct CustomerUndo {
    let connection: Connection
    let tables: PostgresTables
    let scope: UndoScope
    let references: ForeignReferences
    /// In a dry run: the customers of the conversations that would stay, since none is gone.
    let inUse: Set<BinaryUUID>

    /// The page behind an id, within the caller's transaction; nil when there is none.
    func page(after last: BinaryUUID) throws -> UndoPage? {
        let entries = try entries(after: last)
        guard let end = entries.last?.id else { return nil }
        let ids = entries.map(\.id)
        var page = UndoPage(last: end)
        let hashes = try hashes(of: ids)
        let inUse = try customersInUse(among: ids)
        let referred = try references.customers(among: ids)
        var removable: [BinaryUUID] = []
        var taken: [BinaryUUID] = []
        for entry in entries {
            if hashes[entry.id] == nil {
                page.figures.gone += 1
                taken.append(entry.id)
            } else if hashes[entry.id] != entry.hash {
                leave(entry.id, .changed, in: &page)
            } else if inUse.contains(entry.id) {
                leave(entry.id, .inUse, in: &page)
            } else if let table = referred[entry.id] {
                leave(entry.id, .referred(table: table), in: &page)
            } else {
                removable.append(entry.id)
            }
        }
        let refused = scope.isDryRun ? [:] : try delete(removable)
        for (index, id) in removable.enumerated() {
            if let error = refused[index] {
                leave(id, .refused(error.words), in: &page)
            } else {
                page.figures.customers += 1
                taken.append(id)
            }
        }
        page.firstTaken = taken.first
        if !scope.isDryRun, !taken.isEmpty {
            _ = try connection.affected(
                "DELETE FROM \(Bookkeeping.schema).customers WHERE customer_id = ANY ($1::uuid[])",
                [SQLArray.uuids(taken)])
        }
        return page
    }

    private func leave(_ id: BinaryUUID, _ reason: LeftAlone.Reason, in page: inout UndoPage) {
        page.figures.leftCustomers += 1
        page.left.append(LeftAlone(.customer, id: id.description, reason: reason))
    }

    private func entries(after last: BinaryUUID) throws -> [(id: BinaryUUID, hash: String)] {
        try connection.rows(
            """
            SELECT customer_id, content_hash FROM \(Bookkeeping.schema).customers
            WHERE run = ANY ($1::integer[]) AND customer_id > $2::uuid ORDER BY customer_id LIMIT $3::integer
            """, [SQLArray.integers(scope.runs), last.description, String(UndoPage.rows)]
        ).compactMap { row in row[0].flatMap { BinaryUUID($0) }.map { ($0, row[1] ?? "") } }
    }

    private func hashes(of ids: [BinaryUUID]) throws -> [BinaryUUID: String] {
        var hashes: [BinaryUUID: String] = [:]
        try StoredRows(connection: connection, tables: tables).customers(ids) { tuple in
            guard let id = tuple.uuid(0) else { return }
            hashes[id] = Bookkeeping.text(of: Array(SHA256.hash(data: tuple.bytes).prefix(EncodedBatch.hashBytes)))
        }
        return hashes
    }

    /// Whether a foreign key says so or not: a conversation's customer is never taken away.
    private func customersInUse(among ids: [BinaryUUID]) throws -> Set<BinaryUUID> {
        let ofOthers =
            scope.isDryRun
            ? """
            AND NOT EXISTS (
                SELECT FROM \(Bookkeeping.schema).ledger l
                WHERE l.conversation_id = c.id AND l.run = ANY ('\(SQLArray.integers(scope.runs))'::integer[]))
            """ : ""
        let rows = try connection.rows(
            """
            SELECT DISTINCT c.customer_id FROM \(tables.quoted(.conversations)) c
            WHERE c.customer_id = ANY ($1::uuid[]) \(ofOthers)
            """, [SQLArray.uuids(ids)])
        return inUse.union(rows.compactMap { $0[0].flatMap { BinaryUUID($0) } })
    }

    /// - Returns: those that the server does not let go, by index.
    private func delete(_ ids: [BinaryUUID]) throws -> [Int: ServerError] {
        let isolation = RowIsolation(connection: connection) { stretch in
            let deleted = try connection.affected(
                "DELETE FROM \(tables.quoted(.customers)) WHERE id = ANY ($1::uuid[])",
                [SQLArray.uuids(ids[stretch])])
            guard deleted == stretch.count else { throw RowIsolation.StretchRefused(error: .droppedRows) }
        }
        return try isolation.insert([ids.indices])
    }
}
