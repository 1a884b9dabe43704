import ImportTestSupport
import PingBackSandbox
import Testing

@Suite("The sandbox server")
struct SandboxServerTests {
    @Test("runs until its task is cancelled, and answers what is in flight")
    func cancellation() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("data.sqlite")
        let server = SandboxServer(
            SandboxFixture.configuration(dataFile: path, latency: .milliseconds(200)))
        let (ports, started) = AsyncStream<Int>.makeStream()
        let running = Task { try await server.run { started.yield($0) } }
        let port = try #require(await ports.first { _ in true })
        let sandbox = SandboxFixture(dataFile: path, port: port)
        async let reply = sandbox.create(message: "in flight")
        while try SandboxJournal(ofDataFile: path).entries.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        running.cancel()
        #expect(try await reply.status == 200)
        try await running.value
        await #expect(throws: (any Error).self) { try await sandbox.get("auth/me") }
        await server.stop()
    }

    @Test("does not start on a port that is taken")
    func portTaken() async throws {
        try await SandboxFixture.with { sandbox in
            let folder = try TemporaryFolder()
            var configuration = SandboxFixture.configuration(dataFile: folder.path("data.sqlite"))
            configuration.port = sandbox.port
            let error = await failure(configuration)
            guard case .cannotListen("127.0.0.1", sandbox.port, let reason) = error else {
                Issue.record("listening on a taken port: \(String(describing: error))")
                return
            }
            #expect(reason.contains("in use"))
        }
    }

    @Test("refuses what could never serve an import")
    func configuration() async throws {
        let folder = try TemporaryFolder()
        let usable = SandboxFixture.configuration(dataFile: folder.path("data.sqlite"))
        var open = usable
        open.host = "0.0.0.0"
        #expect(await failure(open) == .hostNotLoopback("0.0.0.0"))
        var tokenless = usable
        tokenless.token = ""
        #expect(await failure(tokenless) == .emptyToken)
        var nameless = usable
        nameless.businessID = "acme"
        #expect(await failure(nameless) == .malformedBusinessID("acme"))
    }

    private func failure(_ configuration: SandboxConfiguration) async -> SandboxError? {
        let server = SandboxServer(configuration)
        do {
            _ = try await server.start()
            await server.stop()
            return nil
        } catch {
            return error
        }
    }
}
