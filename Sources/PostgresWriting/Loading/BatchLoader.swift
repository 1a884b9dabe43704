import ImportCore

/// What became of a batch at the server; a conversation that stands in neither was created.
struct LoadResult: Sendable {
    /// By index in the batch.
    var refused: [Int: ServerError] = [:]
    /// Indices of those that were in before this run.
    var present: Set<Int> = []
}

/// Takes one batch into the tables, in one transaction: rows, ledger, and the word that the batch is in.
struct BatchLoader {
    let connection: Connection
    let statements: LoadStatements
    let run: RunNumbers
    let lock: TargetLock.Holder
    /// Whether the tables may be without their keys, so that what these would refuse is refused here.
    let isFresh: Bool

    /// Whether the rows go into the tables directly, or through staging tables, where some may be there already.
    enum Path: Sendable { case direct, staged }

    /// A row of the batch is there already.
    private struct Collision: Error {}

    /// - Parameter path: the one to try first; returns the one that was taken.
    func load(_ batch: EncodedBatch, path: Path) throws -> (LoadResult, Path) {
        if let known = try resultOfEarlierCommit(batch) { return (known, path) }
        do {
            return (try transaction(batch, path), path)
        } catch is Collision {
            return (try transaction(batch, .staged), .staged)
        }
    }

    /// What this batch came to if it was committed before, by another process or behind an answer that got lost.
    private func resultOfEarlierCommit(_ batch: EncodedBatch) throws -> LoadResult? {
        let found = try connection.rows(
            "SELECT run FROM \(Bookkeeping.schema).batches WHERE plan = $1 AND digest = $2 AND refused = 0",
            [String(run.plan), Bookkeeping.text(of: batch.digest)])
        guard let number = found.first?.first else { return nil }
        return LoadResult(present: number == String(run.run) ? [] : Set(batch.all))
    }

    private func transaction(_ batch: EncodedBatch, _ path: Path) throws -> LoadResult {
        if path == .staged { try connection.run(statements.makeStaging) }
        try connection.run("BEGIN")
        do {
            try lock.check(on: connection)
            var result: LoadResult
            switch path {
            case .direct:
                result = LoadResult(refused: try isolation(batch, statements.direct, stopsAtCollision: true))
            case .staged:
                result = LoadResult(refused: try isolation(batch, statements.staged, stopsAtCollision: false))
                result.present = try present(in: batch)
            }
            try note(batch, refused: result.refused.count)
            try connection.run("COMMIT")
            return result
        } catch {
            if !connection.isLost { try? connection.run("ROLLBACK") }
            throw error
        }
    }

    // MARK: - Rows

    private func isolation(
        _ batch: EncodedBatch, _ copies: LoadStatements.Copies, stopsAtCollision: Bool
    ) throws -> [Int: ServerError] {
        let isolation = RowIsolation(connection: connection) { stretch in
            if !stopsAtCollision { try connection.run(Self.clearStaging) }
            for (statement, rows) in [
                (copies.conversations, batch.conversations), (copies.messages, batch.messages),
                (copies.ledger, batch.ledger),
            ] {
                try copy(rows, stretch, statement, stopsAtCollision: stopsAtCollision)
            }
            guard !stopsAtCollision else { return }
            for merge in statements.mergeStaged { try connection.run(merge) }
            guard try connection.rows(statements.left).isEmpty else {
                throw RowIsolation.StretchRefused(error: .droppedRows)
            }
        }
        guard isFresh, !batch.repeating.isEmpty else { return try isolation.insert([batch.all]) }
        let repeating = Set(batch.repeating)
        let refused = try isolation.insert(batch.all.stretches { !repeating.contains($0) })
        return refused.merging(batch.repeating.map { ($0, Self.repeatedMessage) }) { first, _ in first }
    }

    /// As the server says it of a message whose id is there.
    static let repeatedMessage = ServerError(sqlState: "23505", table: "messages")

    /// A stretch that is sent again must not find the one before it; what that one found new is remembered.
    static let clearStaging = """
        DELETE FROM pg_temp.staged_conversations; DELETE FROM pg_temp.staged_messages; DELETE FROM pg_temp.staged_ledger
        """

    private func copy(
        _ rows: TupleBuffer, _ stretch: Range<Int>, _ statement: String, stopsAtCollision: Bool
    ) throws {
        let expected = rows.rows(in: stretch)
        guard expected > 0 else { return }
        do {
            let count = try connection.copyIn(statement) { write in try rows.send(stretch, to: write) }
            guard count == expected else {
                throw RowIsolation.StretchRefused(error: .droppedRows, index: nil)
            }
        } catch PostgresError.refused(let error) where error.isAboutRow {
            if stopsAtCollision && error.sqlState == "23505" { throw Collision() }
            throw RowIsolation.StretchRefused(
                error: error, index: error.line.flatMap { rows.conversation(ofRow: $0, in: stretch) })
        }
    }

    // MARK: - What was there

    private func present(in batch: EncodedBatch) throws -> Set<Int> {
        let fresh = Set(
            try connection.rows(statements.fresh).compactMap { $0.first??.utf8 }.compactMap { BinaryUUID(text: $0) })
        guard fresh.count < batch.ids.count else { return [] }
        // The staging table holds the last stretch only; the ledger is asked for the whole batch.
        let old = batch.all.filter { !fresh.contains(batch.ids[$0]) }
        let earlier = try EarlierConversations(connection: connection, statements: statements, run: run.run)
            .among(old.map { batch.ids[$0] })
        return Set(old.filter { earlier[batch.ids[$0]] != .thisRun })
    }

    private func note(_ batch: EncodedBatch, refused: Int) throws {
        guard let first = batch.records.first, let last = batch.records.last else { return }
        _ = try connection.rows(
            """
            INSERT INTO \(Bookkeeping.schema).batches
                (plan, digest, run, file, first_record, last_record, conversations, refused)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (plan, digest) DO UPDATE SET refused = excluded.refused
            """,
            [
                String(run.plan), Bookkeeping.text(of: batch.digest), String(run.run), String(first.file),
                String(first.number), String(last.number), String(batch.ids.count), String(refused),
            ])
    }
}
