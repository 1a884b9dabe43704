import Foundation
import ImportCore
import ImportTestSupport
import Testing

@testable import PostgresWriting

@Suite struct TLSRuleTests {
    private static let roots = "sslrootcert=/dev/null"

    @Test(arguments: ["host=db.acme", "host=10.0.0.7", "host=localhost,db.acme", "host=localhost hostaddr=10.0.0.7"])
    func aServerElsewhereHasToProveItsName(url: String) throws {
        let settings = try ConnectionSettings(url: "\(url) \(Self.roots)")
        #expect(settings.values["sslmode"]?.reveal == "verify-full")
        #expect(settings.notices.isEmpty)
    }

    @Test(arguments: [
        "", "host=/run/postgresql", "host=@abstract", "host=localhost", "host=LOCALHOST", "host=127.0.0.1",
        "host=127.1.2.3",
        "host=::1", "host=db.acme hostaddr=127.0.0.1",
    ])
    func aServerOnThisMachineIsLeftToLibpq(url: String) throws {
        let settings = try ConnectionSettings(url: url)
        #expect(settings.values["sslmode"]?.reveal == nil)
        #expect(settings.notices.isEmpty)
        #expect(try ConnectionSettings(url: url, tls: .disable).notices.isEmpty)
    }

    @Test(arguments: ["host=localhost.acme", "host=127.0.0.1.acme", "host=1270.0.0.1", "host=::11"])
    func whatOnlyLooksLikeThisMachineIsNot(url: String) throws {
        #expect(try ConnectionSettings(url: "\(url) \(Self.roots)").values["sslmode"]?.reveal == "verify-full")
    }

    @Test func aWeakerModeIsTakenFromThePlanThenTheUrlThenTheEnvironmentAndSaid() throws {
        let url = "host=db.acme sslmode=require"
        let environment = ["PGSSLMODE": "prefer"]
        let plan = try ConnectionSettings(url: url, tls: .disable, environment: environment)
        #expect(plan.values["sslmode"]?.reveal == "disable")
        #expect(
            plan.notices == [
                "the TLS mode for db.acme:5432 is disable, as the plan says: everything is sent in plain text"
            ])
        let stated = try ConnectionSettings(url: url, environment: environment)
        #expect(stated.values["sslmode"]?.reveal == "require")
        #expect(stated.notices.first?.contains("as the url says: encrypted, but nobody checks") == true)
        let variable = try ConnectionSettings(url: "host=db.acme", environment: environment)
        #expect(variable.values["sslmode"]?.reveal == "prefer")
        #expect(variable.notices.first?.contains("as PGSSLMODE says") == true)
        let strict = try ConnectionSettings(
            url: "host=db.acme sslmode=verify-full \(Self.roots)", environment: environment)
        #expect(strict.values["sslmode"]?.reveal == "verify-full")
        #expect(strict.notices.isEmpty)
    }

    @Test func aModeThatLibpqDoesNotKnowIsAnError() throws {
        let error = #expect(throws: PostgresError.self) {
            try ConnectionSettings(url: "host=db.acme sslmode=verify_full")
        }
        #expect(error?.report.hint == "sslmode is one of disable, allow, prefer, require, verify-ca, verify-full")
    }

    @Test func verifyingWithoutRootCertificatesIsAnErrorWithAWayOut() throws {
        let folder = try TemporaryFolder()
        let home = ["HOME": folder.url.path]
        let error = #expect(throws: PostgresError.self) {
            try ConnectionSettings(url: "host=db.acme", environment: home)
        }
        #expect(error?.report.status == .plan)
        #expect(
            error?.report.message
                == "TLS mode verify-full needs root certificates to check the server by, and "
                + "\(folder.url.path)/.postgresql/root.crt cannot be read")
        #expect(error?.report.hint?.contains("sslrootcert") == true)
        try folder.write(".postgresql/root.crt", "")
        _ = try ConnectionSettings(url: "host=db.acme", environment: home)
        // A socket is never encrypted, whatever the mode.
        _ = try ConnectionSettings(url: "host=/run sslmode=verify-full", environment: [:])
    }
}
