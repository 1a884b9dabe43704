import Foundation
import ImportTestSupport

/// A sandbox in a process of its own, as a plan with `sandbox: {url: …}` finds it: it outlives the run that is killed.
final class SandboxProcess {
    static let token = "a token of the tests"

    private(set) var port = 0
    private let workspace: Workspace
    private let data: String
    private let latency: Int
    private var process: RunningProgram?

    /// - Parameter latency: milliseconds that each create's answer takes.
    init(_ workspace: Workspace, data: String = "server.sqlite", latency: Int = 0) async throws {
        self.workspace = workspace
        self.data = data
        self.latency = latency
        try await start()
    }

    /// Starts it, and the next time again on the same port and data.
    func start() async throws {
        var program = workspace.program
        program.environment["PINGBACK_SANDBOX_TOKEN"] = Self.token
        let process = try program.start([
            "sandbox", "--port", String(port), "--data", data, "--latency", String(latency),
        ])
        self.process = process
        try await process.wait { try process.output.contains("\n") || !process.isRunning }
        guard let address = try process.output.split(separator: "\n").first,
            let port = address.split(separator: ":").last.flatMap({ Int($0) })
        else { throw SandboxDidNotStart(errors: try process.errors) }
        self.port = port
    }

    /// As a power cut would end it.
    func kill() async throws {
        process?.kill()
        _ = try await process?.end()
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// The lines of a plan that lead to it.
    func destination(_ options: String) -> String {
        """
        destinations:
          sandbox: { url: "\(url)", token: "\(Self.token)", \(options) }
        """
    }
}

struct SandboxDidNotStart: Error { let errors: String }
