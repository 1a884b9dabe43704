import ImportCore
import PlanReading
import Testing

@Suite("The destination postgres of a plan")
struct PostgresDestinationTests {
    private func options(_ typed: String, environment: [String: String] = [:]) throws -> PostgresOptions? {
        try PlanReader.read(
            text: Plans.text(more: "destinations: {postgres: \(typed)}"), path: "plan.yaml", environment: environment,
            destination: "postgres"
        ).destinations.postgres
    }

    @Test func isReadIntoTheModel() throws {
        let options = try #require(
            try options(
                """
                {url: "${DATABASE_URL}", tls: verify-ca, schema: app, tables: {customers: people, messages: Replies},
                 connections: 4, patience: 2m, load: merge}
                """, environment: ["DATABASE_URL": "postgresql://importer@db.internal/support"]))
        #expect(options.url?.reveal == "postgresql://importer@db.internal/support")
        #expect(options.tlsMode == .verifyCA)
        #expect(options.tables.schema == "app")
        #expect(options.tables.customers == "people")
        #expect(options.tables.channels == "channels")
        #expect(options.tables.conversations == "conversations")
        #expect(options.tables.messages == "Replies")
        #expect(options.connections == 4)
        #expect(options.patience == 120)
        #expect(options.load == .merge)
    }

    @Test func needsNoKey() throws {
        #expect(try options("") == PostgresOptions())
        #expect(try Plans.read(Plans.text()).destinations.postgres == nil)
    }

    @Test(arguments: ["postgres://db/x", "postgresql:///x?host=/run", "host=/run dbname=x", "service=pingback"])
    func isReachedByAnAddressOrAConnectionString(_ typed: String) throws {
        #expect(try options("{url: '\(typed)'}")?.url?.reveal == typed)
    }

    @Test(arguments: [
        Complaint(
            "{url: 'https://u:hunter2@a/?x=y'}", "url is neither a postgresql:// address nor a connection string"),
        Complaint("{url: hunter2}", "postgres.url is neither a postgresql:// address nor a connection string"),
        Complaint("{url: ''}", "postgres.url is empty"),
        Complaint("{tls: verify}", "postgres.tls is \"verify\"; it must be disable, allow, prefer, require, verify-ca"),
        Complaint("{connections: 17}", "connections is \"17\"; it must be a whole number from 1 to 16"),
        Complaint("{patience: 0s}", "patience is \"0s\"; it must be more than zero"),
        Complaint("{load: all}", "load is \"all\"; it must be merge or fresh"),
        Complaint("{schema: pingback_import}", "schema is where this program keeps its own tables"),
        Complaint("{schema: ''}", "schema is empty"),
        Complaint("{tables: {customers: messages}}", "tables gives two tables the same name"),
        Complaint("{tables: {tickets: a}}", "unknown key \"tickets\" in destinations.postgres.tables"),
        Complaint("{tables: {customers: \(String(repeating: "ä", count: 32))}}", "has at most 63 bytes, and no NUL"),
        Complaint("{password: hunter2}", "unknown key \"password\" in destinations.postgres"),
    ])
    func whatIsWrongIsNamedWithoutTheAddress(_ complaint: Complaint) {
        let report = Plans.report(Plans.text(more: "destinations: {postgres: \(complaint.piece)}"))
        #expect(report.hasPrefix("plan.yaml:6: error: "), "\(report)")
        #expect(report.contains(complaint.report), "\(report)")
        #expect(!report.contains("hunter2"))
    }

    @Test func anAddressFromTheEnvironmentIsNeededForThisDestinationOnly() throws {
        let text = Plans.text(more: "destinations: {postgres: {url: '${DATABASE_URL}'}}")
        #expect(try Plans.read(text).destinations.postgres == nil)
        #expect(throws: PlanError.self) {
            try PlanReader.read(text: text, path: "plan.yaml", environment: [:], destination: "postgres")
        }
    }
}
