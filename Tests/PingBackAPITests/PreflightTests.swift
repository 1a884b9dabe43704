import ImportCore
import Testing

@testable import PingBackAPI

@Suite("The preflight", .timeLimit(.minutes(1)))
struct PreflightTests {
    private func prepare(_ reply: ScriptedServer.Reply) async throws -> (
        fingerprint: String?, status: ImportCore.ExitStatus?
    ) {
        let server = try await ScriptedServer { $0.path.hasSuffix("/auth/me") ? reply : .preflight($0) }
        let result: (String?, ImportCore.ExitStatus?) = try await Fixture.withDestination(server.url) { destination in
            do {
                return (try await destination.prepare(), nil)
            } catch let error as any PresentableError {
                return (nil, error.report.status)
            }
        }
        let paths = ["/api/v1/auth/me"] + (result.0 == nil ? [] : ["/api/v1/channels/"])
        // One that does not answer is asked a few times.
        #expect(Set(server.arrivals.map(\.path)) == Set(paths))
        try await server.close()
        return result
    }

    @Test("A destination is known by its origin and business, without the token")
    func fingerprint() async throws {
        let server = try await ScriptedServer {
            $0.path.hasSuffix("/auth/me") ? .account(business: Fixture.business.uppercased()) : .preflight($0)
        }
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
        "A connection that ends, or a gateway whose server is away, is asked again",
        arguments: [ScriptedServer.Reply.close, .reset, .json(502, ""), .json(503, ""), .json(504, "")])
    func restartingServer(_ reply: ScriptedServer.Reply) async throws {
        let server = try await ScriptedServer { $0.number < 3 ? reply : .preflight($0) }
        _ = try await Fixture.withDestination(server.url) { try await $0.prepare() }
        #expect(server.arrivals.map(\.path).filter { $0.hasSuffix("/auth/me") }.count == 4)
        try await server.close()
    }

    @Test("A server that lets the whole time of a request pass is not asked again")
    func silentServer() async throws {
        let server = try await ScriptedServer { _ in .silence }
        await #expect(throws: APIError.unreachable(origin: server.url, reason: "no answer in time")) {
            try await Fixture.withDestination(server.url, change: { $0.timeout = 0.2 }) { _ = try await $0.prepare() }
        }
        #expect(server.arrivals.count == 1)
        try await server.close()
    }

    // MARK: - Channels and team

    private func prepare(
        assigns: Bool = false, _ script: @escaping @Sendable (ScriptedServer.Arrival) -> ScriptedServer.Reply
    ) async throws -> (lines: [String], team: TeamDirectory?, report: FailureReport?, paths: [String]) {
        let server = try await ScriptedServer(script: script)
        let result: ([String], TeamDirectory?, FailureReport?) = try await Fixture.withDestination(
            server.url, assigns: assigns
        ) { destination in
            do {
                _ = try await destination.prepare()
                return (await destination.findings(), destination.team, nil)
            } catch let error as any PresentableError {
                return ([], nil, error.report)
            }
        }
        let paths = server.arrivals.map(\.path)
        try await server.close()
        return (result.0, result.1, result.2, paths)
    }

    @Test("Channels are told by their types, and what else the server says of them is not repeated")
    func channels() async throws {
        let found = try await prepare { arrival in
            guard arrival.path.hasSuffix("channels/") else { return .preflight(arrival) }
            return .json(
                200,
                #"""
                [{"type":"widget","is_active":true,"config":{"access_token":"canary-secret"}},
                 {"type":"email","is_active":true,"config":{"password":"canary-secret"}},
                 {"type":"canary-type","is_active":true}, {"type":"sms","is_active":false}]
                """#)
        }
        #expect(found.report == nil)
        #expect(found.lines.contains("active channels: 1 email, 1 other, 1 widget (1 inactive)"))
        #expect(found.lines.contains { $0.contains("may deliver its message by email, other") })
        #expect(found.lines.contains { $0.contains("that of an owner") })
        #expect(!found.lines.joined().contains("canary"))
    }

    @Test(
        "A list of channels that is none of ours ends the run",
        arguments: [
            ("[]", 200, ImportCore.ExitStatus.plan), (#"[{"type":"widget","is_active":false}]"#, 200, .plan),
            (#"{"config":"canary-secret"}"#, 200, .protocolMismatch), ("", 404, .protocolMismatch),
            ("", 401, .refused), ("", 502, .unavailable),
        ])
    func noChannels(_ body: String, _ status: Int, _ expected: ImportCore.ExitStatus) async throws {
        let found = try await prepare { arrival in
            arrival.path.hasSuffix("channels/") ? .json(status, body) : .preflight(arrival)
        }
        #expect(found.report?.status == expected)
        #expect(found.report?.text.contains("canary") == false)
    }

    @Test("What the token's role may not see is said, and ends nothing")
    func hiddenLists() async throws {
        let found = try await prepare(assigns: true) { arrival in
            arrival.path.hasSuffix("auth/me") ? .preflight(arrival) : .json(403, #"{"detail":"owner only"}"#)
        }
        #expect(found.report == nil)
        #expect(found.team == nil)
        #expect(found.lines.filter { $0.hasPrefix("not looked at: ") }.count == 2)
    }

    @Test("The team is looked at where the plan assigns, and its active members are known by their user ids")
    func team() async throws {
        let found = try await prepare(assigns: true) { .preflight($0) }
        #expect(found.paths == ["/api/v1/auth/me", "/api/v1/channels/", "/api/v1/team/members"])
        let team = try #require(found.team)
        #expect(team.count == 1 && team.inactive == 1)
        #expect(team.hasActiveMember(userID: "u-1"))
        #expect(!team.hasActiveMember(userID: "u2") && !team.hasActiveMember(userID: "m1"))
    }

    // MARK: - Addresses and tokens

    @Test(
        "Plain HTTP leaves this machine only where the plan says so",
        arguments: [
            "http://127.0.0.1.example.com", "http://10.0.0.1:80", "http://localhost.example",
            "http://127.1", "http://[::2]", "http://0.0.0.0",
        ])
    func plainHTTP(_ url: String) throws {
        var options = APIOptions()
        options.url = url
        options.token = Secret("t")
        #expect {
            try APIDestination.check(options, name: "api")
        } throws: { error in
            (error as? APIError)?.report.status == .plan
        }
        options.allowsPlainHTTP = true
        try APIDestination.check(options, name: "api")
        options.allowsPlainHTTP = false
        options.url = url.replacing("http:", with: "https:")
        try APIDestination.check(options, name: "api")
    }

    @Test("A token that would end its header is refused without being shown", arguments: ["canary\nX: y", "canäry"])
    func unusableToken(_ token: String) throws {
        var options = APIOptions()
        options.url = "https://pingback.invalid"
        options.token = Secret(token)
        #expect {
            try APIDestination.check(options, name: "api")
        } throws: { error in
            guard let report = (error as? APIError)?.report else { return false }
            return report.status == .plan && !report.text.contains(token.prefix(4))
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
