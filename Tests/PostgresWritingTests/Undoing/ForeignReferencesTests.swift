import ImportCore
import Testing

@testable import PostgresWriting

@Suite("Tables that refer to what a run writes")
struct ForeignReferencesTests {
    private static let conversation = "00000000-0000-4000-8000-000000000001"
    private static let message = "00000000-0000-4000-8000-000000000002"

    private func rehearsal() async throws -> Rehearsal {
        let rehearsal = try await Rehearsal()
        try rehearsal.connection.run(
            """
            INSERT INTO public.customers (id, business_id, created_at)
                VALUES ('\(Self.conversation)', '\(Rehearsal.business)', now());
            INSERT INTO public.conversations (id, business_id, customer_id, channel_type, created_at, updated_at)
                VALUES ('\(Self.conversation)', '\(Rehearsal.business)', '\(Self.conversation)', 'email', now(), now());
            INSERT INTO public.messages (id, conversation_id, sender_type, content, created_at)
                VALUES ('\(Self.message)', '\(Self.conversation)', 'agent', '', now());
            """)
        return rehearsal
    }

    private func ids() throws -> [BinaryUUID] { [try #require(BinaryUUID(Self.conversation))] }

    @Test func areNotThoseThatItWritesItself() async throws {
        let rehearsal = try await rehearsal()
        let references = try ForeignReferences.read(rehearsal.connection, PostgresTables())
        #expect(try references.conversations(among: ids()).isEmpty)
        #expect(try references.customers(among: ids()).isEmpty)
    }

    @Test func areFoundWhereverTheyAreAndWhateverTheyAreCalled() async throws {
        let rehearsal = try await rehearsal()
        try rehearsal.connection.run(
            """
            CREATE SCHEMA "my notes";
            CREATE TABLE "my notes"."of ""us" ("the c" uuid REFERENCES public.conversations (id) ON DELETE CASCADE);
            INSERT INTO "my notes"."of ""us" VALUES ('\(Self.conversation)');
            CREATE TABLE public.tags (customer uuid REFERENCES public.customers (id));
            INSERT INTO public.tags VALUES ('\(Self.conversation)');
            """)
        let references = try ForeignReferences.read(rehearsal.connection, PostgresTables())
        #expect(try references.conversations(among: ids()) == [ids()[0]: "my notes.of \"us"])
        #expect(try references.customers(among: ids()) == [ids()[0]: "public.tags"])
    }

    @Test func toAMessageCountForItsConversation() async throws {
        let rehearsal = try await rehearsal()
        try rehearsal.connection.run(
            """
            CREATE TABLE public.reactions (message uuid REFERENCES public.messages (id) ON DELETE CASCADE);
            INSERT INTO public.reactions VALUES ('\(Self.message)');
            """)
        let references = try ForeignReferences.read(rehearsal.connection, PostgresTables())
        #expect(try references.conversations(among: ids()) == [ids()[0]: "public.reactions"])
    }
}
