import Foundation
import ImportTestSupport
import Testing

/// What a run created in Postgres can be taken back, and nothing else.
@Suite("undo") struct UndoTests {
    private func imported(_ tickets: Int = 30) async throws -> PostgresWorkspace {
        let workspace = try await PostgresWorkspace()
        try workspace.workspace.write("tickets.csv", PostgresWorkspace.csv(1...tickets))
        try workspace.writePlan()
        let end = try await workspace.program.run("run", "plan.yaml", "--to", "postgres", "--quiet")
        #expect(end.status == 0, "\(end.errors)")
        #expect(try await workspace.count("conversations") == tickets)
        return workspace
    }

    private func undo(_ workspace: PostgresWorkspace, _ more: String...) async throws -> ProgramEnd {
        try await workspace.program.run(["undo", "plan.yaml", "--to", "postgres"] + more)
    }

    @Test func takesBackAllThatARunCreatedAndARunBeginsAnew() async throws {
        let workspace = try await imported()
        let before = try await workspace.content()
        let end = try await undo(workspace, "--yes")
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains("postgres: deleted 30 conversations and 7 customers, 0 left alone"))
        for table in ["customers", "conversations", "messages"] { #expect(try await workspace.count(table) == 0) }
        for table in ["plans", "runs", "batches", "ledger", "customers"] {
            #expect(try await workspace.count("pingback_import.\(table)") == 0, "\(table)")
        }
        #expect(try await workspace.count("channels") == 1)
        #expect(!workspace.workspace.exists("plan.postgres.checkpoint"))

        let again = try await workspace.program.run("run", "plan.yaml", "--to", "postgres")
        #expect(again.status == 0, "\(again.errors)")
        #expect(try await workspace.content() == before)
    }

    @Test func leavesAloneWhatWasChangedSinceAndListsItWithTheReason() async throws {
        let workspace = try await imported()
        try await workspace.query(
            """
            CREATE TABLE notes (id int, conversation uuid REFERENCES conversations (id) ON DELETE CASCADE);
            CREATE TEMPORARY TABLE k AS SELECT conversation_id AS id, key FROM pingback_import.ledger;
            UPDATE conversations SET status = 'resolved' WHERE id = (SELECT id FROM k WHERE key = '1');
            UPDATE messages SET content = 'another' WHERE conversation_id = (SELECT id FROM k WHERE key = '11');
            INSERT INTO messages (id, conversation_id, sender_type, content, created_at)
                SELECT gen_random_uuid(), id, 'agent', 'an answer', now() FROM k WHERE key = '12';
            INSERT INTO notes SELECT 1, id FROM k WHERE key = '13';
            DELETE FROM messages WHERE conversation_id = (SELECT id FROM k WHERE key = '21');
            DELETE FROM messages WHERE conversation_id = (SELECT id FROM k WHERE key = '22');
            DELETE FROM conversations WHERE id = (SELECT id FROM k WHERE key = '22');
            UPDATE customers SET name = 'renamed' WHERE email = 'p6@example.org';
            """)
        let dry = try await undo(workspace, "--dry-run", "--output", "dry.jsonl")
        #expect(dry.status == 3, "\(dry.errors)")
        #expect(dry.errors.contains("would delete 24 conversations and 3 customers, 9 left alone"))

        let end = try await undo(workspace, "--yes")
        #expect(end.status == 3, "\(end.errors)")
        #expect(end.errors.contains("deleted 24 conversations and 3 customers, 9 left alone"))
        let reasons = try workspace.objects("plan.postgres.undo.jsonl").filter {
            $0["kind"] as? String == "conversation"
        }
        .reduce(into: [String: String]()) { $0[$1["key"] as? String ?? ""] = $1["reason"] as? String }
        #expect(
            reasons == ["1": "changed", "11": "changed", "12": "answered", "13": "referred", "21": "changed"])
        #expect(try await workspace.count("notes") == 1)
        #expect(try await workspace.count("conversations") == 5)
        #expect(try await workspace.count("messages") == 5)
        #expect(try await workspace.count("pingback_import.ledger") == 5)
        #expect(try await workspace.count("pingback_import.runs") == 1)
        #expect(try workspace.workspace.bytes("dry.jsonl") == workspace.workspace.bytes("plan.postgres.undo.jsonl"))

