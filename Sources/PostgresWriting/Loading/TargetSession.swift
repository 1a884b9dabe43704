import Crypto
import ImportCore

/// The session that prepares a run and looks after it: it inspects the target, holds the lock, and finds or creates
/// customers, one batch after the other in file order.
actor TargetSession {
    private let executor = BlockingExecutor(label: "postgres-session")
    private let settings: ConnectionSettings
    private let statements: LoadStatements
    private let tables: PostgresTables
    private let plan: PlanInTarget
    private let lock: TargetLock
    private var connection: Connection?
    private var holder: TargetLock.Holder?
    private var placement: Placement?
    /// What `prepare` found.
    private(set) var target: Target?
    /// Customers that the run created, in all its processes.
    private(set) var customersCreated = 0
    /// Whether the end of the last transaction that created customers was not seen.
    private var isCreationUnsure = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ settings: ConnectionSettings, tables: PostgresTables, plan: PlanInTarget) {
        self.settings = settings
        self.tables = tables
        self.plan = plan
        statements = LoadStatements(tables)
        lock = TargetLock(identity: plan.identity)
    }

    // MARK: - Before the run

    func createSchema() throws {
        try ReferenceSchema.create(try ready(), tables, businessID: plan.businessID)
    }

    /// Looks at the target and writes nothing; returns what a checkpoint binds to.
    func prepare() throws -> Target {
        let target = try TargetInspection.inspect(try ready(), tables, businessID: plan.businessID)
        self.target = target
        return target
    }

    /// Takes the lock, and reads what the business has already.
    func begin(runID: String) async throws -> RunNumbers {
        let connection = try ready()
        _ = try await held()
        try Bookkeeping.create(connection)
        let number = try Bookkeeping.plan(
            identity: plan.identityDigest, name: plan.name, businessID: plan.businessID, on: connection)
        let run = try Bookkeeping.run(runID, ofPlan: number, on: connection)
        let created = try connection.rows(
            "SELECT count(*) FROM \(Bookkeeping.schema).customers WHERE run = $1", [String(run.run)])
        customersCreated = created.first?.first?.flatMap { Int($0) } ?? 0
        // Read anew for each pass: what an earlier one created is there then.
        let placement = try Placement.read(connection, tables: tables, plan: plan, target: target)
        if !plan.mapsChannel { _ = try placement.channels.only() }
        self.placement = placement
        return run
    }

    private func name(_ table: String) -> String { SQLName.quoted(tables.schema) + "." + SQLName.quoted(table) }

    // MARK: - During the run

    /// Finds the customers and the channels of a batch's conversations, and creates customers who are new.
    ///
    /// Repeating it after a failure is harmless: customers already found stay found, and those that were not created
    /// yet are kept for the next call.
    func place(_ conversations: [Conversation], run: RunNumbers) async throws -> PlacedBatch {
        precondition(placement != nil, "a run is begun before anything is placed")
        var batch = PlacedBatch()
        for conversation in conversations { placement?.place(conversation, into: &batch) }
        guard let created = placement?.customers.created, !created.isEmpty else { return batch }
        let refused = try await create(created, run: run)
        _ = placement?.customers.takeCreated()
        customersCreated += created.ids.count - refused.count
        batch.refuse(customers: refused.reduce(into: [:]) { $0[created.ids[$1.key]] = $1.value })
        return batch
    }

    /// Creates customers in a transaction of their own, committed before any conversation that names them.
    private func create(_ new: NewCustomers, run: RunNumbers) async throws -> [Int: ServerError] {
        let holder = try await held()
        let connection = try ready()
        let ledger = new.ledger(run: run.run)
        try connection.run("BEGIN")
        do {
            try holder.check(on: connection)
            let isolation = RowIsolation(connection: connection) { stretch in
                try Self.send(new.rows, stretch, self.statements.copyCustomers, on: connection)
                try Self.send(ledger, stretch, self.statements.copyCustomersLedger, on: connection)
            }
            let refused = try isolation.insert(isCreationUnsure ? absent(new, connection) : [new.all])
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
            "SELECT id FROM \(name(tables.customers)) WHERE id = ANY ($1::uuid[])", [list])
        let there = Set(rows.compactMap { $0[0].flatMap { BinaryUUID($0) } })
        return new.all.filter { !there.contains(new.ids[$0]) }.map { $0..<($0 + 1) }
    }

    private static func send(
        _ rows: TupleBuffer, _ stretch: Range<Int>, _ statement: String, on connection: Connection
    ) throws {
        do {
            let count = try rows.copy(of: stretch).withUnsafeBufferPointer { try connection.copyIn(statement, $0) }
            if count != rows.rows(in: stretch) { throw RowIsolation.StretchRefused(error: .droppedRows) }
        } catch PostgresError.refused(let error) where error.isAboutRow {
            throw RowIsolation.StretchRefused(
                error: error, index: error.line.flatMap { rows.conversation(ofRow: $0, in: stretch) })
        }
    }

    // MARK: - The lock

    /// The lock, taken anew where the session that held it was lost.
    ///
    /// After a crash of ours the server may need a moment to notice that the old session is gone.
    func held() async throws -> TargetLock.Holder {
        if let holder, let connection, !connection.isLost { return holder }
        for attempt in 0..<Self.lockAttempts {
            if attempt > 0 { try await Task.sleep(for: Self.lockPause) }
            if let holder = try lock.take(on: ready()) {
                self.holder = holder
                return holder
            }
        }
        throw PostgresError.locked(owner: try lock.owner(ready()))
    }

    private static let lockAttempts = 25
    private static let lockPause = Duration.milliseconds(200)

    private func ready() throws(PostgresError) -> Connection {
        if let connection, !connection.isLost { return connection }
        holder = nil
        connection = nil
        let made = try Connection(settings)
        connection = made
        return made
    }

    func close() {
        connection = nil
        holder = nil
    }
}
