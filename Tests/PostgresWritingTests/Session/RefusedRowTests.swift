import ImportTestSupport
import Testing

@testable import PostgresWriting

/// What the server answers a bad row with, found on a real one: every SQLSTATE that rows of ours can meet.
@Suite struct RefusedRowTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var ddl: String
        var good: [UInt8]?
        var bad: [UInt8]?
        var state: String
        var column: String?
        var constraint: String?
        var hasLine = true

        var testDescription: String { "\(state) for \(ddl)" }
    }

    /// A table of an id and one value, whose definition follows; the bad value stands among good ones.
    static let cases: [Case] = [
        Case(ddl: "v text", good: .text("a"), bad: [0xff], state: "22021", column: "v"),
        Case(ddl: "v text", good: .text("a"), bad: [0x61, 0x00], state: "22021", column: "v"),
        Case(ddl: "v text", good: .text("a"), bad: [0xed, 0xa0, 0x80], state: "22021", column: "v"),
        Case(ddl: "v varchar(3)", good: .text("abc"), bad: .text("abcd"), state: "22001", column: "v"),
        Case(ddl: "v jsonb", good: .json("[]"), bad: .json("{"), state: "22P02", column: "v"),
        Case(ddl: "v jsonb", good: .json("[]"), bad: .json("\"\\ud800\""), state: "22P02", column: "v"),
        Case(ddl: "v jsonb", good: .json("[]"), bad: .json("\"\\u0000\""), state: "22P05", column: "v"),
        Case(ddl: "v jsonb", good: .json("[]"), bad: .json("1e200000"), state: "22003", column: "v"),
        Case(
            ddl: "v jsonb", good: .json("[]"), bad: .json(String(repeating: "[", count: 100_000)), state: "54001",
            column: "v"),
        Case(ddl: "v timestamptz", good: .time(0), bad: .time(.max - 1), state: "22008", column: "v"),
        Case(ddl: "v int", good: .int(1), bad: [0], state: "08P01", column: "v"),
        Case(ddl: "v int", good: .int(1), bad: .time(1), state: "22P03", column: "v"),
        Case(ddl: "v text NOT NULL", good: .text("a"), bad: nil, state: "23502", column: "v"),
        Case(ddl: "v int UNIQUE", good: nil, bad: .int(7), state: "23505", constraint: "t_v_key"),
        Case(
            ddl: "v text CHECK (v <> 'b')", good: .text("a"), bad: .text("b"), state: "23514", constraint: "t_v_check"),
        Case(
            ddl: "v int REFERENCES other", good: nil, bad: .int(8), state: "23503", constraint: "t_v_fkey",
            hasLine: false),
        Case(ddl: "v text, CONSTRAINT \"a@b\" CHECK (v <> 'b')", good: .text("a"), bad: .text("b"), state: "23514"),
    ]

    private func connection(to ddl: String) async throws -> Connection {
        let connection = try Connection(to: try await PrivateCluster.shared.createDatabase())
        try connection.run(
            "CREATE TABLE public.other (v int PRIMARY KEY); INSERT INTO public.other VALUES (7);"
                + "SET search_path = public; CREATE TABLE public.t (id int, \(ddl)); SET search_path = pg_catalog")
        return connection
    }

    private let statement = "COPY public.t (id, v) FROM STDIN (FORMAT binary)"

    @Test(arguments: cases, [1, 3, 1500])
    func theErrorNamesTheRowAndWhatIsWrongWithIt(_ row: Case, at place: Int) async throws {
        let connection = try await connection(to: row.ddl)
        // The value that is there already, where it is a repetition that is bad.
        if row.state == "23505" { try connection.run("INSERT INTO public.t VALUES (0, 7)") }
        let rows = (1...1500).map { number -> [[UInt8]?] in
            [.int(Int32(number)), number == place ? row.bad : row.good]
        }
        let thrown = #expect(throws: PostgresError.self) { try connection.copyIn(statement, rows: rows) }
        guard case .refused(let error) = thrown else { return }
        #expect(error.sqlState == row.state)
        #expect(error.line == (row.hasLine ? place : nil))
        #expect(error.column == row.column)
        #expect(error.constraint == row.constraint)
        #expect(error.isAboutRow == !["08P01", "22P03"].contains(row.state))
        #expect(try connection.rows("SELECT count(*) FROM public.t WHERE id > 0") == [["0"]])
    }

    @Test func aTriggerBeforeTheRowNamesItsLine() async throws {
        let connection = try await connection(to: "v text")
        try connection.run(
            """
            CREATE FUNCTION public.t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.v = 'b' THEN RAISE EXCEPTION 'Ada: %', NEW.v USING COLUMN = 'ada@acme'; END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER t BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.t()
            """)
        let rows: [[[UInt8]?]] = [[.int(1), .text("a")], [.int(2), .text("b")]]
        #expect(throws: PostgresError.refused(ServerError(sqlState: "P0001", line: 2))) {
            try connection.copyIn(statement, rows: rows)
        }
        // After the row, the COPY has gone on, and the function's own line is no row.
        try connection.run("DROP TRIGGER t ON public.t")
        try connection.run("CREATE TRIGGER t AFTER INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.t()")
        #expect(throws: PostgresError.refused(ServerError(sqlState: "P0001"))) {
            try connection.copyIn(statement, rows: rows)
        }
    }

    @Test func aDeferredConstraintRefusesTheCommitAndNamesNoLine() async throws {
        let connection = try await connection(to: "v int REFERENCES other DEFERRABLE INITIALLY DEFERRED")
        try connection.run("BEGIN")
        #expect(try connection.copyIn(statement, rows: [[.int(1), .int(8)]]) == 1)
        let error = try #require(try connection.refusal(of: "COMMIT"))
        #expect(error == ServerError(sqlState: "23503", table: "t", constraint: "t_v_fkey"))
        #expect(try connection.rows("SELECT count(*) FROM public.t") == [["0"]])
    }

    @Test func aRowSecurityPolicyIsToldFromAMissingRight() async throws {
        let connection = try await connection(to: "v text")
        let role = "r" + (try connection.rows("SELECT md5(current_database())")[0][0] ?? "")
        try connection.run(
            """
            CREATE ROLE \(role); GRANT USAGE ON SCHEMA public TO \(role); GRANT INSERT ON public.t TO \(role);
            ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;
            CREATE POLICY p ON public.t FOR INSERT WITH CHECK (v <> 'b');
            SET ROLE \(role)
            """)
        let refused = try #require(try connection.refusal(of: "INSERT INTO public.t VALUES (1, 'b')"))
        #expect(refused.sqlState == "42501" && refused.isAboutRow)
        let missing = try #require(try connection.refusal(of: "INSERT INTO public.other VALUES (1)"))
        #expect(missing.sqlState == "42501" && !missing.isAboutRow)
    }

    @Test func aViewsCheckOptionIsAboutTheRow() async throws {
        let connection = try await connection(to: "v text")
        try connection.run("CREATE VIEW public.w AS SELECT * FROM public.t WHERE v <> 'b' WITH CHECK OPTION")
        let error = try #require(try connection.refusal(of: "INSERT INTO public.w VALUES (1, 'b')"))
        #expect(error.sqlState == "44000" && error.isAboutRow)
    }

    /// The C library takes the words' language from LANGUAGE where the locale names none; where it does not, the server
    /// speaks English, and the line must be right as well.
    @Test(arguments: ["de", "fr", "ja", "ko", "ru"])
    func theRowIsFoundWhateverLanguageTheServerSpeaks(language: String) async throws {
        let cluster = try await PrivateCluster(environment: ["LANGUAGE": language])
        let connection = try Connection(to: try await cluster.createDatabase())
        try connection.run("SET lc_messages = 'C.UTF-8'; CREATE TABLE public.t (id int, v varchar(3))")
        #expect(throws: PostgresError.refused(ServerError(sqlState: "22001", column: "v", line: 2))) {
            try connection.copyIn(statement, rows: [[.int(1), .text("abc")], [.int(2), .text("abcd")]])
        }
    }
}
