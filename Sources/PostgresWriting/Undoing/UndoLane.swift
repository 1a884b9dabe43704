import ImportCore

/// One connection that takes back what a plan's runs created, on a thread of its own.
///
/// Every page is a transaction of its own in which the server shows one moment of the tables (`REPEATABLE READ`): a row
/// that somebody changes, or a message that somebody adds, after we looked, ends it with a serialization failure (40001;
/// PostgreSQL documentation, 13.2.2), and the page is looked at again. That takes no right but DELETE, where locking the
/// rows first would take UPDATE.
actor UndoLane {
    private let executor = BlockingExecutor(label: "postgres-undo")
    private let tables: PostgresTables
    private let plan: PlanInTarget
    private var slot: ConnectionSlot
    /// A page whose COMMIT had no answer.
    private var unseen: UndoPage?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ settings: ConnectionSettings, tables: PostgresTables, plan: PlanInTarget) {
        slot = ConnectionSlot(settings)
        self.tables = tables
        self.plan = plan
    }

    enum Kind: Sendable {
        case conversations, customers

        /// The ledger's table, and what it knows them by.
        var ledger: (table: String, id: String) {
            switch self {
            case .conversations: ("ledger", "conversation_id")
            case .customers: ("customers", "customer_id")
            }
        }
    }

    // MARK: - Before

    func inspect() throws -> Target {
        try TargetInspection.inspect(slot.ready(), tables, businessID: plan.businessID, for: .undo)
    }

    /// The plan's runs; nil where none is recorded.
    func scope(isDryRun: Bool) throws -> UndoScope? {
        let connection = try slot.ready()
        guard try Bookkeeping.isThere(connection) else { return nil }
        let rows = try connection.rows(
            """
            SELECT p.id, r.id FROM \(Bookkeeping.schema).plans p JOIN \(Bookkeeping.schema).runs r ON r.plan = p.id
            WHERE p.identity = $1
            """, [Bookkeeping.text(of: plan.identityDigest)])
        guard let number = rows.first?[0].flatMap({ Int32($0) }) else { return nil }
        return UndoScope(
            plan: number, runs: rows.compactMap { $0[1].flatMap { Int32($0) } }, isDryRun: isDryRun,
            hasUpdates: try Bookkeeping.hasUpdates(connection))
    }

    func count(_ kind: Kind, in scope: UndoScope) throws -> Int {
        let rows = try slot.ready().rows(
            "SELECT count(*) FROM \(Bookkeeping.schema).\(kind.ledger.table) WHERE run = ANY ($1::integer[])",
            [SQLArray.integers(scope.runs)])
        return rows.first?.first?.flatMap { Int($0) } ?? 0
    }

    // MARK: - Page by page

    /// The page behind an id; nil when there is none.
    ///
    /// - Parameter lock: nil in a dry run, which writes nothing.
    func page(
        _ kind: Kind, after last: BinaryUUID, in scope: UndoScope, inUse: Set<BinaryUUID>, lock: TargetLock.Holder?
    ) throws -> UndoPage? {
        if let page = try committedUnseen(kind) { return page }
        return try transaction(isDryRun: scope.isDryRun, lock: lock) { connection in
            let references = try ForeignReferences.read(connection, tables)
            switch kind {
            case .conversations:
                return try ConversationUndo(
                    connection: connection, tables: tables, scope: scope, references: references
                ).page(after: last)
            case .customers:
                return try CustomerUndo(
                    connection: connection, tables: tables, scope: scope, references: references, inUse: inUse
                ).page(after: last)
            }
        }
    }

    /// Forgets the runs, and in the end the plan, of which nothing is left.
    func finish(_ scope: UndoScope, lock: TargetLock.Holder) throws {
        let own = Bookkeeping.schema
        _ = try transaction(isDryRun: false, lock: lock) { connection in
            for statement in [
                "DELETE FROM \(own).batches WHERE plan = $1::integer",
                """
                DELETE FROM \(own).refused_customers
                WHERE run IN (SELECT id FROM \(own).runs WHERE plan = $1::integer)
                """,
                """
                DELETE FROM \(own).runs WHERE plan = $1::integer
                    AND id NOT IN (SELECT run FROM \(own).ledger UNION SELECT run FROM \(own).customers)
                """,
                """
                DELETE FROM \(own).plans WHERE id = $1::integer
                    AND NOT EXISTS (SELECT FROM \(own).runs WHERE plan = $1::integer)
                """,
            ] {
                _ = try connection.affected(statement, [String(scope.plan)])
            }
            return nil
        }
    }

    private func transaction(
        isDryRun: Bool, lock: TargetLock.Holder?, _ work: (Connection) throws -> UndoPage?
    ) throws -> UndoPage? {
        let connection = try slot.ready()
        do {
            try connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ" + (isDryRun ? ", READ ONLY" : ""))
            try lock?.check(on: connection)
            let page = try work(connection)
            unseen = page
            try connection.run("COMMIT")
            unseen = nil
            return page
        } catch {
            if !connection.isLost {
                unseen = nil
                try? connection.run("ROLLBACK")
            }
            throw error
        }
    }

    /// The page whose COMMIT had no answer, where it was committed: the ledger tells.
    private func committedUnseen(_ kind: Kind) throws -> UndoPage? {
        guard let page = unseen, let id = page.firstTaken else {
            unseen = nil
            return nil
        }
        let rows = try slot.ready().rows(
            "SELECT 1 FROM \(Bookkeeping.schema).\(kind.ledger.table) WHERE \(kind.ledger.id) = $1::uuid",
            [id.description])
        unseen = nil
        return rows.isEmpty ? page : nil
    }

    func close() { slot.close() }
}
