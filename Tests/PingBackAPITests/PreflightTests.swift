import ImportCore
import Testing

@testable import PingBackAPI

@Suite("The preflight", .timeLimit(.minutes(1)))
struct PreflightTests {
    private func prepare(_ reply: ScriptedServer.Reply) async throws -> (
        fingerprint: String?, status: ImportCore.ExitStatus?
    ) {
        let server = try await ScriptedServer { _ in reply }
        let result: (String?, ImportCore.ExitStatus?) = try await Fixture.withDestination(server.url) { destination in
            do {
                return (try await destination.prepare(), nil)
            } catch let error as any PresentableError {
                return (nil, error.report.status)
            }
        }
        #expect(server.arrivals.map(\.path) == ["/api/v1/auth/me"])
        try await server.close()
        return result
    }

    @Test("A destination is known by its origin and business, without the token")
    func fingerprint() async throws {
        let server = try await ScriptedServer { _ in .account(business: Fixture.business.uppercased()) }
        let fingerprint = try await Fixture.withDestination(server.url + "/") { try await $0.prepare() }
        #expect(fingerprint == "http://127.0.0.1:\(server.port) business \(Fixture.business)")
        try await server.close()
    }

    @Test("A sandbox is known by its data, whatever its port")
    func sandbox() async throws {
        let found = try await prepare(.account(["X-Sandbox-Data: 42-abc"]))
        #expect(found.fingerprint == "sandbox:42-abc")
    }

    @Test(
        "What does not fit is told apart",
        arguments: [
            (ScriptedServer.Reply.account(business: "other"), ImportCore.ExitStatus.refused),
            (.json(200, #"{"user":{"id":"u"},"business":null}"#), .refused),
            (.json(401, #"{"detail":"expired"}"#), .refused), (.json(403, ""), .refused),
            (.json(200, "[]"), .protocolMismatch), (.json(200, "<html>"), .protocolMismatch),
            (.json(404, ""), .protocolMismatch), (.json(301, "", ["Location: /x"]), .protocolMismatch),
            (.json(502, ""), .unavailable), (.json(429, ""), .unavailable), (.close, .unavailable),
        ])
    func refusals(_ reply: ScriptedServer.Reply, _ status: ImportCore.ExitStatus) async throws {
        #expect(try await prepare(reply).status == status)
    }

    @Test("A refused port is tried a few times and then said")
    func refusedPort() async throws {
        let port = try await ScriptedServer.unusedPort()
        await #expect(throws: APIError.unreachable(origin: "http://127.0.0.1:\(port)", reason: "connection refused")) {
            try await Fixture.withDestination("http://127.0.0.1:\(port)") { _ = try await $0.prepare() }
        }
    }

    @Test(
        "No host but this machine is written to",
        arguments: [
            "https://api.pingback.live", "http://127.0.0.1.example.com", "http://10.0.0.1:80",
            "http://localhost.example",
            "http://127.1", "http://[::2]", "http://0.0.0.0",
        ])
    func otherHosts(_ url: String) throws {
        var options = APIOptions()
        options.url = url
        options.token = Secret("t")
        #expect {
            try APIDestination(options: options, businessID: Fixture.business, name: "api")
        } throws: { error in
            (error as? APIError)?.report.status == .plan
        }
    }

    @Test(
        "Loopback has several names",
        arguments: [
            "http://127.0.0.1", "http://127.9.9.9:1", "http://localhost:80", "http://LOCALHOST", "http://[::1]:80",
        ])
    func loopback(_ url: String) throws {
        #expect(try Endpoint(url).isLoopback)
    }

    @Test(
        "A URL that holds a secret, or is none, is refused without showing it",
        arguments: [
            "http://user:canary@127.0.0.1", "ftp://127.0.0.1", "127.0.0.1:80", "http://127.0.0.1/?token=canary", "",
        ])
    func badURLs(_ url: String) throws {
        #expect {
            try Endpoint(url)
        } throws: { error in
            guard let report = (error as? APIError)?.report else { return false }
            return report.status == .plan && !report.text.contains("canary")
        }
    }

    @Test("A destination without a token is the plan's mistake")
    func noToken() throws {
        var options = APIOptions()
        options.url = "http://127.0.0.1"
        #expect(throws: APIError.tokenMissing(destination: "api")) {
            try APIDestination(options: options, businessID: Fixture.business, name: "api")
        }
    }
}
