import Foundation
import ImportCore
import ImportTestSupport
import Testing

@testable import PostgresWriting

@Suite struct ConnectFailureTests {
    private func failure(_ url: String) throws -> (problem: ConnectProblem, error: PostgresError) {
        let error = #expect(throws: PostgresError.self) { _ = try Connection(to: url) }
        var found: ConnectProblem?
        if case .unreachable(_, let problem)? = error { found = problem }
        let problem = try #require(found)
        return (problem, .unreachable(server: "", problem))
    }

    @Test func aRefusedPortIsWorthWaitingFor() async throws {
        let cluster = try await PrivateCluster(listensOnLoopback: true)
        let url = "host=127.0.0.1 port=\(cluster.port) user=postgres dbname=postgres"
        #expect(try Connection(to: url).rows("SELECT 1") == [["1"]])
        try await cluster.stop()
        // A connection is begun twice, and the server has nothing to remark about that.
        #expect(try !String(contentsOfFile: cluster.folder + "/log", encoding: .utf8).contains("startup packet"))
        let failure = try failure(url)
        #expect(failure.problem == ConnectProblem(.network, "connection refused"))
        #expect(failure.error.isWorthAnotherTry && failure.error.report.status == .unavailable)
        try await cluster.start()
        #expect(try Connection(to: url).rows("SELECT 1") == [["1"]])
    }

    @Test func aMissingSocketIsWorthWaitingFor() throws {
        let failure = try failure("host=/nowhere")
        #expect(failure.problem == ConnectProblem(.network, "there is no such socket"))
        #expect(failure.error.isWorthAnotherTry)
    }

    @Test func anUnknownHostIsNamedAsSuch() throws {
        // RFC 2606 keeps this name unknown.
        let failure = try failure("host=db.invalid sslmode=disable")
        #expect(failure.problem == ConnectProblem(.network, "the host's name is not known"))
    }

