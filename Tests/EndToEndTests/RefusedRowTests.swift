import Foundation
import ImportTestSupport
import Testing

/// A row that the server refuses, for whatever reason, is rejected alone, and nothing of it is told.
@Suite struct RefusedRowTests {
    /// A rule that the database has about texts that begin with "bad".
    struct Rule: Sendable, CustomTestStringConvertible {
        var name: String
        var sql: String
        /// What the rejection says.
        var words: String

        init(_ name: String, _ words: String, _ sql: String) {
            (self.name, self.words, self.sql) = (name, words, sql)
        }

        var testDescription: String { name }

        /// - Parameter kind: when it is asked; "DEFERRED" is at the end of a transaction.
        static func trigger(_ name: String, _ words: String, _ body: String, kind: String = "BEFORE") -> Rule {
            let isDeferred = kind == "DEFERRED"
            return Rule(
                name, words,
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF NEW.content LIKE 'bad%' THEN \(body) END IF;
                    RETURN NEW;
                END $$;
                CREATE \(isDeferred ? "CONSTRAINT" : "") TRIGGER refuse \(isDeferred ? "AFTER" : kind) INSERT ON messages
                    \(isDeferred ? "DEFERRABLE INITIALLY DEFERRED" : "") FOR EACH ROW EXECUTE FUNCTION refuse();
                """)
        }
    }

    private static let mark = "(CASE WHEN content LIKE 'bad%' THEN 1 END)"
    private static let other = """
        INSERT INTO conversations VALUES ('00000000-0000-4000-8000-000000000002', '\(Workspace.businessID)', NULL, NULL,
            'open', 'widget', NULL, '2000-01-01Z', '2000-01-01Z');
        INSERT INTO messages VALUES ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000002',
            'customer', NULL, 'bad, and there before', '[]', '2000-01-01Z');
        """

    static let rules: [Rule] = [
        Rule(
            "check", "a check constraint refuses the row (SQLSTATE 23514, constraint texts",
            "ALTER TABLE messages ADD CONSTRAINT texts CHECK (content NOT LIKE 'bad%');"),
        Rule(
            "not null", "a value that must be there is missing (SQLSTATE 23502",
            """
            ALTER TABLE messages ADD derived text NOT NULL
                GENERATED ALWAYS AS (CASE WHEN content NOT LIKE 'bad%' THEN 'x' END) STORED;
            """),
        Rule(
            "foreign key", "the row that a value refers to does not exist (SQLSTATE 23503",
            """
            CREATE TABLE marks (id integer PRIMARY KEY);
            ALTER TABLE messages ADD derived integer GENERATED ALWAYS AS (\(mark)) STORED REFERENCES marks;
            """),
        Rule(
            "deferred foreign key", "the row that a value refers to does not exist (SQLSTATE 23503",
            """
            CREATE TABLE marks (id integer PRIMARY KEY);
            ALTER TABLE messages ADD derived integer GENERATED ALWAYS AS (\(mark)) STORED
                REFERENCES marks DEFERRABLE INITIALLY DEFERRED;
            """),
        Rule(
            "unique", "a row with the same unique value is already there (SQLSTATE 23505",
            other + "CREATE UNIQUE INDEX single ON messages (\(mark));"),
        Rule(
            "exclusion", "an exclusion constraint refuses the row (SQLSTATE 23P01",
            other + "ALTER TABLE messages ADD CONSTRAINT single EXCLUDE USING btree (\(mark) WITH =);"),
        .trigger(
            "raise before", "a trigger refuses the row (SQLSTATE P0001", "RAISE 'no: %', NEW.content;"),
        .trigger(
            "raise after", "a trigger refuses the row (SQLSTATE P0001",
            "RAISE 'no: %', NEW.content USING DETAIL = NEW.content, COLUMN = NEW.content, CONSTRAINT = NEW.content;",
            kind: "AFTER"),
        .trigger(
            "raise deferred", "a trigger refuses the row (SQLSTATE P0001", "RAISE 'no: %', NEW.content;",
            kind: "DEFERRED"),
        .trigger(
            "a code of its own", "(SQLSTATE ZZ001", "RAISE 'no: %', NEW.content USING ERRCODE = 'ZZ001';"),
        .trigger(
            "invalid number", "a value is not what its type demands (SQLSTATE 22P02", "PERFORM NEW.content::integer;"),
        .trigger(
            "number out of range", "a number is out of its type's range (SQLSTATE 22003", "PERFORM 300000::int2;"),
        .trigger(
            "date out of range", "a time is out of its type's range (SQLSTATE 22008", "PERFORM '2021-02-30'::date;"),
        .trigger("division", "a value is not what its type demands (SQLSTATE 22012", "PERFORM 1 / 0;"),
        .trigger(
            "character", "a text holds a character that the server's encoding or type does not allow (SQLSTATE 22P05",
            #"PERFORM '"\u0000"'::jsonb;"#),
        .trigger(
            "truncation", "a text is too long for its column (SQLSTATE 22001",
            "CREATE TEMP TABLE IF NOT EXISTS narrow (v varchar(3)); INSERT INTO narrow VALUES (NEW.content);"),
        .trigger(
            "depth", "a value is nested more deeply than the server can follow (SQLSTATE 54001",
            "PERFORM repeat('[', 100000)::json;"),
        .trigger("left out", "the server left a row out without a word", "RETURN NULL;"),
        Rule(
            "statement", "a trigger refuses the row (SQLSTATE P0001",
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF EXISTS (SELECT 1 FROM added WHERE content LIKE 'bad%') THEN
                    RAISE 'no: %', (SELECT string_agg(content, ' ') FROM added);
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER refuse AFTER INSERT ON messages REFERENCING NEW TABLE AS added
                FOR EACH STATEMENT EXECUTE FUNCTION refuse();
            """),
    ]

