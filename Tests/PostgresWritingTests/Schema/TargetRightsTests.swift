import ImportCore
import Testing

@testable import PostgresWriting

@Suite("The inspection of a database: what we may do there")
struct TargetRightsTests {
    private static let grants = """
        CREATE ROLE importer;
        GRANT SELECT ON public.channels TO importer;
        GRANT SELECT, INSERT ON public.customers, public.conversations, public.messages TO importer;
        """

    @Test func rightsOnEachTableAndOnTheDatabaseAreNeeded() async throws {
        let rehearsal = try await Rehearsal()
        let name = rehearsal.name
        let complaint = try rehearsal.complaint(
            after: """
                CREATE ROLE importer; REVOKE TEMPORARY ON DATABASE \(name.quotedIdentifier) FROM PUBLIC;
                SET LOCAL ROLE importer
                """)
        #expect(complaint?.status == .refused)
        #expect(
            complaint?.findings == [
                "we lack TEMPORARY on database \(name)",
                "we lack CREATE on database \(name), to make the program's own schema pingback_import",
                "we lack SELECT on public.customers", "we lack INSERT on public.customers",
                "we lack SELECT on public.channels",
                "we lack SELECT on public.conversations", "we lack INSERT on public.conversations",
                "we lack SELECT on public.messages", "we lack INSERT on public.messages",
            ])
    }

    @Test func noMoreThanTheseAreNeeded() async throws {
        let rehearsal = try await Rehearsal()
        let database = rehearsal.name.quotedIdentifier
        #expect(
            try rehearsal.complaint(
                after: Self.grants + "GRANT CREATE ON DATABASE \(database) TO importer; SET LOCAL ROLE importer") == nil
        )
    }

    @Test func ownTablesThatAreThereTakeNoRightToMakeThem() async throws {
        let rehearsal = try await Rehearsal()
        let made = Self.grants + Bookkeeping.ddl
        let use = "GRANT USAGE ON SCHEMA pingback_import TO importer;"
        let write = "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA pingback_import TO importer;"
        let become = "SET LOCAL ROLE importer"
        #expect(try rehearsal.complaint(after: made + use + write + become) == nil)
        #expect(
            try rehearsal.complaint(after: made + write + become)
                == Rehearsal.Complaint(
                    findings: ["we lack USAGE on the program's own schema pingback_import"], status: .refused))
        #expect(
            try rehearsal.complaint(after: made + use + write + "DROP TABLE pingback_import.runs;" + become)
                == Rehearsal.Complaint(
                    findings: ["we lack CREATE on the program's own schema pingback_import"], status: .refused))
        #expect(
            try rehearsal.complaint(
                after: made + use + write + "REVOKE INSERT ON pingback_import.ledger FROM importer;" + become)
                == Rehearsal.Complaint(
                    findings: ["we lack INSERT on pingback_import.ledger"], status: .refused))
    }

    @Test func aServerThatTakesNoWritesIsUnavailable() async throws {
        #expect(
            try await Rehearsal().complaint(after: "SET TRANSACTION READ ONLY")
                == Rehearsal.Complaint(
                    findings: ["the server is read-only for us (transaction_read_only)"], status: .unavailable))
    }

    @Test func aStandbyIsNamedAsOne() {
        let schema = CatalogServer.Schema(exists: true, mayUse: true, mayCreate: true)
        var judgement = TargetJudgement(tables: PostgresTables())
        judgement.judge(
            CatalogServer(
                database: "support", systemIdentifier: "1", isReadOnly: true, isInRecovery: true, mayCreate: true,
                mayMakeTemporaryTables: true, schema: schema, ownSchema: schema),
            ownTables: [])
        #expect(
            judgement.findings == [TargetFinding(kind: .readOnly, message: "the server is a standby, and read-only")])
    }

    @Test func rowSecurityThatAppliesToUsIsNoticed() async throws {
        let rehearsal = try await Rehearsal()
        let secured =
            Self.grants + Bookkeeping.ddl
                + """
                GRANT USAGE ON SCHEMA pingback_import TO importer;
                GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA pingback_import TO importer;
                ALTER TABLE public.customers ENABLE ROW LEVEL SECURITY;
                """
        #expect(try rehearsal.target(after: secured).notices.isEmpty)
        let notices = try rehearsal.target(after: secured + "SET LOCAL ROLE importer").notices
        #expect(notices.count == 1)
        #expect(notices.first?.hasPrefix("row security applies to us on public.customers: ") == true)
    }
}