    @Test func aServerThatNeverAnswersIsGivenUpInTime() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(listener, $0, length)
                _ = getsockname(listener, $0, &length)
            }
        }
        listen(listener, 8)
        let failure = try failure("host=127.0.0.1 port=\(UInt16(bigEndian: address.sin_port)) connect_timeout=2")
        #expect(failure.problem == ConnectProblem(.network, "no answer in time"))
    }

    @Test func aServerThatIsNotReadyIsWorthWaitingFor() async throws {
        // A standby that lets nobody in answers as one that recovers does, and goes on doing so.
        let cluster = try await PrivateCluster(settings: ["hot_standby": "off"])
        try await cluster.stop()
        try await cluster.replace("standby.signal", with: "")
        try await cluster.start()
        let failure = try failure(cluster.url(database: "postgres"))
        #expect(failure.problem.kind == .answered(sqlState: "57P03"))
        #expect(failure.error.isWorthAnotherTry && failure.error.report.status == .unavailable)
    }

    @Test func aWrongDatabaseIsThePlansMistake() async throws {
        let failure = try failure(try await PrivateCluster.shared.url(database: "nothing_of_the_kind"))
        #expect(failure.problem == ConnectProblem(.answered(sqlState: "3D000"), "the database does not exist (3D000)"))
        #expect(!failure.error.isWorthAnotherTry && failure.error.report.status == .plan)
    }

    @Test func tooManyConnectionsAreWorthWaitingFor() async throws {
        let cluster = try await PrivateCluster.shared
        let url = try await cluster.createDatabase()
        let name = try #require(try await cluster.query("SELECT current_database()", in: url)[0][0])
        try await cluster.query("CREATE ROLE \(name) LOGIN; ALTER DATABASE \(name) CONNECTION LIMIT 0")
        let failure = try failure(cluster.url(database: name, user: name))
        #expect(failure.problem.kind == .answered(sqlState: "53300"))
        #expect(failure.error.isWorthAnotherTry && failure.error.report.status == .unavailable)
    }

    @Test func passwordsAreAskedForAndNeverRepeated() async throws {
        let cluster = try await PrivateCluster()
        try await cluster.query("CREATE ROLE ada LOGIN PASSWORD 'hunter2'; CREATE ROLE eve LOGIN")
        try await cluster.authenticate("local all ada scram-sha-256", "local all eve reject")
        let url = cluster.url(database: "postgres", user: "ada")
        #expect(try Connection(to: url + "&password=hunter2").rows("SELECT current_user") == [["ada"]])

        let wrong = try failure(url + "&password=hunter3")
        #expect(wrong.problem == ConnectProblem(.credentials, "the server refuses the password (28P01)"))
        let missing = try failure(url + "&passfile=/dev/null")
        #expect(missing.problem == ConnectProblem(.credentials, "the server asks for a password, and there is none"))
        let rejected = try failure(cluster.url(database: "postgres", user: "eve"))
        #expect(rejected.problem == ConnectProblem(.credentials, "the server refuses the user (28000)"))
        for failure in [wrong, missing, rejected] {
            #expect(!failure.error.isWorthAnotherTry && failure.error.report.status == .refused)
            #expect(!failure.error.report.text.contains("hunter"))
        }
    }

    @Test func aPasswordFileThatLibpqReadsOpensTheDoor() async throws {
        let cluster = try await PrivateCluster()
        try await cluster.query("CREATE ROLE ada LOGIN PASSWORD 'hunter2'")
        try await cluster.authenticate("local all ada scram-sha-256")
        let folder = try TemporaryFolder()
        let file = try folder.write("pass", "*:*:*:ada:hunter2\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let url = cluster.url(database: "postgres", user: "ada")
        let settings = try ConnectionSettings(url: url, environment: ["PGPASSFILE": file])
        #expect(try Connection(settings).rows("SELECT current_user") == [["ada"]])
    }

    @Test func aServerWithoutTLSDoesNotProveItsName() async throws {
        let cluster = try await PrivateCluster(listensOnLoopback: true)
        let failure = try failure(
            "host=127.0.0.1 port=\(cluster.port) user=postgres sslmode=verify-full sslrootcert=/etc/hostname")
        #expect(failure.problem == ConnectProblem(.identity, "the server does not speak TLS"))
        #expect(!failure.error.isWorthAnotherTry && failure.error.report.status == .refused)
    }

    @Test func onlyTheRightCertificateProvesTheServersName() async throws {
        let cluster = try await PrivateCluster(listensOnLoopback: true)
        let folder = try TemporaryFolder()
        let made = try await Program(URL(filePath: "/usr/bin/env"), in: folder).shell(
            """
            for name in localhost other; do
                openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=$name -addext subjectAltName=DNS:$name \
                    -keyout $name.key -out $name.crt || exit
            done
            """)
        #expect(made.status == 0, "\(made.errors)")
        let url = "host=localhost port=\(cluster.port) user=postgres dbname=postgres sslmode=verify-full sslrootcert="
        func present(_ name: String) async throws {
            try await cluster.replace("server.key", with: folder.read(name + ".key"))
            try await cluster.replace("server.crt", with: folder.read(name + ".crt"))
            try await cluster.query("ALTER SYSTEM SET ssl = on")
            try await cluster.stop()
            try await cluster.start()
        }
        try await present("localhost")
        let connection = try Connection(to: url + folder.path("localhost.crt"))
        #expect(try connection.rows("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == [["t"]])
        let unknown = try failure(url + folder.path("other.crt"))
        #expect(unknown.problem == ConnectProblem(.identity, "the server's certificate is not signed by a known root"))
        try await present("other")
        let foreign = try failure(url + folder.path("other.crt"))
        #expect(foreign.problem == ConnectProblem(.identity, "the server's certificate is for another host"))
        #expect(foreign.error.report.status == .refused)
    }
}
