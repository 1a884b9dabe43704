import ImportCore
import Testing

@testable import PostgresWriting

@Suite("The inspection of a database: what reading and deleting take")
struct TargetPurposeTests {
    private static let readers = """
        CREATE ROLE importer;
        GRANT SELECT ON public.channels, public.customers, public.conversations, public.messages TO importer;
        """

    private func findings(_ purpose: TargetPurpose, after change: String) async throws -> [String] {
        let rehearsal = try await Rehearsal()
        try rehearsal.connection.run("BEGIN")
        defer { try? rehearsal.connection.run("ROLLBACK") }
        try rehearsal.connection.run(change)
        do {
            _ = try TargetInspection.inspect(
                rehearsal.connection, PostgresTables(), businessID: Rehearsal.business, for: purpose)
            return []
        } catch PostgresError.target(let findings, _, _) {
            return findings
        }
    }

    @Test func readingTakesSelectAloneAndAServerThatMayBeAStandby() async throws {
        #expect(try await findings(.read, after: Self.readers + "SET LOCAL ROLE importer").isEmpty)
        #expect(try await findings(.read, after: "SET TRANSACTION READ ONLY").isEmpty)
    }

    @Test func aColumnThatARunCouldNotFillKeepsNothingFromBeingReadOrDeleted() async throws {
        let change = "ALTER TABLE public.messages ADD region text NOT NULL"
        #expect(try await findings(.read, after: change).isEmpty)
        #expect(try await findings(.undo, after: change).isEmpty)
        #expect(try await !findings(.write, after: change).isEmpty)
    }

    @Test func updatingTakesTheRightToUpdateWhatChanges() async throws {
        let rights = """
            GRANT INSERT ON public.customers, public.conversations, public.messages TO importer;
            GRANT CREATE, TEMPORARY ON DATABASE %I TO importer;
            """
        let change =
            Self.readers
            + "DO $$ BEGIN EXECUTE format('\(rights.replacing("\n", with: " "))', current_database(), current_database()); END $$;"
            + "SET LOCAL ROLE importer"
        #expect(try await findings(.write, after: change).isEmpty)
        let found = try await findings(.update, after: change)
        #expect(found == ["conversations", "messages"].map { "we lack UPDATE on public.\($0)" })
        let some = try await findings(
            .update,
            after: Self.readers + "GRANT UPDATE (id, business_id, status) ON public.conversations TO importer;"
                + "SET LOCAL ROLE importer")
        #expect(some.contains { $0.hasPrefix("we lack UPDATE on public.conversations (customer_id, assignee_id, ") })
    }

    @Test func deletingTakesTheRightToDelete() async throws {
        let found = try await findings(.undo, after: Self.readers + "SET LOCAL ROLE importer")
        #expect(
            found == ["customers", "conversations", "messages"].map { "we lack DELETE on public.\($0)" })
        #expect(try await !findings(.undo, after: "SET TRANSACTION READ ONLY").isEmpty)
    }
}
