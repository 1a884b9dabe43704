import ImportCore
import ImportTestSupport
import Testing

@testable import PingBackAPI

/// Over TLS with certificates made for the test, and through a proxy that is one.
@Suite("Transport", .timeLimit(.minutes(1)))
struct TransportTests {
    private enum Identity: CaseIterable {
        case good, selfSigned, expired, otherHost
    }

    private func serve(
        _ identity: Identity, by certificates: Certificates
    ) async throws -> ScriptedServer {
        let context =
            switch identity {
            case .good: try await certificates.server()
            case .selfSigned: try await certificates.server(isSelfSigned: true)
            case .expired: try await certificates.server(days: -1)
            case .otherHost: try await certificates.server(names: "DNS:elsewhere.example,IP:127.0.0.9")
            }
        return try await ScriptedServer(tls: context) { $0.isCreate ? .created("c-\($0.number)") : .preflight($0) }
    }

    @Test("A server that the named authority vouches for is spoken to", arguments: ["127.0.0.1", "localhost"])
    func trusted(_ host: String) async throws {
        let certificates = try await Certificates()
        let server = try await serve(.good, by: certificates)
        let url = server.url.replacing("127.0.0.1", with: host)
        let journal = RecordingJournal()
        try await Fixture.withDestination(url, change: { $0.ca = certificates.authority }) { destination in
            #expect(try await destination.prepare() == "\(url) business \(Fixture.business)")
            try await destination.write(ListFeed(Fixture.conversations(3)), journal: journal)
        }
        #expect(journal.standing == [.done: 3])
        try await server.close()
    }

    @Test(
        "A server that does not prove who it is gets no request, and is asked once",
        arguments: [
            (Identity.good, false, "comes from nobody who is trusted"), (.selfSigned, true, "comes from nobody"),
            (.expired, true, "has expired"), (.otherHost, true, "for another host"),
        ])
    private func untrusted(_ identity: Identity, _ isAuthorityNamed: Bool, _ words: String) async throws {
        let certificates = try await Certificates()
        let server = try await serve(identity, by: certificates)
        let report: FailureReport? = try await Fixture.withDestination(
            server.url, change: { $0.ca = isAuthorityNamed ? certificates.authority : nil }
        ) { destination in
            do {
                _ = try await destination.prepare()
                return nil
            } catch let error as any PresentableError {
                return error.report
            }
        }
        #expect(report?.status == .refused)
        #expect(report?.message.contains(words) == true, "\(report?.message ?? "")")
        #expect(server.connections == 1)
        #expect(server.arrivals.isEmpty)
        try await server.close()
    }

    @Test("A server that turns into another in the middle stops the run, and leaves nothing in doubt")
    func untrustedLater() async throws {
        let certificates = try await Certificates()
        let server = try await serve(.otherHost, by: certificates)
        let journal = RecordingJournal()
        let report = try await Fixture.write(
            Fixture.conversations(3), to: server, journal: journal, change: { $0.ca = certificates.authority })
        #expect(report?.status == .refused)
        #expect(journal.standing == [.released: 1])
        #expect(server.arrivals.isEmpty)
        try await server.close()
    }

    @Test("A server without TLS behind https is no server that can be reached")
    func noTLS() async throws {
        let server = try await ScriptedServer { .preflight($0) }
        let url = server.url.replacing("http:", with: "https:")
        await #expect(throws: APIError.self) {
            try await Fixture.withDestination(url) { _ = try await $0.prepare() }
        }
        #expect(server.arrivals.allSatisfy { !$0.head.contains(Fixture.token) })
        try await server.close()
    }

    // MARK: - Proxies

    @Test("A host elsewhere is reached through the proxy that the environment names, which gets no token")
    func proxy() async throws {
        let proxy = try await ScriptedServer { arrival in
            arrival.method == "CONNECT" ? .bytes("HTTP/1.1 200 Connected\r\n\r\n") : .preflight(arrival)
        }
        let environment = ["http_proxy": "http://us%40er:pass@127.0.0.1:\(proxy.port)"]
        let fingerprint = try await Fixture.withDestination(
            "http://pingback.invalid", environment: environment, change: { $0.allowsPlainHTTP = true }
        ) { try await $0.prepare() }
        #expect(fingerprint == "http://pingback.invalid:80 business \(Fixture.business)")
        let tunnels = proxy.arrivals.filter { $0.method == "CONNECT" }
        #expect(!tunnels.isEmpty)
        for tunnel in tunnels {
            #expect(tunnel.path == "pingback.invalid:80")
            #expect(!tunnel.head.contains(Fixture.token))
            // us@er:pass
            #expect(tunnel.head.contains("Basic dXNAZXI6cGFzcw=="))
        }
        try await proxy.close()
    }

    private static let proxies = [
        "HTTPS_PROXY": "http://upper:1", "https_proxy": "lower:3128", "HTTP_PROXY": "http://plain:2",
        "NO_PROXY": "internal.example, .dotted.example,ported.example:8443, *.starred.example",
    ]

    @Test(
        "The proxy is the one that other programs would take",
        arguments: [
            ("https://api.pingback.live", "lower:3128"), ("http://api.pingback.live", "plain:2"),
            ("https://internal.example", nil), ("https://a.internal.example", nil),
            ("https://notinternal.example", "lower:3128"), ("https://a.dotted.example", nil),
            ("https://ported.example:8443", nil), ("https://ported.example", "lower:3128"),
            ("https://a.starred.example", nil), ("https://127.0.0.1", nil), ("https://localhost", nil),
        ] as [(String, String?)])
    func choice(_ url: String, _ expected: String?) throws {
        let proxy = try ProxyChoice(Self.proxies).proxy(for: Endpoint(url))
        #expect(proxy.map { "\($0.host):\($0.port)" } == expected)
    }

    @Test("NO_PROXY=* means all hosts, and a proxy that cannot be used is named without its password")
    func oddProxies() throws {
        let endpoint = try Endpoint("https://api.pingback.live")
        #expect(try ProxyChoice(["HTTPS_PROXY": "http://p:1", "no_proxy": "*"]).proxy(for: endpoint) == nil)
        for value in ["socks5://u:canary@p:1", "https://u:canary@p:1", "http://"] {
            #expect {
                try ProxyChoice(["HTTPS_PROXY": value]).proxy(for: endpoint)
            } throws: { error in
                guard let report = (error as? APIError)?.report else { return false }
                return report.status == .plan && report.message.contains("HTTPS_PROXY")
                    && !report.text.contains("canary")
            }
        }
    }
}
