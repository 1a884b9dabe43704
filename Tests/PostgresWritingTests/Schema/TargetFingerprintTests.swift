import ImportCore
import ImportTestSupport
import Testing

@testable import PostgresWriting

@Suite("What a database is known by")
struct TargetFingerprintTests {
    @Test func theFingerprintNamesServerDatabaseSchemaAndBusiness() async throws {
        let rehearsal = try await Rehearsal()
        let system = try await rehearsal.psql("SELECT system_identifier FROM pg_control_system()")
        let target = try rehearsal.inspect(business: Rehearsal.business.uppercased())
        #expect(target.systemIdentifier == system.joined().first)
        #expect(target.database == rehearsal.name)
        #expect(
            target.fingerprint
                == "Postgres system \(target.systemIdentifier), database \(target.database), schema public, "
                + "business \(Rehearsal.business)")
    }

    @Test func aServerThatDoesNotTellIsKnownByItsAddressAndTheDatabasesNumber() async throws {
        let one = try await Rehearsal()
        let two = try await Rehearsal()
        let query = "SELECT oid FROM pg_database WHERE datname = current_database()"
        let number = try #require(try await one.psql(query).joined().first ?? nil)
        let prepare = Bookkeeping.ddl + Self.hidden
        let target = try one.target(after: prepare)
        #expect(target.systemIdentifier == "at \(one.connection.server) with database number \(number)")
        #expect(try one.target(after: prepare).fingerprint == target.fingerprint)
        #expect(try two.target(after: prepare).fingerprint != target.fingerprint)
    }

    /// All rights on the tables, and none to ask for the server's identifier.
    private static let hidden = """
        CREATE ROLE stranger; REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC;
        GRANT USAGE ON SCHEMA pingback_import TO stranger;
        GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public, pingback_import TO stranger;
        GRANT UPDATE, DELETE ON ALL TABLES IN SCHEMA pingback_import TO stranger;
        SET LOCAL ROLE stranger
        """

    @Test(arguments: ["SELECT", hidden])
    func aRestartLeavesItAndAnotherServerHasAnother(_ change: String) async throws {
        let cluster = try await PrivateCluster()
        let rehearsal = try await Rehearsal(in: cluster)
        let target = try rehearsal.target(after: Bookkeeping.ddl + change)
        try await cluster.crash()
        try await cluster.start()
        let later = Rehearsal(rehearsal, connection: try Connection(to: rehearsal.url))
        #expect(try later.target(after: Bookkeeping.ddl + change).fingerprint == target.fingerprint)
        let other = try await Rehearsal().target(after: Bookkeeping.ddl + change)
        #expect(other.systemIdentifier != target.systemIdentifier)
    }
}
