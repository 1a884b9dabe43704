import ImportCore

/// One connection that carries changes, one batch after the other, on a thread of its own.
actor UpdateLane {
    private let executor = BlockingExecutor(label: "postgres-updating")
    private let tables: PostgresTables
    private let plan: PlanInTarget
    private let statements: LoadStatements
    private var slot: ConnectionSlot

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ settings: ConnectionSettings, tables: PostgresTables, plan: PlanInTarget) {
        slot = ConnectionSlot(settings)
        self.tables = tables
        self.plan = plan
        statements = LoadStatements(tables)
    }

    /// What became of a batch.
    struct Result: Sendable {
        /// One for each of its items, in their order.
        var outcomes: [UpdateOutcome]
        var looksRestored: Bool
    }

    /// Those that are not there.
    func missing(among ids: [BinaryUUID]) throws -> Set<BinaryUUID> {
        let rows = try slot.ready().rows(
            "SELECT id FROM \(tables.quoted(.conversations)) WHERE id = ANY ($1::uuid[])", [SQLArray.uuids(ids)])
        return Set(ids).subtracting(rows.compactMap { $0[0].flatMap { BinaryUUID($0) } })
    }

    /// Carries a batch in one transaction. It may be repeated: what is committed is known by the ledger.
    ///
    /// - Parameter propose: called with what became of the batch, if it is committed.
    func update(
        _ batch: WantedBatch, run: RunNumbers, lock: TargetLock.Holder, attachmentsAreBinary: Bool,
        propose: @Sendable ([UpdateOutcome]) async throws -> Void
    ) async throws -> Result {
        let connection = try slot.ready()
        try connection.run(statements.makeStaging)
        try connection.run("BEGIN")
        do {
            try lock.check(on: connection)
            let ledger = UpdateLedger(connection: connection, run: run)
            let result = try carry(
                batch, over: connection, ledger: ledger, attachmentsAreBinary: attachmentsAreBinary)
            // Once it is committed, what was overwritten is gone.
            try await propose(result.outcomes)
            try connection.run("COMMIT")
            return result
        } catch {
            if !connection.isLost { try? connection.run("ROLLBACK") }
            throw error
        }
    }

    private func carry(
        _ batch: WantedBatch, over connection: Connection, ledger: UpdateLedger, attachmentsAreBinary: Bool
    ) throws -> Result {
        var outcomes = try ledger.known(batch)
        let open = batch.comparable.filter { outcomes[$0] == nil }
        let stored = try StoredBatch.lock(
            open.map { batch.items[$0].id }, customersOf: open.compactMap { batch.items[$0].placed?.customer },
            on: connection, tables, ledger: ledger)
        var work: [ChangeWriting.Work] = []
        var indices: [Int] = []
        for index in open {
            let item = batch.items[index]
            let found = stored.conversations[item.id]
            let change = PlannedChange(item, over: found, customers: stored.customers, onDrift: batch.onDrift)
            if change.isEmpty {
                outcomes[index] = UpdateOutcome(
                    .unchanged, remoteID: item.id.description, drifts: change.drifts)
            } else {
                indices.append(index)
                work.append(ChangeWriting.Work(item: item, change: change, lastHash: found?.lastHash ?? []))
            }
        }
        let rows = EncodedBatch(
            work.compactMap(\.item.placed), identity: plan.ids, run: ledger.run.run,
            attachmentsAreBinary: attachmentsAreBinary)
        let refused = try ChangeWriting(
            connection: connection, tables: tables, statements: statements, ledger: ledger
        ).write(work, rows: rows)
        for (position, index) in indices.enumerated() {
            outcomes[index] =
                refused[position].map { Self.refused(.server($0), batch.items[index].id) } ?? work[position].outcome
        }
        return Result(
            outcomes: batch.items.indices.map { index in
                outcomes[index] ?? Self.refused(batch.items[index].refusal ?? .channelInvalid, batch.items[index].id)
            }, looksRestored: stored.looksRestored)
    }

    private static func refused(_ refusal: Refusal, _ id: BinaryUUID) -> UpdateOutcome {
        UpdateOutcome(
            .refused(
                Finding(
                    refusal.code, refusal.words,
                    hint: "correct the record, the plan, or what is in Postgres; it is tried again in the next night")),
            remoteID: id.description)
    }

    func close() { slot.close() }
}
