import ImportCore
import ImportTestSupport
import Testing

@testable import PostgresWriting

@Suite("The inspection of a database: what we may do there")
struct TargetRightsTests {
    private static let grants = """
        CREATE ROLE importer;
        GRANT SELECT ON public.channels TO importer;
        GRANT SELECT, INSERT ON public.customers, public.conversations, public.messages TO importer;
        """

    /// What a run does with the program's own tables.
    private static let write = """
        GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA pingback_import TO importer;
        GRANT UPDATE ON pingback_import.batches, pingback_import.ledger TO importer;
        GRANT UPDATE, DELETE ON pingback_import.refused_customers TO importer;
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
        let database = name.quotedIdentifier
        #expect(
            complaint?.grants == [
                "GRANT TEMPORARY, CREATE ON DATABASE \(database) TO importer;",
                #"GRANT SELECT, INSERT ON "public"."customers" TO importer;"#,
                #"GRANT SELECT ON "public"."channels" TO importer;"#,
                #"GRANT SELECT, INSERT ON "public"."conversations" TO importer;"#,
                #"GRANT SELECT, INSERT ON "public"."messages" TO importer;"#,
            ])
        // They are what mends it.
        let grants = complaint?.grants.joined(separator: "\n") ?? ""
        #expect(
            try rehearsal.complaint(
                after: """
                    CREATE ROLE importer; REVOKE TEMPORARY ON DATABASE \(database) FROM PUBLIC; \(grants)
                    SET LOCAL ROLE importer
                    """) == nil)
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
        let become = "SET LOCAL ROLE importer"
        #expect(try rehearsal.complaint(after: made + use + Self.write + become) == nil)
        #expect(
            try rehearsal.complaint(after: made + Self.write + become)
                == Rehearsal.Complaint(
                    findings: ["we lack USAGE on the program's own schema pingback_import"], status: .refused,
                    grants: ["GRANT USAGE ON SCHEMA pingback_import TO importer;"]))
        #expect(
            try rehearsal.complaint(after: made + use + Self.write + "DROP TABLE pingback_import.runs;" + become)
                == Rehearsal.Complaint(
                    findings: ["we lack CREATE on the program's own schema pingback_import"], status: .refused,
                    grants: ["GRANT CREATE ON SCHEMA pingback_import TO importer;"]))
    }

    @Test(arguments: [
        ("INSERT", "ledger"), ("UPDATE", "ledger"), ("UPDATE", "batches"), ("UPDATE", "refused_customers"),
        ("DELETE", "refused_customers"), ("INSERT", "plans"), ("SELECT", "customers"),
    ])
    func everyRightThatARunUsesIsAskedFor(_ right: String, _ table: String) async throws {
        let change = """
            \(Self.grants) \(Bookkeeping.ddl) GRANT USAGE ON SCHEMA pingback_import TO importer; \(Self.write)
            REVOKE \(right) ON pingback_import.\(table) FROM importer; SET LOCAL ROLE importer
            """
        #expect(
            try await Rehearsal().complaint(after: change)
                == Rehearsal.Complaint(
                    findings: ["we lack \(right) on pingback_import.\(table)"], status: .refused,
                    grants: ["GRANT \(right) ON pingback_import.\(table) TO importer;"]))
    }

    @Test func ofATableWithRightsOnColumnsOnlyThoseThatAreMissingAreNamed() async throws {
        let rehearsal = try await Rehearsal()
        let change = """
            \(Self.grants) GRANT CREATE ON DATABASE \(rehearsal.name.quotedIdentifier) TO importer;
            REVOKE INSERT ON public.messages FROM importer;
            GRANT INSERT (id, conversation_id, sender_type, sender_id, content) ON public.messages TO importer;
            SET LOCAL ROLE importer
            """
        #expect(
            try rehearsal.complaint(after: change)
                == Rehearsal.Complaint(
                    findings: ["we lack INSERT on public.messages (attachments, created_at)"], status: .refused,
                    grants: [#"GRANT INSERT ("attachments", "created_at") ON "public"."messages" TO importer;"#]))
    }

    @Test(arguments: ["LATIN1", "SQL_ASCII"])
    func aDatabaseThatCannotHoldEveryTextAsItIsIsRefused(_ encoding: String) async throws {
        let cluster = try await PrivateCluster.shared
        let name = "test_" + encoding.lowercased() + "_\(UInt32.random(in: .min ... .max))"
        try await cluster.query(
            "CREATE DATABASE \(name) ENCODING '\(encoding)' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
        let connection = try Connection(to: cluster.url(database: name))
        try connection.run(ReferenceSchema.tablesDDL(PostgresTables()))
        #expect(throws: Self.refusal(of: encoding)) {
            try TargetInspection.inspect(connection, PostgresTables(), businessID: Rehearsal.business)
        }
    }

    private static func refusal(of encoding: String) -> PostgresError {
        .target(
            ["the database's encoding is \(encoding), which cannot hold every text as it is; it must be UTF8"],
            status: .plan)
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
                \(Self.write)
                ALTER TABLE public.customers ENABLE ROW LEVEL SECURITY;
                """
        #expect(try rehearsal.target(after: secured).notices.isEmpty)
        let notices = try rehearsal.target(after: secured + "SET LOCAL ROLE importer").notices
        #expect(notices.count == 1)
        #expect(notices.first?.hasPrefix("row security applies to us on public.customers: ") == true)
    }
}
