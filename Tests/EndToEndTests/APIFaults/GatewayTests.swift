import Foundation
import ImportTestSupport
import Testing

/// A real gateway between a run and the server: nginx, with the settings that its administrators give it.
@Suite(.serialized, .enabled(if: Nginx.isHere, Nginx.need)) struct GatewayTests {
    /// A run through a gateway that ends by itself.
    private static func run(
        _ scene: FaultScene, _ nginx: Nginx, _ what: String, status: Int32 = 0, options: String = ""
    ) async throws -> ProgramEnd {
        try scene.writePlan(through: nginx.url(), options)
        let end = try await scene.run()
        try scene.expectSound(end, status: status, what)
        return end
    }

    private static func stop(_ scene: FaultScene, _ nginx: Nginx) async throws {
        try await nginx.stop()
        try await scene.sandbox.kill()
    }

    /// Directives of a gateway that a run goes through as if it were not there.
    private static let harmless = [
        "", "proxy_http_version 1.1; proxy_set_header Connection \"\";", "proxy_buffering off;",
        "proxy_request_buffering off; proxy_http_version 1.1;",
        "chunked_transfer_encoding on; gzip on; gzip_types *; gzip_min_length 1;", "keepalive_requests 3;",
        "keepalive_timeout 0;",
    ]

    @Test("A gateway of the usual kind costs nothing")
    func usual() async throws {
        _ = try await Self.harmless.atOnce(3) { directives in
            let scene = try await FaultScene()
            let nginx = try await Nginx(
                to: scene.sandbox.port, server: directives, keepsConnections: directives.contains("Connection"))
            let end = try await Self.run(scene, nginx, directives)
            #expect(!end.errors.contains("no known answer"), "\(directives): \(end.errors)")
            try scene.expectAllIn(directives)
            try await Self.stop(scene, nginx)
        }
    }

    @Test("502 and 504 of a gateway whose server has done its work, or not, are settled")
    func lostBehind() async throws {
        let faults = [
            // 504: the gateway gives up after half a second, the server answers later.
            "{ when: { request: create, every: 15 }, do: { latency_after: 1s } }",
            // 502: the server's connection ends after it did its work, before, and as the request comes in.
            "{ when: { request: create, every: 15 }, do: { close: after-commit } }",
            "{ when: { request: create, every: 15 }, do: { reset: before-commit } }",
            "{ when: { request: create, every: 15 }, do: { close: on-arrival } }",
            // 502: nobody listens behind the gateway for a while.
            "{ when: { request: create, number: 15 }, do: { restart: 1s } }",
        ]
        _ = try await faults.atOnce(3) { fault in
            let scene = try await FaultScene(faults: "faults:\n  - \(fault)\n")
            let nginx = try await Nginx(
                to: scene.sandbox.port,
                server: "proxy_read_timeout 500ms; proxy_http_version 1.1; proxy_set_header Connection \"\";",
                keepsConnections: true)
            _ = try await Self.run(scene, nginx, fault)
            try scene.expectAllIn(fault)
            #expect(try nginx.answers.contains { $0.hasPrefix("50") }, "\(fault)")
            try await Self.stop(scene, nginx)
        }
    }

    @Test("A gateway that keeps connections which it asked the server to close meets closed ones, and that is settled")
    func mistakenKeepAlive() async throws {
        let scene = try await FaultScene(tickets: 80)
        let nginx = try await Nginx(to: scene.sandbox.port, keepsConnections: true)
        _ = try await Self.run(scene, nginx, "keep-alive over HTTP/1.0")
        try scene.expectAllIn("keep-alive over HTTP/1.0")
        try await Self.stop(scene, nginx)
    }

    @Test("A gateway that closes idle connections just as the next request may come in")
    func idleConnections() async throws {
        _ = try await FaultScene.seeds(3).atOnce(3) { seed in
            let scene = try await FaultScene(tickets: 100)
            // The pace leaves each connection idle for about as long as the gateway allows.
            let nginx = try await Nginx(to: scene.sandbox.port, server: "keepalive_timeout \(9 + seed)ms;")
            try scene.writePlan(through: nginx.url(), concurrency: 1, "rate: 100/s")
            let end = try await scene.run()
            try scene.expectSound(end, status: 0, "seed \(seed)")
            try scene.expectAllIn("seed \(seed)")
            try await Self.stop(scene, nginx)
        }
    }

    // MARK: - A limit of the gateway's

    private static let zone = "limit_req_zone $server_addr zone=all:1m rate=12r/s;"

    @Test("A limit that answers 429 with Retry-After is waited out")
    func limitWithRetryAfter() async throws {
        let scene = try await FaultScene(tickets: 60)
        let nginx = try await Nginx(
            to: scene.sandbox.port, http: Self.zone,
            server: "limit_req zone=all burst=4 nodelay; limit_req_status 429; add_header Retry-After 1 always;")
        _ = try await Self.run(scene, nginx, "429")
        try scene.expectAllIn("429")
        #expect(try nginx.answers.contains { $0.hasPrefix("429 POST") })
        try await Self.stop(scene, nginx)
    }

    @Test("A limit that answers 503 with Retry-After is waited out, where the plan says that it means not done")
    func trusted503() async throws {
        let scene = try await FaultScene(tickets: 60)
        let nginx = try await Nginx(
            to: scene.sandbox.port, http: Self.zone,
            server: "limit_req zone=all burst=4 nodelay; add_header Retry-After 1 always;")
        _ = try await Self.run(scene, nginx, "503", options: "trust_503: true")
        try scene.expectAllIn("503")
        #expect(try nginx.answers.contains { $0.hasPrefix("503 POST") })
        try await Self.stop(scene, nginx)
    }

    @Test("A limit that answers 503 and says nothing more leaves doubts, which are settled")
    func bare503() async throws {
        let scene = try await FaultScene(tickets: 60)
        let nginx = try await Nginx(
            to: scene.sandbox.port, http: Self.zone, server: "limit_req zone=all burst=4 nodelay;")
        _ = try await Self.run(scene, nginx, "503 alone")
        try scene.expectAllIn("503 alone")
        let refused = try nginx.answers.count { $0.hasPrefix("503 POST") }
        #expect(refused > 0)
        // Each is a doubt, settled and sent again; 15 to 30 of 60 were seen.
        #expect(refused <= 40, "\(refused) refused")
        try await Self.stop(scene, nginx)
    }

    @Test("A limit that answers 429 and says nothing more reads as the monthly limit, and stops the run")
    func bare429() async throws {
        let scene = try await FaultScene(tickets: 60)
        let nginx = try await Nginx(
            to: scene.sandbox.port, http: Self.zone, server: "limit_req zone=all burst=4 nodelay; limit_req_status 429;"
        )
        _ = try await Self.run(scene, nginx, "429 alone", status: 6)
        try scene.writePlan()
        try await scene.expectCompletion("429 alone")
        try await Self.stop(scene, nginx)
    }

    // MARK: - What a gateway does not let through

    @Test("A message that is too long for the gateway is refused, and the others go on", arguments: [3_000, 900_000])
    func bodySize(_ length: Int) async throws {
        let scene = try await FaultScene()
        var lines = try scene.workspace.read("tickets.csv").split(separator: "\n").map(String.init)
        lines[20] = "20,\(String(repeating: "x", count: length)),open"
        try scene.workspace.write("tickets.csv", lines.joined(separator: "\n") + "\n")
        let nginx = try await Nginx(to: scene.sandbox.port, server: "client_max_body_size 1k;")
        _ = try await Self.run(scene, nginx, "\(length) bytes", status: 3)
        try scene.expectAllIn(refused: 1, "\(length) bytes")
        try await Self.stop(scene, nginx)
    }

    @Test("A redirect to https is shown and not followed, at the start and in the middle")
    func redirect() async throws {
        let scene = try await FaultScene(tickets: 60, latency: 20)
        let away = "return 301 https://elsewhere.example$request_uri;"
        let nginx = try await Nginx(to: scene.sandbox.port, server: away)
        let refused = try await Self.run(scene, nginx, "at the start", status: 76)
        #expect(refused.errors.contains("https://elsewhere.example/api/v1/auth/me"))
        try await nginx.reload()
        let running = try scene.workspace.program.start(FaultScene.arguments)
        try await running.wait { try scene.applied().count > 10 || !running.isRunning }
        try await nginx.reload(server: away)
        // A connection that it closes as it reads its configuration may take a request along.
        try scene.expectSound(
            try await running.end(), status: 76, doubts: 0...FaultScene.concurrency, "in the middle")
        try await nginx.reload()
        try await Task.sleep(for: .milliseconds(300))
        try await scene.expectCompletion("in the middle")
        try await Self.stop(scene, nginx)
    }

    @Test("A gateway that reads its configuration again, and again, costs nothing that is not settled")
    func reload() async throws {
        let scene = try await FaultScene(tickets: 150, latency: 20)
        let nginx = try await Nginx(to: scene.sandbox.port)
        try scene.writePlan(through: nginx.url())
        let running = try scene.workspace.program.start(FaultScene.arguments)
        for part in 1...4 {
            try await running.wait { try scene.applied().count > 25 * part || !running.isRunning }
            try await nginx.reload(server: "# \(part)")
        }
        try scene.expectSound(try await running.end(), status: 0, "reload")
        try scene.expectAllIn("reload")
        try await Self.stop(scene, nginx)
    }

    // MARK: - TLS

    @Test("A gateway that shows an expired certificate from some moment on stops the run, and nothing is in doubt")
    func expiredInTheMiddle() async throws {
        let certificates = try await Certificates()
        let good = try await certificates.files()
        let expired = try await certificates.files(days: -1)
        let scene = try await FaultScene(tickets: 60, latency: 20)
        func server(_ files: Certificates.Files) -> String {
            "ssl_certificate \(files.certificate); ssl_certificate_key \(files.key);"
        }
        let nginx = try await Nginx(to: scene.sandbox.port, server: server(good), listen: "ssl")
        try scene.writePlan(through: nginx.url("https"), "ca: \"\(certificates.authority)\"")
        let running = try scene.workspace.program.start(FaultScene.arguments)
        try await running.wait { try scene.applied().count > 10 || !running.isRunning }
        try await nginx.reload(server: server(expired), listen: "ssl")
        let end = try await running.end()
        try scene.expectSound(end, status: 77, doubts: 0...FaultScene.concurrency, "expired")
        #expect(end.errors.contains("has expired"))
        try scene.writePlan()
        try await scene.expectCompletion("expired")
        try await Self.stop(scene, nginx)
    }

    @Test("Over TLS through a gateway all is as without")
    func tls() async throws {
        let certificates = try await Certificates()
        let files = try await certificates.files()
        let scene = try await FaultScene()
        let nginx = try await Nginx(
            to: scene.sandbox.port,
            server: "ssl_certificate \(files.certificate); ssl_certificate_key \(files.key);", listen: "ssl")
        try scene.writePlan(through: nginx.url("https"), "ca: \"\(certificates.authority)\"")
        try scene.expectSound(try await scene.run(), status: 0, "TLS")
        try scene.expectAllIn("TLS")
        try await Self.stop(scene, nginx)
    }
}
