import ImportCore

/// One connection that compares batches with what is there, on a thread of its own. It takes no lock and writes nothing.
actor VerifyLane {
    private let executor = BlockingExecutor(label: "postgres-verifying")
    private let settings: ConnectionSettings
    private let tables: PostgresTables
    private let plan: PlanInTarget
    private var connection: Connection?
    private var placement: Placement?
    private var attachmentsAreBinary = true

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ settings: ConnectionSettings, tables: PostgresTables, plan: PlanInTarget) {
        self.settings = settings
        self.tables = tables
        self.plan = plan
    }

    func prepare() throws -> Target {
        let connection = try ready()
        let target = try TargetInspection.inspect(connection, tables, businessID: plan.businessID, for: .read)
        attachmentsAreBinary = target.attachmentsAreBinary
        // Customers whom the plan's runs created are found new again, so that their rows can be compared.
        placement = try Placement.read(
            connection, tables: tables, plan: plan, target: target,
            own: Bookkeeping.isThere(connection) ? .leftOut : .there)
        return target
    }

    /// Enters a batch; to be done once for each, in file order.
    func expect(_ conversations: [Conversation], isChosen: [Bool]) -> ExpectedBatch {
        guard var placement else { preconditionFailure("the target is prepared before anything is compared") }
        // Taken out while it changes, so that it is not copied.
        self.placement = nil
        defer { self.placement = placement }
        return ExpectedBatch(
            conversations, isChosen: isChosen, placement: &placement, ids: plan.ids,
            attachmentsAreBinary: attachmentsAreBinary)
    }

    func differences(_ batch: ExpectedBatch) throws -> [ConversationDifference] {
        try BatchComparison(connection: ready(), tables: tables).differences(batch)
    }

    private func ready() throws(PostgresError) -> Connection {
        if let connection, !connection.isLost { return connection }
        let made = try Connection(settings)
        connection = made
        return made
    }

    func close() { connection = nil }
}
