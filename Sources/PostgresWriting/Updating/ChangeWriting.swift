import ImportCore

/// Writes what was planned for conversations, together with its rows of the ledger: a stretch of them behind a savepoint
/// of its own, so that one that the server refuses stops no other.
struct ChangeWriting {
    let connection: Connection
    let tables: PostgresTables
    let statements: LoadStatements
    let ledger: UpdateLedger

    /// One conversation that something is to be written of.
    struct Work {
        var item: WantedBatch.Item
        var change: PlannedChange
        /// Of what was written last; empty where nothing is known to have been.
        var lastHash: [UInt8]

        var outcome: UpdateOutcome {
            UpdateOutcome(
                .updated, remoteID: item.id.description, messagesAdded: change.added.count, drifts: change.drifts)
        }
    }

    /// - Parameter rows: of the same conversations in the same order.
    /// - Returns: those that the server refused, by index.
    func write(_ work: [Work], rows: EncodedBatch) throws -> [Int: ServerError] {
        guard !work.isEmpty else { return [:] }
        let isolation = RowIsolation(connection: connection) { stretch in
            try stage(rows, stretch)
            let part = work[stretch]
            if part.contains(where: \.change.isCreated) { try create(part) }
            try updateConversations(part)
            try updateMessages(part)
            try addMessages(part)
            try ledger.enter(try entries(of: part))
        }
        return try isolation.insert([work.indices])
    }

    // MARK: - Rows

    private func stage(_ rows: EncodedBatch, _ stretch: Range<Int>) throws {
        try connection.run(BatchLoader.clearStaging)
        for (statement, rows) in [
            (statements.staged.conversations, rows.conversations), (statements.staged.messages, rows.messages),
            (statements.staged.ledger, rows.ledger),
        ] where rows.rows(in: stretch) > 0 {
            do {
                _ = try connection.copyIn(statement) { write in try rows.send(stretch, to: write) }
            } catch PostgresError.refused(let error) where error.isAboutRow {
                throw RowIsolation.StretchRefused(
                    error: error, index: error.line.flatMap { rows.conversation(ofRow: $0, in: stretch) })
            }
        }
    }

    /// Puts conversations there again, as a load does: those that are staged and not there.
    private func create(_ part: ArraySlice<Work>) throws {
        for merge in statements.mergeStaged { try connection.run(merge) }
        guard try connection.rows(statements.left).isEmpty else {
            throw RowIsolation.StretchRefused(error: .droppedRows)
        }
    }

    private func updateConversations(_ part: ArraySlice<Work>) throws {
        let changed = part.filter { !$0.change.columns.isEmpty }
        for (columns, work) in Dictionary(grouping: changed, by: \.change.columns).sorted(by: { $0.key < $1.key }) {
            try update(
                .conversations, columns, work.map(\.item.id), from: "pg_temp.staged_conversations")
        }
    }

    private func updateMessages(_ part: ArraySlice<Work>) throws {
        let changed = part.flatMap(\.change.messages)
        for (columns, messages) in Dictionary(grouping: changed, by: \.columns).sorted(by: { $0.key < $1.key }) {
            try update(.messages, columns, messages.map(\.id), from: "pg_temp.staged_messages")
        }
    }

    private func update(
        _ table: PingBackTable, _ columns: [String], _ ids: [BinaryUUID], from staged: String
    ) throws {
        let values = columns.map { "\($0.quotedIdentifier) = s.\($0.quotedIdentifier)" }.joined(separator: ", ")
        let count = try connection.affected(
            """
            UPDATE \(tables.quoted(table)) t SET \(values) FROM \(staged) s
            WHERE t."id" = s."id" AND t."id" = ANY ($1::uuid[])
            """, [SQLArray.uuids(ids)])
        // A trigger or a policy that keeps a row says nothing.
        guard count == ids.count else { throw RowIsolation.StretchRefused(error: .droppedRows) }
    }

    private func addMessages(_ part: ArraySlice<Work>) throws {
        let added = part.filter { !$0.change.isCreated }.flatMap(\.change.added)
        guard !added.isEmpty else { return }
        let columns = EncodedBatch.messageColumns.map(\.quotedIdentifier).joined(separator: ", ")
        let count = try connection.affected(
            """
            INSERT INTO \(tables.quoted(.messages)) (\(columns))
            SELECT \(columns) FROM pg_temp.staged_messages WHERE "id" = ANY ($1::uuid[])
            """, [SQLArray.uuids(added)])
        guard count == added.count else { throw RowIsolation.StretchRefused(error: .droppedRows) }
    }

    // MARK: - The ledger

    /// With the hash of what stands there now, triggers' doing included, where all of it is our own; where somebody
    /// changed something, that of before, which it does not fit.
    private func entries(of part: ArraySlice<Work>) throws -> [UpdateLedger.Entry] {
        let whole = part.filter(\.change.isWhole).map(\.item.id)
        var conversations: [BinaryUUID: Tuple] = [:]
        var messages: [BinaryUUID: [Tuple]] = [:]
        let rows = StoredRows(connection: connection, tables: tables)
        try rows.conversations(whole) { tuple in tuple.uuid(0).map { conversations[$0] = tuple } }
        try rows.messages(ofConversations: whole) { tuple in
            tuple.uuid(1).map { messages[$0, default: []].append(tuple) }
        }
        return part.map { work in
            let hash = conversations[work.item.id].map {
                StoredConversation.hash(of: $0, messages[work.item.id] ?? [])
            }
            return UpdateLedger.Entry(item: work.item, outcome: work.outcome, contentHash: hash ?? work.lastHash)
        }
    }
}

extension [String] {
    fileprivate static func < (left: Self, right: Self) -> Bool { left.lexicographicallyPrecedes(right) }
}
