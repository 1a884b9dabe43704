import Foundation
import ImportCore
import ImportTestSupport
import Testing

@testable import PostgresWriting

@Suite struct ConnectionSettingsTests {
    @Test func aDeadPeerIsNoticedAndTheProgramNamesItself() throws {
        let settings = try ConnectionSettings(url: "postgresql:///acme")
        for (keyword, value) in [
            "connect_timeout": "10", "keepalives": "1", "keepalives_idle": "30", "keepalives_interval": "10",
            "keepalives_count": "3", "tcp_user_timeout": "60000", "client_encoding": "UTF8",
            "application_name": "pingback-import acme", "dbname": "acme",
        ] {
            #expect(settings.values[keyword]?.reveal == value, "\(keyword)")
        }
        #expect(try ConnectionSettings(url: "connect_timeout=3").values["connect_timeout"]?.reveal == "3")
    }

    @Test func theUrlHoldsOverTheServiceAndTheServiceOverTheEnvironment() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "services",
            "# ours\n[other]\nhost=wrong\n\n[acme]\nhost=127.0.0.1\nport=6000\nport=7000\nuser=ada\n[last]\nuser=eve\n")
        let environment = ["PGSERVICEFILE": file, "PGPORT": "5000", "PGUSER": "eve", "PGDATABASE": "tickets"]
        for (url, more) in [("service=acme user=bob", [:]), ("user=bob", ["PGSERVICE": "acme"])] {
            let settings = try ConnectionSettings(url: url, environment: environment.merging(more) { $1 })
            #expect(settings.server == "127.0.0.1:6000")
            #expect(settings.values["user"]?.reveal == "bob")
            #expect(settings.values["dbname"]?.reveal == "tickets")
            #expect(settings.values["service"]?.reveal == nil)
        }
    }

    @Test func aServiceThatCannotBeReadIsNamed() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("services", "[acme]\nhost=db\npasswort=geheim\n[directory]\nldap://ldap.acme\n")
        let environment = ["PGSERVICEFILE": file, "PGSYSCONFDIR": folder.path("nothing")]
        let bad = #expect(throws: PostgresError.self) {
            try ConnectionSettings(url: "service=acme", environment: environment)
        }
        #expect(bad?.report.message == "line 3 of \(file) names no connection parameter of libpq")
        let missing = #expect(throws: PostgresError.self) {
            try ConnectionSettings(url: "service=beta", environment: environment)
        }
        #expect(missing?.report.message.contains("the service beta stands in none of these files: \(file)") == true)
        let ldap = #expect(throws: PostgresError.self) {
            try ConnectionSettings(url: "service=directory", environment: environment)
        }
        #expect(ldap?.report.message.contains("LDAP") == true)
    }

    @Test(arguments: [
        ("postgresql://ada@db.acme/tickets", "db.acme:5432"),
        ("postgresql://ada:secret@db.acme:6000/tickets", "db.acme:6000"),
        ("postgresql://[2001:db8::1]/tickets", "[2001:db8::1]:5432"),
        ("host=a,b port=1,2", "a:1, b:2"), ("host=a,b port=7", "a:7, b:7"),
        ("host=db.acme hostaddr=10.0.0.7", "10.0.0.7:5432"),
        ("host=/run/postgresql", "/run/postgresql, port 5432"), ("dbname=tickets", "the local socket, port 5432"),
    ])
    func theServerIsNamedWithoutCredentials(url: String, server: String) throws {
        #expect(try ConnectionSettings(url: url, tls: .require).server == server)
    }

    /// Passwords in every place where they belong, and in those where they end up when they are not escaped.
    @Test(arguments: [
        "postgresql://ada:hunter2@db.acme/tickets?sslmode=require", "postgresql://ada:hunter2@[db/tickets",
        "postgresql://ada:%zzhunter2@db.acme/tickets", "postgresql://ada:x@hunter2@db.acme/tickets",
        "postgresql://ada:hunter2/x@db.acme/tickets", "postgresql://ada:12/hunter2@db.acme/tickets",
        "postgresql://db.acme/tickets?sslmode=hunter2", "postgresql://db.acme/tickets?hunter2=1",
        "host=db.acme password=x hunter2", "host=db.acme password='hunter2", "hunter2",
        "postgresql://ada:hunter2@localhost:1/tickets", "host=/nowhere password=hunter2",
        "host=/nowhere password=hunter2 target_session_attrs=hunter2",
    ])
    func noTextHoldsThePassword(url: String) throws {
        var texts: [String] = []
        do {
            let settings = try ConnectionSettings(url: url)
            texts += ["\(settings)", String(reflecting: settings), settings.server] + settings.notices
            var dumped = ""
            dump(settings, to: &dumped)
            texts.append(dumped)
            if settings.values["host"]?.reveal != "db.acme" { _ = try Connection(settings) }
        } catch {
            texts += [error.report.text, "\(error)", String(reflecting: error)]
        }
        #expect(!texts.isEmpty && !texts.contains { $0.contains("hunter2") }, "\(texts)")
    }

    @Test func aPasswordFileThatLibpqIgnoresIsNamedOnce() async throws {
        let cluster = try await PrivateCluster.shared
        let folder = try TemporaryFolder()
        let file = try folder.write("pass", "*:*:*:*:hunter2\n")
        let environment = ["PGPASSFILE": file]
        let url = cluster.url(database: "postgres")
        for mode in [0o644, 0o640, 0o604, 0o601] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
            let settings = try ConnectionSettings(url: url, environment: environment)
            let text = String(mode, radix: 8)
            #expect(
                settings.notices == [
                    "libpq ignores the password file \(file), because others may read it (mode \(text)): chmod 600 \(file)"
                ])
            // Libpq does not stumble over it any more, and so has nothing to say.
            #expect(settings.values["passfile"]?.reveal == "/dev/null/ignored")
            #expect(try Connection(settings).rows("SELECT 1") == [["1"]])
            #expect(try ConnectionSettings(url: url + "&password=x", environment: environment).notices.isEmpty)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        #expect(try ConnectionSettings(url: url, environment: environment).notices.isEmpty)
        #expect(try ConnectionSettings(url: url, environment: ["PGPASSFILE": "/dev/null"]).notices.isEmpty)
        #expect(try ConnectionSettings(url: url, environment: ["PGPASSFILE": folder.url.path]).notices.count == 1)
        #expect(try ConnectionSettings(url: url, environment: ["HOME": folder.url.path]).notices.isEmpty)
    }
}
