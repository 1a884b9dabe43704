import Crypto
import ImportCore

/// The session that prepares a run and looks after it: it inspects the target, holds the lock, and finds or creates
/// customers, one batch after the other in file order.
actor TargetSession {
    private let executor = BlockingExecutor(label: "postgres-session")
    private let statements: LoadStatements
    let tables: PostgresTables
    let load: PostgresOptions.Load
    let plan: PlanInTarget
    private let lock: TargetLock
    let tablesLock: TablesLock
    private var slot: ConnectionSlot
    private var holder: TargetLock.Holder?
    var placement: Placement?
    /// What `prepare` found.
    var target: Target?
    /// Customers that the run created, in all its processes.
    private(set) var customersCreated = 0
    /// Customers whom the server refused, and with them every conversation of theirs.
    var refusedCustomers: [BinaryUUID: Refusal] = [:]
    /// The run that changes are carried for; nil before the first, and after conversations were loaded.
    var updating: (runID: String, numbers: RunNumbers)?
    /// Whether the end of the last transaction that created customers was not seen.
    private var isCreationUnsure = false
    /// Whether a fresh load may have left the tables without their constraints.
    var mayBeDropped = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ settings: ConnectionSettings, tables: PostgresTables, load: PostgresOptions.Load, plan: PlanInTarget) {
        slot = ConnectionSlot(settings)
        self.tables = tables
        self.load = load
        self.plan = plan
        statements = LoadStatements(tables)
        lock = TargetLock(identity: plan.identity)
        tablesLock = TablesLock(tables)
    }

    // MARK: - Before the run

    /// Opens the connection, where it is not.
    func connect() throws { _ = try ready() }

    func createSchema() throws {
        try ReferenceSchema.create(
            try ready(), tables, businessID: plan.businessID, channels: plan.channelTypes)
    }

    /// Looks at the target and writes nothing; returns what a checkpoint binds to.
    func prepare() throws -> Target {
        let target = try TargetInspection.inspect(try ready(), tables, businessID: plan.businessID)
        self.target = target
        return target
    }

    /// Takes the lock, and reads what the business has already. It may be repeated.
    ///
    /// - Parameters:
    ///   - position: the outcome of every record before it is known.
    ///   - input: what is read now.
    func begin(runID: String, at position: SourcePosition, reading input: RunInput) async throws -> RunNumbers {
        _ = try await held()
        updating = nil
        let connection = try ready()
        try Bookkeeping.create(connection)
        let number = try Bookkeeping.plan(
            identity: plan.identityDigest, name: plan.name, businessID: plan.businessID, on: connection)
        try await reviewConstraints(plan: number)
        let run = try Bookkeeping.run(runID, ofPlan: number, on: connection)
        let created = try connection.rows(
            "SELECT count(*) FROM \(Bookkeeping.schema).customers WHERE run = $1", [String(run.run)])
        customersCreated = created.first?.first?.flatMap { Int($0) } ?? 0
        // Read anew for each pass: what an earlier one created is there then.
        var placement = try Placement.read(
            connection, tables: tables, plan: plan, target: target, own: .later(than: position, inRun: run.run))
        if !plan.mapsChannel { _ = try placement.channels.only() }
        refusedCustomers = [:]
        switch input {
        case .source:
            for customer in try Bookkeeping.refusedCustomers(ofRun: run.run, on: connection) {
                if customer.record.isCounted(before: position) {
                    placement.customers.enter(customer)
                } else {
                    placement.customers.enterLater(customer)
                }
                refusedCustomers[customer.id] = customer.refusal
            }
            placement.customers.sortLater()
        case .sourceAndRejected: try Bookkeeping.forgetRefusedCustomers(ofRun: run.run, on: connection)
        case .other: break
        }
        self.placement = placement
        return run
    }

    // MARK: - During the run

    /// Finds the customers and the channels of a batch's conversations. Once for each batch: whom a record finds hangs
    /// on the records before it alone.
    func place(_ conversations: [Conversation]) -> PlacedBatch {
        precondition(placement != nil, "a run is begun before anything is placed")
        var batch = PlacedBatch()
        for conversation in conversations { placement?.place(conversation, into: &batch) }
        return batch
    }

    /// Which of these conversations are in, and whether the run put them there.
    func earlier(
        _ ids: [BinaryUUID], run: RunNumbers
    ) throws -> [BinaryUUID: EarlierConversations.Origin] {
        try EarlierConversations(connection: try ready(), statements: statements, run: run.run).among(ids)
    }

    /// Creates the customers who were found new. It may be repeated after a failure.
    ///
    /// - Returns: those whom the server refused, in this batch or before.
    func createCustomers(run: RunNumbers) async throws -> [BinaryUUID: Refusal] {
        guard let created = placement?.customers.created, !created.isEmpty else { return refusedCustomers }
        let refused = try await create(created, run: run)
        _ = placement?.customers.takeCreated()
        customersCreated += created.ids.count - refused.count
        for (index, id) in created.ids.enumerated() { refusedCustomers[id] = refused[index].map { .server($0) } }
        return refusedCustomers
    }

    /// Creates customers in a transaction of their own, committed before any conversation that names them.
    private func create(_ new: NewCustomers, run: RunNumbers) async throws -> [Int: ServerError] {
        let holder = try await held()
        let connection = try ready()
        let ledger = new.ledger(run: run.run)
        try connection.run("BEGIN")
        do {
            try holder.check(on: connection)
            let isStaged = target?.hasRowSecurity ?? false
            if isStaged { try connection.run(statements.makeCustomersStaging) }
            let copyCustomers = isStaged ? statements.stageCustomers : statements.copyCustomers
            let isolation = RowIsolation(connection: connection) { [statements] stretch in
                try Self.send(new.rows, stretch, copyCustomers, on: connection)
                if isStaged, try connection.affected(statements.mergeCustomers) != stretch.count {
                    throw RowIsolation.StretchRefused(error: .droppedRows)
                }
                try Self.send(ledger, stretch, statements.copyCustomersLedger, on: connection)
            }
            let refused = try isolation.insert(isCreationUnsure ? absent(new, connection) : [new.all])
            try Bookkeeping.enter(
                refused.sorted { $0.key < $1.key }.map { new.refused($0.key, $0.value) }, run: run.run, on: connection)
            try connection.run("COMMIT")
            isCreationUnsure = false
            return refused
        } catch {
            if !connection.isLost { try? connection.run("ROLLBACK") }
            isCreationUnsure = true
            throw error
        }
    }

    /// Those who are not there yet: the answer to an earlier COMMIT may have got lost.
    private func absent(_ new: NewCustomers, _ connection: Connection) throws -> [Range<Int>] {
        let list = "{" + new.ids.map(\.description).joined(separator: ",") + "}"
        let rows = try connection.rows(
            "SELECT id FROM \(tables.quoted(.customers)) WHERE id = ANY ($1::uuid[])", [list])
        let there = Set(rows.compactMap { $0[0].flatMap { BinaryUUID($0) } })
        return new.all.stretches { !there.contains(new.ids[$0]) }
    }

    private static func send(
        _ rows: TupleBuffer, _ stretch: Range<Int>, _ statement: String, on connection: Connection
    ) throws {
        do {
            let count = try connection.copyIn(statement) { write in try rows.send(stretch, to: write) }
            if count != rows.rows(in: stretch) { throw RowIsolation.StretchRefused(error: .droppedRows) }
        } catch PostgresError.refused(let error) where error.isAboutRow {
            throw RowIsolation.StretchRefused(
                error: error, index: error.line.flatMap { rows.conversation(ofRow: $0, in: stretch) })
        }
    }

    // MARK: - The lock

    /// The lock, and with it the tables' own, taken anew where the session that held them was lost.
    ///
    /// After a crash of ours the server may need a moment to notice that the old session is gone.
    func held() async throws -> TargetLock.Holder {
        if let holder, let connection = slot.current {
            // That a session was ended shows only when it is used, and this one may have nothing else to do.
            do {
                try holder.check(on: connection)
                return holder
            } catch PostgresError.lost, PostgresError.lockLost {
                self.holder = nil
            }
        }
        var isTaken = false
        for attempt in 0..<Self.lockAttempts {
            if attempt > 0 { try await Task.sleep(for: Self.lockPause) }
            let connection = try ready()
            let holder = try lock.take(on: connection)
            isTaken = holder != nil
            if let holder, try tablesLock.take(on: connection, alone: load == .fresh) {
                self.holder = holder
                return holder
            }
        }
        throw isTaken ? PostgresError.tablesInUse : .locked(owner: try lock.owner(ready()))
    }

    private static let lockAttempts = 25
    private static let lockPause = Duration.milliseconds(200)

    func ready() throws(PostgresError) -> Connection {
        if slot.current == nil { holder = nil }
        return try slot.ready()
    }

    func close() {
        slot.close()
        holder = nil
    }
}
