import ImportCore
import Testing

@testable import PostgresWriting

@Suite("The program's own tables")
struct BookkeepingTests {
    @Test func standInTheSchemaOfTheirOwn() {
        let tables = Bookkeeping.ddl.matches(of: #/CREATE TABLE IF NOT EXISTS (\S+) /#).map { String($0.1) }
        #expect(tables.allSatisfy { $0.hasPrefix(Bookkeeping.schema + ".") })
        #expect(tables.count == 8)
    }

    @Test func areMadeOnce() async throws {
        let rehearsal = try await Rehearsal(isEmpty: true)
        try Bookkeeping.create(rehearsal.connection)
        try rehearsal.connection.run(
            "INSERT INTO pingback_import.runs (plan, run) VALUES (1, '00000000-0000-0000-0000-000000000001')")
        try Bookkeeping.create(rehearsal.connection)
        let query = """
            SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'pingback_import'::regnamespace
            ORDER BY relname
            """
        #expect(
            try await rehearsal.psql(query)
                == [
                    ["batches"], ["customers"], ["dropped"], ["ledger"], ["plans"], ["refused_customers"], ["runs"],
                    ["updates"],
                ])
        #expect(try await rehearsal.psql("SELECT count(*) FROM pingback_import.runs") == [["1"]])
    }

    @Test func areMadeByOneOfSeveralRunsThatBeginTogether() async throws {
        let rehearsal = try await Rehearsal(isEmpty: true)
        let url = rehearsal.url
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { try Bookkeeping.create(Connection(to: url)) }
            }
            try await group.waitForAll()
        }
        #expect(try await rehearsal.psql("SELECT count(*) FROM pingback_import.ledger") == [["0"]])
    }

    @Test func areCompletedWhereSomeAreThere() async throws {
        let rehearsal = try await Rehearsal(isEmpty: true)
        try rehearsal.connection.run(Bookkeeping.ddl)
        try rehearsal.connection.run("DROP TABLE pingback_import.ledger")
        try Bookkeeping.create(rehearsal.connection)
        #expect(try await rehearsal.psql("SELECT count(*) FROM pingback_import.ledger") == [["0"]])
    }

    @Test func fromBeforeThereWereUpdatesCanBeRead() async throws {
        let rehearsal = try await Rehearsal(isEmpty: true)
        #expect(try !Bookkeeping.isThere(rehearsal.connection))
        try Bookkeeping.create(rehearsal.connection)
        #expect(try Bookkeeping.hasUpdates(rehearsal.connection))
        try rehearsal.connection.run("DROP TABLE pingback_import.updates")
        #expect(try Bookkeeping.isThere(rehearsal.connection))
        #expect(try !Bookkeeping.hasUpdates(rehearsal.connection))
        try rehearsal.connection.run("DROP TABLE pingback_import.runs")
        #expect(
            throws: PostgresError.bookkeeping(["pingback_import.runs is missing", "pingback_import.updates is missing"])
        ) {
            try Bookkeeping.isThere(rehearsal.connection)
        }
    }

    @Test func thatAreThereTakeNoRightToMakeAny() async throws {
        let rehearsal = try await Rehearsal(isEmpty: true)
        try Bookkeeping.create(rehearsal.connection)
        try rehearsal.connection.run("BEGIN; CREATE ROLE bystander; SET LOCAL ROLE bystander")
        try Bookkeeping.create(rehearsal.connection)
        try rehearsal.connection.run("ROLLBACK")
    }

    @Test func ofAnotherVersionAreLeftAlone() async throws {
        let rehearsal = try await Rehearsal(isEmpty: true)
        try Bookkeeping.create(rehearsal.connection)
        try rehearsal.connection.run(
            """
            ALTER TABLE pingback_import.ledger ADD step integer, ALTER content_hash TYPE text;
            DROP TABLE pingback_import.runs
            """)
        let error = #expect(throws: PostgresError.self) { try Bookkeeping.create(rehearsal.connection) }
        #expect(
            error
                == .bookkeeping([
                    "pingback_import.ledger: content_hash bytea", "pingback_import.ledger: content_hash text",
                    "pingback_import.ledger: step integer",
                ]))
        #expect(error?.report.status == .data)
        #expect(try await rehearsal.psql("SELECT to_regclass('pingback_import.runs')") == [[nil]])
    }
}
