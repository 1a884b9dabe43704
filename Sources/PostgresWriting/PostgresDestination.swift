package import ImportCore

/// PingBack's own database: conversations with their full history, exactly once.
///
/// Batches are cut at fixed record numbers. Each is placed (customers, channels) in file order by one session, encoded,
/// and loaded by one of several lanes in one transaction, together with its rows of the ledger; so the database itself
/// says what is in, and a transaction whose end nobody saw is asked for by the batch's digest before it is repeated.
package actor PostgresDestination: Destination {
    let settings: ConnectionSettings
    let patience: Double
    let tables: PostgresTables
    private let load: PostgresOptions.Load
    let plan: PlanInTarget
    let session: TargetSession
    let verifying: VerifyLane
    let dryRunning: DryRunLane
    let updating: UpdateLane
    /// Whether it was said that the rows look like those of a restored dump.
    var hasToldOfRestoring = false
    private let lanes: [WriterLane]
    private let ids: ConversationIdentity

    package init(
        options: PostgresOptions, plan: Plan, environment: [String: String]
    ) throws {
        let settings = try ConnectionSettings(options, planName: plan.name, environment: environment)
        let planInTarget = PlanInTarget(plan)
        let statements = LoadStatements(options.tables, isFresh: options.load == .fresh)
        self.settings = settings
        patience = options.patience
        tables = options.tables
        self.plan = planInTarget
        ids = planInTarget.ids
        load = options.load
        session = TargetSession(settings, tables: options.tables, load: options.load, plan: planInTarget)
        verifying = VerifyLane(settings, tables: options.tables, plan: planInTarget)
        updating = UpdateLane(settings, tables: options.tables, plan: planInTarget)
        dryRunning = DryRunLane(settings, tables: options.tables, load: options.load, plan: planInTarget)
        lanes = (0..<options.connections).map { _ in
            WriterLane(settings, statements: statements, isFresh: options.load == .fresh)
        }
    }

    package nonisolated var traits: DestinationTraits {
        DestinationTraits(keepsLedger: true, carriesHistory: true, fidelity: .postgres)
    }

    /// Makes PingBack's tables in a database without them, and the channels that the plan names for the business.
    package func createSchema() async throws {
        try await preflight.retrying { try await session.connect() }
        try await session.createSchema()
    }

    package func prepare() async throws -> String {
        try await preflight.retrying { try await session.prepare() }.fingerprint
    }

    /// That of the first question of all: a server that is just starting gets some seconds. Who has mistyped its name
    /// should not wait longer to be told.
    nonisolated var preflight: Patience {
        Patience(seconds: min(patience, Self.preflightSeconds), control: RunControl()) { _ in }
    }

    private static let preflightSeconds = 5.0

    /// A weaker TLS mode, a password file that is not read, row security.
    package func notices() async -> [String] { settings.notices + (await session.target?.notices ?? []) }

    // MARK: - Writing

    package func write(_ feed: any ConversationFeed, journal: any Journal) async throws {
        let patience = Patience(seconds: patience, feed: feed, journal: journal)
        let run = try await patience.retrying { [session] in
            try await session.begin(runID: feed.runID, at: feed.position, reading: feed.input)
        }
        do {
            try await write(feed, run: run, patience, journal)
        } catch {
            throw await rebuild(after: error, feed: feed, journal: journal)
        }
        try await rebuild(patience, journal)
    }

    private func write(
        _ feed: any ConversationFeed, run: RunNumbers, _ patience: Patience, _ journal: any Journal
    ) async throws {
        let target = await session.target
        let isFresh = load == .fresh
        let load = Load(
            session: session, patience: patience, journal: journal, run: run, ids: ids,
            attachmentsAreBinary: target?.attachmentsAreBinary ?? true,
            paths: target?.hasRowSecurity == true ? [.staged] : [.direct, .staged])
        try await withThrowingTaskGroup(of: Void.self) { group in
            var former = BatchFormer()
            var underWay = 0
            var turn = 0
            var isPrepared = !isFresh
            func start(_ conversations: [Conversation]) async throws {
                // One batch more than lanes: it is encoded while the others are at the server.
                if underWay > lanes.count { try await group.next() } else { underWay += 1 }
                // Many batches may have been taken at once: those that are not begun yet are left.
                if await feed.isDraining { return }
                let placed = try await load.place(conversations)
                let lane = lanes[turn % lanes.count]
                turn += 1
                group.addTask { try await load.load(placed, on: lane) }
            }
            while true {
                let pending = try await feed.next(atMost: BatchFormer.recordsInBatch)
                if pending.isEmpty { break }
                for batch in former.add(pending) {
                    // What is less than a batch in all is not worth it.
                    if !isPrepared, await !feed.isDraining {
                        try await drop(run: run, patience, journal)
                        isPrepared = true
                    }
                    try await start(batch)
                }
            }
            if let rest = former.finish() { try await start(rest) }
            try await group.waitForAll()
        }
    }

    /// Nothing is ever in doubt: the ledger tells.
    package func settle(
        _ doubts: [AttemptEntry], in context: SettlingContext, journal: any Journal
    ) async throws -> [OpenDoubt] { [] }

    package func requestCounts() async -> Books.Requests { Books.Requests() }

    package func createdCustomers() async -> Int? { await session.customersCreated }

    package func shutdown() async throws {
        await session.close()
        await verifying.close()
        await dryRunning.close()
        await updating.close()
        for lane in lanes { await lane.close() }
    }
}
