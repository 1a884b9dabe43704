import Foundation
import ImportTestSupport
import Testing

/// A server that cannot be reached: by its name, its port, or the way there.
@Suite(.serialized) struct ReachTests {
    /// A run against an address at which there is nobody.
    private static func run(_ address: String, _ options: String = "") async throws -> ProgramEnd {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(3))
        try workspace.writePlan(
            more: """
                destinations:
                  sandbox: { url: "\(address)", token: "a token", timeout: 500ms, opening_messages: send\(options) }
                """)
        return try await workspace.program.run(
            "run", "plan.yaml", "--allow-http", "--accept-loss", "created_at,messages,customer.new,status")
    }

    private static func expectUnreachable(
        _ end: ProgramEnd, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(end.status == 69, "\(end.errors)", sourceLocation: sourceLocation)
        #expect(end.errors.contains(words), "\(end.errors)", sourceLocation: sourceLocation)
        #expect(end.errors.contains("safe: nothing was sent"), "\(end.errors)", sourceLocation: sourceLocation)
    }

    @Test func aNameThatNobodyHas() async throws {
        Self.expectUnreachable(try await Self.run("http://nobody.invalid"), "the host's name could not be resolved")
    }

    @Test func aPortThatNobodyListensOn() async throws {
        Self.expectUnreachable(try await Self.run("http://127.0.0.1:\(FreePort.find())"), "connection refused")
    }

    @Test func aHostThatDoesNotAnswer() async throws {
        // Of connections that nobody accepts a system takes one more than asked for, and lets the rest wait.
        let full = try TCPSocket()
        try full.bind(0)
        try full.listen(0)
        let port = try full.port
        let waiting = try TCPSocket()
        try waiting.connect(port)
        Self.expectUnreachable(
            try await Self.run("http://127.0.0.1:\(port)"), "the connection could not be made in time")
    }

    @Test func aHostThatTakesAConnectionAndSaysNothing() async throws {
        let silent = try TCPSocket()
        try silent.bind(0)
        try silent.listen(16)
        Self.expectUnreachable(try await Self.run("http://127.0.0.1:\(silent.port)"), "no answer in time")
    }

    #if os(Linux)
        @Test(
            "A way to the server that is lost for some connections leaves no doubt: nothing was written",
            arguments: [
                "connect:error=ENETUNREACH", "connect:error=EHOSTUNREACH", "connect:error=ECONNREFUSED",
                "connect:error=ETIMEDOUT", "connect:error=EADDRNOTAVAIL", "socket:error=EMFILE", "socket:error=ENFILE",
                "socket:error=ENOBUFS",
            ])
        func lostWay(_ fault: String) async throws {
            let scene = try await FaultScene(latency: 20)
            let name = fault.prefix { $0 != ":" }
            // The first is the preflight's; the lanes open theirs when the first conversation is in.
            let end = try await Trace(workspace: scene.workspace).run(
                ["-e", "trace=\(name)", "-e", "inject=\(fault):when=2..3"], FaultScene.arguments)
            try scene.expectSound(end, status: 0, fault)
            try scene.expectAllIn(fault)
            #expect(try scene.workspace.read("trace").contains("INJECTED"), "\(fault)")
            #expect(!end.errors.contains("in doubt") || end.errors.contains("0 in doubt"), "\(fault)")
            try await scene.sandbox.kill()
        }
    #endif
}
