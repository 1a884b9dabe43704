import ImportCore
import Testing

@testable import PostgresWriting

@Suite("What a fresh load drops")
struct DefinitionCatalogTests {
    private func droppable(_ change: String, _ tables: PostgresTables = PostgresTables()) async throws -> Set<String> {
        let rehearsal = try await Rehearsal()
        try rehearsal.connection.run(change)
        return try droppable(in: rehearsal, tables)
    }

    private func droppable(in rehearsal: Rehearsal, _ tables: PostgresTables = PostgresTables()) throws -> Set<String> {
        var names: Set<String> = []
        try rehearsal.connection.transaction { () throws(PostgresError) in
            names = Set(try DefinitionCatalog.droppable(rehearsal.connection, tables).map(\.name))
        }
        return names
    }

    private static let all: Set = [
        "customers_pkey", "customers_business_id_external_id_idx", "customers_business_id_lower_idx",
        "conversations_pkey", "conversations_customer_id_idx", "conversations_business_id_updated_at_idx",
        "conversations_customer_id_fkey", "conversations_channel_id_fkey",
        "messages_pkey", "messages_conversation_id_idx", "messages_conversation_id_fkey",
    ]

    @Test func isEveryKeyIndexAndForeignKeyOfTheReferenceTables() async throws {
        #expect(try await droppable("") == Self.all)
    }

    @Test(
        "is not what may refuse a row",
        arguments: [
            "ALTER TABLE customers ADD UNIQUE (business_id, email)",
            "CREATE UNIQUE INDEX ON conversations (channel_id) WHERE status = 'open'",
            "ALTER TABLE conversations ADD EXCLUDE USING btree (assignee_id WITH =)",
            "ALTER TABLE messages ADD CHECK (content <> '')",
            "CREATE TABLE public.agents (id uuid PRIMARY KEY); ALTER TABLE messages ADD FOREIGN KEY (sender_id) REFERENCES public.agents",
            "ALTER TABLE conversations ADD FOREIGN KEY (assignee_id) REFERENCES customers",
        ])
    func demands(_ change: String) async throws {
        let names = try await droppable(change)
        // A key that a further foreign key refers to stays with it.
        let kept: Set = change.contains("REFERENCES customers") ? ["customers_pkey"] : []
        #expect(names == Self.all.subtracting(kept))
    }

    @Test(
        "is not what something else depends on, or what a definition does not tell",
        arguments: [
            ("CREATE TABLE public.notes (c uuid REFERENCES conversations (id))", "conversations_pkey"),
            ("CREATE VIEW public.v AS SELECT id, content FROM messages GROUP BY id", "messages_pkey"),
            ("ALTER TABLE messages REPLICA IDENTITY USING INDEX messages_pkey", "messages_pkey"),
            ("CLUSTER messages USING messages_conversation_id_idx", "messages_conversation_id_idx"),
            ("COMMENT ON CONSTRAINT customers_pkey ON customers IS 'x'", "customers_pkey"),
            ("COMMENT ON INDEX conversations_customer_id_idx IS 'x'", "conversations_customer_id_idx"),
            (
                "COMMENT ON CONSTRAINT messages_conversation_id_fkey ON messages IS 'x'",
                "messages_conversation_id_fkey conversations_pkey"
            ),
            ("ALTER INDEX messages_pkey SET (fillfactor = 70)", "messages_pkey"),
            (
                "ALTER INDEX customers_business_id_lower_idx ALTER COLUMN 2 SET STATISTICS 9",
                "customers_business_id_lower_idx"
            ),
        ])
    func dependents(change: String, kept: String) async throws {
        #expect(try await droppable(change) == Self.all.subtracting(kept.split(separator: " ").map(String.init)))
    }

    @Test func isRebuiltAsItWasWhateverItIsCalledAndHoweverItIsMade() async throws {
        let rehearsal = try await Rehearsal(isEmpty: true)
        var tables = PostgresTables()
        tables.schema = "the \"inbox\""
        tables.customers = "Our People"
        try rehearsal.connection.run(ReferenceSchema.schemaDDL(tables) + ReferenceSchema.tablesDDL(tables))
        try rehearsal.connection.run(Bookkeeping.ddl)
        let conversations = tables.quoted(.conversations)
        try rehearsal.connection.run(
            """
            CREATE UNIQUE INDEX "of both" ON \(conversations) (id, status) INCLUDE (created_at) WITH (fillfactor = 60);
            CREATE INDEX ON \(conversations) USING hash (assignee_id) WHERE assignee_id IS NOT NULL;
            CREATE INDEX ON \(conversations) (status COLLATE "C" text_pattern_ops DESC NULLS LAST);
            ALTER TABLE \(conversations) DROP CONSTRAINT conversations_channel_id_fkey,
                ADD CONSTRAINT "the way" FOREIGN KEY (channel_id) REFERENCES \(tables.quoted(.channels))
                    ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED NOT VALID;
            """)
        let before = try droppable(in: rehearsal, tables)
        #expect(before.count == 14)
        let definitions = try await self.definitions(of: rehearsal)
        let lock = TargetLock(identity: "x")
        let holder = try #require(try lock.take(on: rehearsal.connection))
        let load = FreshLoad(connection: rehearsal.connection, tables: tables)
        #expect(try load.drop(plan: 1, lock: holder) == 14)
        #expect(try droppable(in: rehearsal, tables).isEmpty)
        // Repeated, it finds that done.
        #expect(try load.drop(plan: 1, lock: holder) == 14)
        #expect(try load.rebuild(lock: holder) == 14)
        #expect(try load.rebuild(lock: holder) == 0)
        #expect(try await self.definitions(of: rehearsal) == definitions)
    }

    private func definitions(of rehearsal: Rehearsal) async throws -> [[String?]] {
        try await rehearsal.psql(
            """
            SELECT conrelid::regclass, conname, contype, convalidated, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
            UNION ALL SELECT indrelid::regclass, indexrelid::regclass::text, 'i', indisvalid, pg_get_indexdef(indexrelid)
            FROM pg_index JOIN pg_class c ON c.oid = indexrelid
            WHERE c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace) ORDER BY 1, 2, 3, 4, 5
            """)
    }

    @Test func staysAsItIsWhereOneOfThemCouldNotBeRebuilt() async throws {
        let rehearsal = try await Rehearsal()
        try rehearsal.connection.run(Bookkeeping.ddl)
        try rehearsal.connection.run(
            """
            CREATE FUNCTION public.forbid() RETURNS event_trigger LANGUAGE plpgsql
                AS $$ BEGIN IF tg_tag = 'CREATE INDEX' THEN RAISE 'no' USING ERRCODE = '42501'; END IF; END $$;
            CREATE EVENT TRIGGER forbid ON ddl_command_start EXECUTE FUNCTION public.forbid();
            """)
        let holder = try #require(try TargetLock(identity: "x").take(on: rehearsal.connection))
        let load = FreshLoad(connection: rehearsal.connection, tables: PostgresTables())
        #expect {
            try load.drop(plan: 1, lock: holder)
        } throws: {
            guard case PostgresError.notRebuilt(_, let error, _, isDropped: false) = $0 else { return false }
            return error.sqlState == "42501"
        }
        #expect(try droppable(in: rehearsal) == Self.all)
        #expect(try await rehearsal.psql("SELECT count(*) FROM pingback_import.dropped") == [["0"]])
    }
}