        // Repeated, it finds the same, and nothing else.
        let list = try workspace.workspace.bytes("plan.postgres.undo.jsonl")
        #expect(try await undo(workspace, "--yes").status == 3)
        #expect(try workspace.workspace.bytes("plan.postgres.undo.jsonl") == list)
    }

    @Test func aRunAfterItCreatesWhatIsGoneAndFindsWhatStayed() async throws {
        let workspace = try await imported()
        try await workspace.query(
            "UPDATE conversations SET status = 'resolved' WHERE id IN (SELECT conversation_id FROM pingback_import.ledger WHERE key IN ('3', '4'))"
        )
        #expect(try await undo(workspace, "--yes").status == 3)
        #expect(try await workspace.count("conversations") == 2)
        let run = try await workspace.program.run("run", "plan.yaml", "--to", "postgres")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("28 created in postgres, 2 already present"))
        #expect(try await workspace.count("conversations") == 30)
    }

    @Test func aDryRunWritesNothing() async throws {
        let workspace = try await imported()
        let before = try await workspace.content()
        let end = try await undo(workspace, "--dry-run")
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains("would delete 30 conversations and 7 customers, 0 left alone; nothing was written"))
        #expect(try await workspace.content() == before)
        #expect(try await workspace.count("pingback_import.ledger") == 30)
        #expect(workspace.workspace.exists("plan.postgres.checkpoint"))
        #expect(!workspace.workspace.exists("plan.postgres.undo.jsonl"))
    }

    @Test func whereNobodyCanBeAskedItDemandsAYes() async throws {
        let workspace = try await imported()
        let end = try await undo(workspace)
        #expect(end.status == 78)
        #expect(end.errors.contains("at most 30 conversations and 7 customers"))
        #expect(end.errors.contains("--yes"))
        #expect(try await workspace.count("conversations") == 30)
    }

    @Test func whatAnotherPlanCreatedOrUsesStays() async throws {
        let workspace = try await imported(10)
        try workspace.workspace.write("others.csv", PostgresWorkspace.csv(8...14))
        try workspace.writePlan("other.yaml", plan: "another", files: "others.csv")
        #expect(try await workspace.program.run("run", "other.yaml", "--to", "postgres").status == 0)
        let end = try await undo(workspace, "--yes")
        // The customers of tickets 8 to 10 are those of the other plan's conversations, too.
        #expect(end.status == 3, "\(end.errors)")
        #expect(end.errors.contains("deleted 10 conversations and 1 customer, 2 left alone"))
        #expect(try await workspace.count("conversations") == 7)
        #expect(try await workspace.count("customers") == 2)
        #expect(try await workspace.count("pingback_import.plans") == 2)
    }

    @Test func whatATriggerKeepsStaysWholeAndStopsNothing() async throws {
        let workspace = try await imported()
        try await workspace.query(
            """
            CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN IF OLD.content = 'ticket 7 of many' THEN RETURN NULL; END IF; RETURN OLD; END $$;
            CREATE TRIGGER keep BEFORE DELETE ON messages FOR EACH ROW EXECUTE FUNCTION keep();
            """)
        let end = try await undo(workspace, "--yes")
        #expect(end.status == 3, "\(end.errors)")
        #expect(try await workspace.count("conversations") == 1)
        #expect(try await workspace.count("messages") == 1)
        let list = try workspace.objects("plan.postgres.undo.jsonl")
        #expect(list.compactMap { $0["reason"] as? String }.sorted() == ["in_use", "refused"])
    }

    @Test func killedInTheMiddleItGoesOnWhenRepeated() async throws {
        let tickets = 12_000
        let workspace = try await imported(tickets)
        let before = try await workspace.content()
        // Every page takes long enough to be killed in it.
        try await workspace.query(
            """
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END $$;
            CREATE TRIGGER slow AFTER DELETE ON conversations FOR EACH STATEMENT EXECUTE FUNCTION slow();
            """)
        let running = try workspace.program.start(["undo", "plan.yaml", "--to", "postgres", "--yes"])
        while running.isRunning {
            if try await workspace.count("pingback_import.ledger") < tickets { break }
        }
        running.kill()
        #expect(try await running.end().signal == 9)
        let left = try await workspace.count("pingback_import.ledger")
        #expect(left > 0 && left < tickets)
        #expect(try await workspace.count("conversations") == left)
        #expect(!workspace.workspace.exists("plan.postgres.checkpoint"))
        #expect(!workspace.workspace.exists("plan.postgres.undo.jsonl"))

        let end = try await undo(workspace, "--yes")
        #expect(end.status == 0, "\(end.errors)")
        #expect(try await workspace.count("conversations") == 0)
        #expect(try await workspace.count("pingback_import.plans") == 0)
        let run = try await workspace.program.run("run", "plan.yaml", "--to", "postgres")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try await workspace.content() == before)
    }

    @Test func theCheckpointOfAnotherDatabaseStays() async throws {
        let workspace = try await imported()
        let other = try await imported()
        try other.workspace.write("tickets.csv", PostgresWorkspace.csv(1...30))
        let checkpoint = workspace.workspace.folder.path("plan.postgres.checkpoint")
        let end = try await undo(other, "--yes", "--checkpoint", checkpoint)
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains("belongs to another destination"))
        #expect(workspace.workspace.exists("plan.postgres.checkpoint"))
        #expect(try await other.count("conversations") == 0)
    }

    @Test func whereNoRunHasBeenThereIsNothingToUndo() async throws {
        let workspace = try await PostgresWorkspace()
        try workspace.writePlan()
        let end = try await undo(workspace, "--yes")
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains("nothing of this plan is there"))
        #expect(!workspace.workspace.exists("plan.postgres.undo.jsonl"))
    }
}
