import Foundation
import ImportTestSupport

/// A sandbox in a process of its own, as a plan with `sandbox: {url: …}` finds it: it outlives the run that is killed.
final class SandboxProcess {
    static let token = "a token of the tests"

    private(set) var port = 0
    private let workspace: Workspace
    private let data: String
    private let latency: Int
    /// A fault script's text, in force from the next start on; nil for a server that does what it should.
    var faults: String?
    private var process: RunningProgram?

    /// - Parameters:
    ///   - latency: milliseconds that each create's answer takes.
    ///   - faults: how it misbehaves.
    init(
        _ workspace: Workspace, data: String = "server.sqlite", latency: Int = 0, faults: String? = nil
    ) async throws {
        self.workspace = workspace
        self.data = data
        self.latency = latency
        self.faults = faults
        try await start()
    }

    /// Starts it, and the next time again on the same port and data.
    func start() async throws {
        var program = workspace.program
        program.environment["PINGBACK_SANDBOX_TOKEN"] = Self.token
        var arguments = ["sandbox", "--port", String(port), "--data", data, "--latency", String(latency)]
        if let faults {
            try workspace.write(Self.script, faults)
            arguments += ["--faults", Self.script]
        }
        let process = try program.start(arguments)
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

    /// The file of its fault script, in the workspace.
    static let script = "faults.yaml"

    /// What it has said so far, and logged.
    var talk: String { get throws { try process.map { try $0.output + $0.errors } ?? "" } }

    var url: String { "http://127.0.0.1:\(port)" }

    /// The lines of a plan that lead to it.
    ///
    /// - Parameter line: the address of what stands in between; nil for nothing.
    func destination(through line: String? = nil, _ options: String) -> String {
        """
        destinations:
          sandbox: { url: "\(line ?? url)", token: "\(Self.token)", \(options) }
        """
    }
}

struct SandboxDidNotStart: Error { let errors: String }