    private static let canary = "Zaunkoenig4711"

    private static func csv(_ count: Int, bad: Set<Int>) -> String {
        Workspace.historyHeader
            + (1...count).map { number in
                let text = bad.contains(number) ? "bad \(canary)" : "fine"
                return
                    "\(number),\(text) \(number),open,2021-03-01T10:00:00Z,\(canary),\(canary)\(number)@example.com,\n"
            }.joined()
    }

    /// Imports tickets of which some are bad, and holds what came of it to what must.
    private static func expect(
        _ target: PostgresTarget, url: String? = nil, count: Int, bad: Set<Int>, words: String,
        hasCustomers: Bool = true,
        before: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", csv(count, bad: bad))
        try workspace.writeHistoryPlan(target.destination(url: url), hasCustomers: hasCustomers)
        let end = try await workspace.program.run("run", "plan.yaml", "--to", "postgres", "--summary", "summary.json")
        #expect(end.status == 3, "\(end.errors)", sourceLocation: sourceLocation)
        let summary = Summary(try workspace.summary("summary.json"))
        summary.expectBalance(sourceLocation: sourceLocation)
        #expect(summary["conversations", "created"] == count - bad.count, sourceLocation: sourceLocation)
        #expect(summary["rejections", "by_destination"] == bad.count, sourceLocation: sourceLocation)

        let good = (1...count).filter { !bad.contains($0) }.map { "fine \($0)" }
        let there = try await target.query(
            "SELECT content FROM messages m JOIN conversations c ON c.id = conversation_id WHERE content LIKE 'fine%'")
        #expect(there.compactMap { $0[0] }.sorted() == good.sorted(), sourceLocation: sourceLocation)
        for (table, number) in [("messages", good.count), ("conversations", good.count)] {
            let found = try await target.value("SELECT count(*) FROM \(table)")
            #expect(found == String(number + before), "\(table)", sourceLocation: sourceLocation)
        }
        let ledger = try await target.value("SELECT count(*) FROM pingback_import.ledger")
        #expect(ledger == String(good.count), sourceLocation: sourceLocation)

        let rejected = try workspace.read("plan.postgres.rejects/rejected.csv").split(separator: "\n").dropFirst()
        let original = try workspace.read("tickets.csv").split(separator: "\n")
        #expect(rejected == ArraySlice(bad.sorted().map { original[$0] }), sourceLocation: sourceLocation)
        let reasons = try workspace.read("plan.postgres.rejects/rejections.jsonl").split(separator: "\n")
        #expect(reasons.count == bad.count, sourceLocation: sourceLocation)
        #expect(reasons.allSatisfy { $0.contains(words) }, "\(reasons.first ?? "")", sourceLocation: sourceLocation)
        #expect(!end.errors.contains(canary) && !end.output.contains(canary), sourceLocation: sourceLocation)
        try workspace.expectNoTrace(of: canary, sourceLocation: sourceLocation)
    }

    @Test("A bad row is rejected alone, first, last, beside another or among good ones", arguments: rules)
    func places(_ rule: Rule) async throws {
        let target = try await PostgresTarget(change: rule.sql)
        let before = rule.sql.contains("and there before") ? 1 : 0
        try await Self.expect(target, count: 300, bad: [1, 150, 151, 300], words: rule.words, before: before)
    }

    @Test(
        "However many are bad, the others are in",
        arguments: rules.filter { ["check", "raise deferred", "unique", "left out"].contains($0.name) },
        [100, 2, 1])
    func shares(_ rule: Rule, _ every: Int) async throws {
        let target = try await PostgresTarget(change: rule.sql)
        let before = rule.sql.contains("and there before") ? 1 : 0
        let bad = Set((1...1_000).filter { $0 % every == 0 })
        try await Self.expect(target, count: 1_000, bad: bad, words: rule.words, before: before)
    }

