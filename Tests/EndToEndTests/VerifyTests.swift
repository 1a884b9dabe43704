import Foundation
import ImportTestSupport
import Testing

/// What is in Postgres is compared with the source, and nothing is written.
@Suite("verify") struct VerifyTests {
    private func imported(_ tickets: Int = 30, change: String = "") async throws -> PostgresWorkspace {
        let workspace = try await PostgresWorkspace()
        try workspace.workspace.write("tickets.csv", PostgresWorkspace.csv(1...tickets))
        try workspace.writePlan()
        let end = try await workspace.program.run("run", "plan.yaml", "--to", "postgres", "--quiet")
        #expect(end.status == 0, "\(end.errors)")
        if !change.isEmpty {
            try await workspace.query(
                "CREATE TEMPORARY TABLE k AS SELECT conversation_id AS id, key FROM pingback_import.ledger;" + change)
        }
        return workspace
    }

    private func verify(_ workspace: PostgresWorkspace, _ more: String...) async throws -> ProgramEnd {
        try await workspace.program.run(["verify", "plan.yaml", "--to", "postgres"] + more)
    }

    /// Problems by key and name, with what they are about.
    private func problems(_ workspace: PostgresWorkspace) throws -> [String: [String]] {
        try workspace.objects("plan.postgres.verify.jsonl").reduce(into: [:]) { problems, object in
            let fields = object["fields"] as? [String] ?? []
            let name = object["problem"] as? String ?? ""
            problems[object["key"] as? String ?? "", default: []].append(
                fields.isEmpty ? name : name + " " + fields.joined(separator: ","))
        }
    }

    @Test func whatARunWroteIsWhatItWouldWrite() async throws {
        let workspace = try await imported()
        let end = try await verify(workspace)
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains("30 conversations compared, none differs"))
        #expect(try workspace.workspace.bytes("plan.postgres.verify.jsonl").isEmpty)
    }

    @Test func everyDifferenceIsNamedAndNoValueIsShown() async throws {
        let workspace = try await imported(
            change: """
                DELETE FROM messages WHERE conversation_id = (SELECT id FROM k WHERE key = '1');
                DELETE FROM conversations WHERE id = (SELECT id FROM k WHERE key = '1');
                UPDATE conversations SET status = 'resolved', closed_at = now()
                    WHERE id = (SELECT id FROM k WHERE key = '2');
                UPDATE messages SET content = 'something secret'
                    WHERE conversation_id = (SELECT id FROM k WHERE key = '3');
                INSERT INTO messages (id, conversation_id, sender_type, content, created_at)
                    SELECT gen_random_uuid(), id, 'customer', 'more', now() FROM k WHERE key = '4';
                DELETE FROM messages WHERE conversation_id = (SELECT id FROM k WHERE key = '6');
                UPDATE customers SET name = 'renamed' WHERE email = 'p2@example.org';
                UPDATE conversations SET customer_id = (SELECT id FROM customers WHERE email = 'p5@example.org')
                    WHERE id = (SELECT id FROM k WHERE key = '7');
                """)
        let before = try await workspace.content()
        let end = try await verify(workspace)
        #expect(end.status == 3, "\(end.errors)")
        #expect(end.errors.contains("of 30 conversations compared 1 is missing, 6 differ"))
        #expect(
            try problems(workspace) == [
                "1": ["conversation.missing"], "2": ["conversation.differs status,closed_at"],
                "3": ["message.differs content"], "4": ["message.extra"], "6": ["message.missing"],
                "7": ["conversation.differs customer_id"], "10": ["customer.differs name"],
            ])
        let list = try workspace.workspace.read("plan.postgres.verify.jsonl")
        #expect(!list.contains("secret") && !list.contains("renamed") && !list.contains("@"))
        #expect(try await workspace.content() == before)
    }

    @Test func aSampleSaysWhatItMeansForAll() async throws {
        let workspace = try await imported(500)
        let end = try await verify(workspace, "--sample", "100")
        #expect(end.status == 0, "\(end.errors)")
        #expect(
            end.errors.contains(
                "of 100 conversations sampled none differs: with 95 % confidence fewer than 3 % of all do"))
        try await workspace.query("UPDATE conversations SET status = 'pending'")
        let other = try await verify(workspace, "--sample", "100")
        #expect(other.status == 3)
        #expect(other.errors.contains("of 100 conversations sampled 0 are missing, 100 differ"))
    }

    @Test func whatTheRunRejectedIsNoDifference() async throws {
        let workspace = try await PostgresWorkspace()
        try await workspace.query("ALTER TABLE messages ADD CHECK (content <> 'ticket 3 of many')")
        try workspace.workspace.write(
            "tickets.csv", PostgresWorkspace.csv(1...30) + "31,no time,open,,,\n32,no status,unknown,,,\n")
        try workspace.writePlan()
        #expect(try await workspace.program.run("run", "plan.yaml", "--to", "postgres").status == 3)
        let end = try await verify(workspace)
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains("31 conversations compared, none differs"))
        #expect(end.errors.contains("rejected by the run, not there   2"))

        // Without a checkpoint nobody knows what the server refused.
        try workspace.workspace.remove("plan.postgres.checkpoint")
        let without = try await verify(workspace)
        #expect(without.status == 3)
        #expect(without.errors.contains("there is no checkpoint"))
        #expect(try problems(workspace) == ["3": ["conversation.missing"]])
    }

    @Test func customersWhomOthersMadeSinceChangeNothing() async throws {
        let workspace = try await imported(
            change: """
                INSERT INTO customers (id, business_id, email, created_at)
                SELECT gen_random_uuid(), business_id, upper(email), now() FROM customers;
                """)
        let end = try await verify(workspace)
        #expect(end.status == 0, "\(end.errors)")
    }

    @Test func itTakesNoMoreThanTheRightToRead() async throws {
        let workspace = try await imported()
        let role = "reader_" + UUID().uuidString.prefix(8).lowercased()
        try await workspace.query(
            """
            CREATE ROLE \(role) LOGIN;
            GRANT USAGE ON SCHEMA pingback_import TO \(role);
            GRANT SELECT ON ALL TABLES IN SCHEMA public, pingback_import TO \(role);
            """)
        let plan = try workspace.workspace.read("plan.yaml")
        try workspace.workspace.write("plan.yaml", plan.replacing("user=postgres", with: "user=\(role)"))
        let end = try await verify(workspace)
        #expect(end.status == 0, "\(end.errors)")
        let undo = try await workspace.program.run("undo", "plan.yaml", "--to", "postgres", "--yes")
        #expect(undo.status == 77)
        #expect(undo.errors.contains("we lack DELETE on public.conversations"))
    }
}
