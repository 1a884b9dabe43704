import ImportCore
import ImportTestSupport
import Testing

@testable import PostgresWriting

@Suite("The reference schema")
struct ReferenceSchemaTests {
    private static var oddTables: PostgresTables {
        var tables = PostgresTables()
        tables.schema = "support team"
        tables.customers = "Kunden; --"
        tables.messages = "\"messages\""
        return tables
    }

    @Test(arguments: [PostgresTables(), oddTables])
    func runsInPsqlAsItIs(_ tables: PostgresTables) async throws {
        let rehearsal = try await Rehearsal(isEmpty: true)
        try await rehearsal.psql(ReferenceSchema.ddl(tables))
        _ = try rehearsal.inspect(tables)
        try Bookkeeping.create(rehearsal.connection)
        await #expect(throws: (any Error).self) {
            try await rehearsal.psql(ReferenceSchema.ddl(tables))
        }
    }

    @Test(arguments: [PostgresTables(), oddTables])
    func makesADatabaseToRehearseIn(_ tables: PostgresTables) async throws {
        let rehearsal = try await Rehearsal(isEmpty: true)
        try ReferenceSchema.create(rehearsal.connection, tables, businessID: Rehearsal.business, channels: [.widget])
        _ = try rehearsal.inspect(tables)
        let query =
            "SELECT id, business_id, type, is_active, created_at AT TIME ZONE 'UTC' FROM \(tables.quoted(.channels))"
        // The id was computed by Python's hashlib.
        #expect(
            try await rehearsal.psql(query) == [
                [
                    "bb872cd9-977d-52cb-ab92-bbf72828e3f5", Rehearsal.business, "widget", "t", "1970-01-01 00:00:00",
                ]
            ])
    }

    @Test func leavesADatabaseAloneThatHasAnyOfTheTables() async throws {
        let rehearsal = try await Rehearsal(isEmpty: true)
        try rehearsal.connection.run("CREATE VIEW public.messages AS SELECT 1 AS id")
        let error = #expect(throws: PostgresError.self) {
            try ReferenceSchema.create(
                rehearsal.connection, PostgresTables(), businessID: Rehearsal.business, channels: [.widget])
        }
        #expect(error == .notEmpty(["public.messages"]))
        #expect(error?.report.status == .plan)
        #expect(try await rehearsal.psql("SELECT to_regclass('public.customers')") == [[nil]])
        // The transaction is over.
        try rehearsal.connection.run("BEGIN; COMMIT")
    }

    @Test func aChannelsIDDependsOnTheBusinessAloneInAnyCase() {
        let business = Rehearsal.business
        let id = ReferenceSchema.channelID(.widget, business: business)
        #expect(ReferenceSchema.channelID(.widget, business: business.uppercased()) == id)
        #expect(ReferenceSchema.channelID(.widget, business: "c" + business.dropFirst()) != id)
    }
}