    @Test("A second run, through staging, loses no row that a trigger leaves out")
    func staged() async throws {
        let rule = try #require(Self.rules.first { $0.name == "left out" })
        let target = try await PostgresTarget()
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Self.csv(10, bad: []))
        try workspace.writeHistoryPlan(target.destination())
        #expect(try await workspace.program.run("run", "plan.yaml", "--to", "postgres").status == 0)
        try await target.query(rule.sql)
        // The first ten are there already, so the batch goes through staging.
        try workspace.write("tickets.csv", Self.csv(20, bad: [15]))
        try workspace.remove("plan.postgres.checkpoint")
        let end = try await workspace.program.run("run", "plan.yaml", "--to", "postgres", "--summary", "summary.json")
        #expect(end.status == 3, "\(end.errors)")
        let summary = Summary(try workspace.summary("summary.json"))
        #expect(summary["conversations", "created"] == 9)
        #expect(summary["conversations", "already_present"] == 10)
        #expect(try await target.value("SELECT count(*) FROM conversations") == "19")
    }

    @Test("What a deferred rule needs two tables for holds in every stretch of a batch")
    func ruleOverTwoTables() async throws {
        let check = try #require(Self.rules.first { $0.name == "check" })
        let target = try await PostgresTarget(
            change: check.sql + """
                CREATE FUNCTION has_message() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF NOT EXISTS (SELECT 1 FROM messages WHERE conversation_id = NEW.id) THEN
                        RAISE 'without a message';
                    END IF;
                    RETURN NULL;
                END $$;
                CREATE CONSTRAINT TRIGGER has_message AFTER INSERT ON conversations
                    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION has_message();
                """)
        try await Self.expect(target, count: 100, bad: [1, 40, 41], words: check.words)
    }

    @Test("A trigger finds its own tables by the path that the database has")
    func unqualifiedNames() async throws {
        let check = try #require(Self.rules.first { $0.name == "check" })
        let target = try await PostgresTarget(
            change: check.sql + """
                CREATE TABLE audit (id uuid);
                CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN INSERT INTO audit VALUES (NEW.id); RETURN NEW; END $$;
                CREATE TRIGGER audit BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION audit();
                """)
        try await Self.expect(target, count: 30, bad: [7], words: check.words)
        #expect(try await target.value("SELECT count(*) FROM audit") == "29")
    }

    @Test("A policy's refusal is the row's, and the others are in")
    func rowSecurity() async throws {
        let target = try await PostgresTarget(
            change: """
                ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
                ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
                CREATE POLICY customers ON customers USING (true) WITH CHECK (true);
                CREATE POLICY messages ON messages USING (true) WITH CHECK (content NOT LIKE 'bad%');
                """)
        let user = try await target.addImporter()
        try await Self.expect(
            target, url: target.url(user: user), count: 100,
            bad: [1, 50, 51, 100],
            words: "the row security policy refuses the row (SQLSTATE 42501")
    }

    @Test("A customer whom the server refuses takes only the own conversations along")
    func customer() async throws {
        let target = try await PostgresTarget(
            change: "ALTER TABLE customers ADD CONSTRAINT addresses CHECK (email NOT LIKE '%7@example.com');")
        try await Self.expectCustomers(target)
    }

    private static func expectCustomers(_ target: PostgresTarget) async throws {
        let workspace = try Workspace()
        // Each customer writes three times.
        let lines = (0..<60).map { "\($0),\(canary),open,2021-03-01T10:00:00Z,,\(canary)\($0 % 20)@example.com,\n" }
        try workspace.write("tickets.csv", Workspace.historyHeader + lines.joined())
        try workspace.writeHistoryPlan(target.destination())
        let end = try await workspace.program.run("run", "plan.yaml", "--to", "postgres")
        #expect(end.status == 3, "\(end.errors)")
        #expect(try await target.value("SELECT count(*) FROM customers") == "18")
        #expect(try await target.value("SELECT count(*) FROM conversations") == "54")
        let reasons = try workspace.read("plan.postgres.rejects/rejections.jsonl").split(separator: "\n")
        #expect(reasons.count == 6)
        #expect(
            reasons.allSatisfy {
                $0.contains("a check constraint refuses the row (SQLSTATE 23514, constraint addresses")
            })
        try workspace.expectNoTrace(of: canary)
    }

    @Test("A text longer than its column is known before it is sent")
    func tooLong() async throws {
        let target = try await PostgresTarget(change: "ALTER TABLE messages ALTER content TYPE varchar(15);")
        try await Self.expect(
            target, count: 40, bad: [1, 40], words: "a value is longer than its column messages.content holds")
    }

    @Test("A row without a line costs as many attempts as its batch can be halved", arguments: [1, 4_096, 8_192])
    func attempts(_ place: Int) async throws {
        let rule = try #require(Self.rules.first { $0.name == "raise deferred" })
        let target = try await PostgresTarget(
            change: rule.sql + """
                CREATE SEQUENCE attempts;
                CREATE FUNCTION count_attempt() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM nextval('attempts'); RETURN NULL; END $$;
                CREATE TRIGGER attempts BEFORE INSERT ON conversations
                    FOR EACH STATEMENT EXECUTE FUNCTION count_attempt();
                """)
        try await Self.expect(target, count: 8_192, bad: [place], words: rule.words, hasCustomers: false)
        // A sequence keeps its value whatever is rolled back. One attempt would be made in any case; log2(8192) is 13.
        let attempts = try #require(await target.value("SELECT last_value FROM attempts").flatMap { Int($0) })
        #expect(attempts - 1 <= 13 + 2)
    }
}
