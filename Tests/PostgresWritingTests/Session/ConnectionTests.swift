import Foundation
import ImportCore
import ImportTestSupport
import Testing

@testable import PostgresWriting

@Suite struct ConnectionTests {
    private func connection() async throws -> Connection {
        try Connection(to: try await PrivateCluster.shared.createDatabase())
    }

    @Test func aStatementReturnsItsRows() async throws {
        let connection = try await connection()
        #expect(try connection.rows("SELECT $1::int + 1, NULL, 'ä', ''", ["41"]) == [["42", nil, "ä", ""]])
        #expect(try connection.rows("SELECT $1::text", [nil]) == [[nil]])
        #expect(try connection.rows("SELECT 1 WHERE false").isEmpty)
        #expect(connection.serverVersion >= 130_000)
        #expect(!connection.isLost)
    }

    @Test func aStatementCountsTheRowsItTouched() async throws {
        let connection = try await connection()
        try connection.run("CREATE TABLE public.t (a int); INSERT INTO public.t SELECT generate_series(1, 7)")
        #expect(try connection.affected("DELETE FROM public.t WHERE a > $1", ["4"]) == 3)
        #expect(try connection.affected("CREATE TABLE public.u ()") == 0)
    }

    @Test func anErrorLeavesTheConnectionReadyForTheNextStatement() async throws {
        let connection = try await connection()
        try connection.run("BEGIN")
        #expect(try connection.refusal(of: "SELECT 1; SELECT 1 / 0; SELECT 2")?.sqlState == "22012")
        #expect(try connection.refusal(of: "SELECT 1")?.sqlState == "25P02")
        try connection.run("ROLLBACK")
        #expect(try connection.rows("SELECT 1") == [["1"]])
    }

    @Test func aSessionIsTheSameWhateverTheServerIsSetTo() async throws {
        let cluster = try await PrivateCluster.shared
        let url = try await cluster.createDatabase()
        let database = try #require(try await cluster.query("SELECT current_database()", in: url).first?.first ?? nil)
        for setting in [
            "statement_timeout = '1ms'", "datestyle = 'German'", "timezone = 'Asia/Tokyo'", "search_path = 'public'",
            "standard_conforming_strings = off", "synchronous_commit = off", "bytea_output = 'escape'",
            "client_encoding = 'LATIN1'",
        ] {
            try await cluster.query("ALTER DATABASE \(database) SET \(setting)")
        }
        let connection = try Connection(to: url)
        for (name, value) in [
            "statement_timeout": "0", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "1min",
            "DateStyle": "ISO, YMD", "TimeZone": "UTC", "search_path": "pg_catalog, public, pg_temp",
            "standard_conforming_strings": "on", "synchronous_commit": "on", "bytea_output": "hex",
            "client_encoding": "UTF8", "application_name": "pingback-import acme",
        ] {
            #expect(try connection.rows("SHOW \(name)") == [[value]], "\(name)")
        }
    }

    @Test func aStricterCommitStaysAsItIs() async throws {
        let url = try await PrivateCluster.shared.createDatabase()
        let connection = try Connection(to: url + "&options=-csynchronous_commit%3Dremote_apply")
        #expect(try connection.rows("SHOW synchronous_commit") == [["remote_apply"]])
    }

    @Test func aSessionThatIsEndedIsLostAndNotRefused() async throws {
        let cluster = try await PrivateCluster.shared
        let url = try await cluster.createDatabase()
        let connection = try Connection(to: url)
        let process = try #require(try connection.rows("SELECT pg_backend_pid()").first?.first ?? nil)
        try connection.run("BEGIN")
        try await cluster.query("SELECT pg_terminate_backend(\(process), 10000)")
        let error = #expect(throws: PostgresError.self) { try connection.run("COMMIT") }
        #expect(error == .lost(server: "\(cluster.folder), port 5432"))
        #expect(error?.isWorthAnotherTry == true)
        #expect(connection.isLost)
        #expect(throws: PostgresError.lost(server: "\(cluster.folder), port 5432")) { try connection.run("SELECT 1") }
    }

    @Test func aCrashOfTheServerIsOvercomeByANewConnection() async throws {
        let cluster = try await PrivateCluster()
        let url = try await cluster.createDatabase()
        let connection = try Connection(to: url)
        try connection.run("CREATE TABLE public.t (a int); INSERT INTO public.t VALUES (1)")
        try connection.run("BEGIN; INSERT INTO public.t VALUES (2)")
        try await cluster.crash()
        let error = #expect(throws: PostgresError.self) { try connection.run("COMMIT") }
        #expect(error?.isWorthAnotherTry == true)
        try await cluster.start()
        #expect(try Connection(to: url).rows("SELECT a FROM public.t") == [["1"]])
    }

    @Test func whatTheServerRemarksStaysOffStandardError() async throws {
        let connection = try await connection()
        let folder = try TemporaryFolder()
        let file = try folder.write("errors", "")
        let saved = dup(2)
        let descriptor = open(file, O_WRONLY)
        dup2(descriptor, 2)
        defer {
            dup2(saved, 2)
            close(saved)
            close(descriptor)
        }
        try connection.run("SET client_min_messages = 'notice'; DO $$ BEGIN RAISE WARNING 'Ada Lovelace'; END $$")
        #expect(try !folder.read("errors").contains("Ada"))
    }
}
