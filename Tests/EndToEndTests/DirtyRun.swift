import ImportTestSupport
import Testing

/// Runs of dirty tickets into Postgres, of which each seed has its own: what a fault disturbs, and what it is held to.
enum DirtyRun {
    static func workspace(
        _ target: PostgresTarget, url: String? = nil, seed: UInt64 = 1, tickets: Int = 2_000, hasCustomers: Bool = true,
        _ options: String = ""
    ) throws -> Workspace {
        var random = SeededRandom(seed: seed)
        let workspace = try Workspace()
        try workspace.write("tickets.csv", DirtyHistory(count: tickets, random: &random).text)
        try workspace.writeHistoryPlan(target.destination(url: url, options), hasCustomers: hasCustomers)
        return workspace
    }

    /// What is in the tables after an undisturbed run with the same seed.
    static func undisturbed(
        seed: UInt64 = 1, tickets: Int = 2_000, hasCustomers: Bool = true
    ) async throws -> [[String?]] {
        let target = try await PostgresTarget()
        let workspace = try workspace(target, seed: seed, tickets: tickets, hasCustomers: hasCustomers)
        #expect(try await workspace.run().status == 3)
        return try await target.rows()
    }

    /// Batches take half a second longer.
    static let slow = """
        CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$;
        CREATE TRIGGER dawdle BEFORE INSERT ON messages FOR EACH STATEMENT EXECUTE FUNCTION dawdle();
        """
}

extension Workspace {
    /// The import into Postgres.
    func run(_ more: String...) async throws -> ProgramEnd {
        try await program.run(["run", "plan.yaml", "--to", "postgres"] + more)
    }

    func startRun() throws -> RunningProgram { try program.start(["run", "plan.yaml", "--to", "postgres"]) }

    /// As if somebody had tidied up.
    func removeCheckpoint() throws {
        for end in ["", "-wal", "-shm", ".lock"] where exists("plan.postgres.checkpoint" + end) {
            try remove("plan.postgres.checkpoint" + end)
        }
    }
}

extension PostgresTarget {
    /// The sessions of the program's in this database.
    static let ours = "datname = current_database() AND application_name LIKE 'pingback-import%'"

    func sessions() async throws -> Int {
        try await value("SELECT count(*) FROM pg_stat_activity WHERE \(Self.ours)").flatMap { Int($0) } ?? -1
    }
}
