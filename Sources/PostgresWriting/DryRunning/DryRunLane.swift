import ImportCore

/// One connection that finds out what a run would meet, on a thread of its own. It takes no lock and writes nothing.
actor DryRunLane {
    private let executor = BlockingExecutor(label: "postgres-dry-run")
    private let settings: ConnectionSettings
    private let tables: PostgresTables
    private let load: PostgresOptions.Load
    private let plan: PlanInTarget
    private var connection: Connection?
    private var placement: Placement?
    private var customersSeen: Set<BinaryUUID> = []
    /// Whether any run has made the program's own tables.
    private var hasLedger = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ settings: ConnectionSettings, tables: PostgresTables, load: PostgresOptions.Load, plan: PlanInTarget) {
        self.settings = settings
        self.tables = tables
        self.load = load
        self.plan = plan
    }

    func prepare() throws -> Target {
        let connection = try ready()
        let target = try TargetInspection.inspect(connection, tables, businessID: plan.businessID)
        hasLedger = try Bookkeeping.isThere(connection)
        if load == .fresh, target.dropped == nil {
            try FreshLoad(connection: connection, tables: tables).check(hasLedger: hasLedger)
        }
        let placement = try Placement.read(connection, tables: tables, plan: plan, target: target)
        if !plan.mapsChannel { _ = try placement.channels.only() }
        self.placement = placement
        return target
    }

    /// What is known without asking again; to be done once for each batch, in file order.
    func place(_ conversations: [Conversation]) -> ForeseenBatch {
        precondition(placement != nil, "the target is prepared before anything is placed")
        var batch = ForeseenBatch()
        for (index, conversation) in conversations.enumerated() {
            guard let finding = placement?.find(for: conversation) else { continue }
            if let refusal = finding.refusal {
                batch.refused[index] = Finding(
                    refusal.code, refusal.words, hint: "correct the record, the plan, or what is in Postgres")
            } else if let customer = finding.customer, customersSeen.insert(customer).inserted {
                batch.customersFound += 1
            }
        }
        batch.customersNew = placement?.customers.takeCreated().ids.count ?? 0
        batch.customersFound -= batch.customersNew
        return batch
    }

    /// How many of these are there, and how many of them the plan's runs created.
    func count(_ conversations: [Conversation]) throws -> (present: Int, recorded: Int) {
        let ids = conversations.compactMap { plan.ids.conversation($0) }
        let own =
            hasLedger
            ? """
            EXISTS (
                SELECT FROM \(Bookkeeping.schema).ledger l JOIN \(Bookkeeping.schema).runs r ON r.id = l.run
                    JOIN \(Bookkeeping.schema).plans p ON p.id = r.plan
                WHERE l.conversation_id = c.id AND p.identity = $2::bytea)
            """ : "$2::bytea IS NULL"
        let rows = try ready().rows(
            """
            SELECT count(*), count(*) FILTER (WHERE \(own)) FROM \(tables.quoted(.conversations)) c
            WHERE c.id = ANY ($1::uuid[])
            """, [SQLArray.uuids(ids), Bookkeeping.text(of: plan.identityDigest)])
        func number(_ column: Int) -> Int { rows.first?[column].flatMap { Int($0) } ?? 0 }
        return (number(0), number(1))
    }

    /// Those of them that are there, as indices.
    func present(among conversations: [Conversation]) throws -> Set<Int> {
        let ids = conversations.map { plan.ids.conversation($0) }
        let rows = try ready().rows(
            "SELECT id FROM \(tables.quoted(.conversations)) WHERE id = ANY ($1::uuid[])",
            [SQLArray.uuids(ids.compactMap(\.self))])
        let there = Set(rows.compactMap { $0[0].flatMap { BinaryUUID($0) } })
        return Set(ids.indices.filter { index in ids[index].map(there.contains) ?? false })
    }

    private func ready() throws(PostgresError) -> Connection {
        if let connection, !connection.isLost { return connection }
        let made = try Connection(settings)
        connection = made
        return made
    }

    func close() { connection = nil }
}
