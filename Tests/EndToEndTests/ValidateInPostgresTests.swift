import Foundation
import ImportTestSupport
import Testing

/// A dry run that asks the database too, and writes nothing there.
@Suite("validate --to postgres") struct ValidateInPostgresTests {
    private func validate(_ workspace: PostgresWorkspace) async throws -> (ProgramEnd, [String: Any]) {
        let end = try await workspace.program.run(
            "validate", "plan.yaml", "--to", "postgres", "--summary", "summary.json")
        let summary = try workspace.workspace.summary("summary.json")
        Summary(summary).expectBalance()
        return (end, summary["foreseen"] as? [String: Any] ?? [:])
    }

    @Test func tellsWhatARunWouldFindAndCreate() async throws {
        let workspace = try await PostgresWorkspace()
        try workspace.workspace.write("tickets.csv", PostgresWorkspace.csv(1...30))
        try workspace.writePlan()
        try await workspace.query(
            """
            INSERT INTO customers (id, business_id, email, created_at) VALUES
                (gen_random_uuid(), '\(Workspace.businessID)', 'P1@example.org', now()),
                (gen_random_uuid(), '\(Workspace.businessID)', 'p2@example.org', now()),
                (gen_random_uuid(), '\(Workspace.businessID)', 'p2@example.org', now())
            """)
        let before = try await workspace.content()
        let (end, foreseen) = try await validate(workspace)
        #expect(end.status == 3, "\(end.errors)")
        #expect(foreseen["present"] as? Int == 0)
        #expect(foreseen["customers_found"] as? Int == 1)
        #expect(foreseen["customers_new"] as? Int == 5)
        #expect(foreseen["refused"] as? [String: Int] == ["customer.ambiguous": 5])
        let summary = try Summary(workspace.workspace.summary("summary.json"))
        #expect(summary["rejections", "by_destination"] == 5)
        #expect(summary["conversations", "not_sent"] == 25)
        #expect(end.errors.contains("tickets.csv:11: rejected [customer.ambiguous]"))
        #expect(try await workspace.content() == before)
        #expect(try await workspace.count("pingback_import.plans") == 0)

        // A run then does as was said.
        let run = try await workspace.program.run("run", "plan.yaml", "--to", "postgres")
        #expect(run.errors.contains("25 created in postgres, 5 rejected"), "\(run.errors)")
        #expect(try await workspace.count("customers") == 8)
    }

    @Test func tellsWhatIsThereAlready() async throws {
        let workspace = try await PostgresWorkspace()
        try workspace.workspace.write("tickets.csv", PostgresWorkspace.csv(1...10))
        try workspace.writePlan()
        #expect(try await workspace.program.run("run", "plan.yaml", "--to", "postgres").status == 0)
        try workspace.workspace.write("tickets.csv", PostgresWorkspace.csv(1...30))
        try await workspace.query("DELETE FROM pingback_import.ledger WHERE key = '1'")
        let (end, foreseen) = try await validate(workspace)
        #expect(end.status == 0, "\(end.errors)")
        #expect(foreseen["present"] as? Int == 10)
        #expect(foreseen["recorded"] as? Int == 9)
        #expect(foreseen["customers_found"] as? Int == 3)
        #expect(foreseen["customers_new"] as? Int == 4)
    }

    @Test func aDatabaseThatARunCouldNotWriteToEndsIt() async throws {
        let workspace = try await PostgresWorkspace()
        try workspace.workspace.write("tickets.csv", PostgresWorkspace.csv(1...10))
        try workspace.writePlan()
        try await workspace.query("ALTER TABLE messages ADD region text NOT NULL")
        let end = try await workspace.program.run("validate", "plan.yaml", "--to", "postgres")
        #expect(end.status == 78)
        #expect(end.errors.contains("public.messages.region is NOT NULL without a default"))
    }

    @Test func withoutADestinationNobodyIsAsked() async throws {
        let workspace = try await PostgresWorkspace(isEmpty: true)
        try workspace.workspace.write("tickets.csv", PostgresWorkspace.csv(1...10))
        try workspace.writePlan()
        let end = try await workspace.program.run("validate", "plan.yaml", "--summary", "summary.json")
        #expect(end.status == 0, "\(end.errors)")
        #expect(try workspace.workspace.summary("summary.json")["foreseen"] is NSNull)
    }
}
