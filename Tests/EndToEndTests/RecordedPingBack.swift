import Foundation
import ImportTestSupport

/// A recorder between the program and a sandbox: it tells which requests and answers passed, and in which order, by
/// other means than either of the two.
struct RecordedPingBack {
    private let folder: TemporaryFolder
    private let process: RunningProgram
    let port: Int

    init(before sandbox: SandboxProcess) async throws {
        folder = try TemporaryFolder()
        let script = Program.repository.appending(path: "Tests/EndToEndTests/recording-proxy.py").path
        process = try Program(URL(filePath: "/usr/bin/python3"), in: folder).start([script, String(sandbox.port)])
        let process = process
        try await process.wait { try process.output.contains("\n") || !process.isRunning }
        guard let port = Int(try process.output.prefix { $0 != "\n" }) else {
            throw Unusable(errors: try process.errors)
        }
        self.port = port
    }

    struct Unusable: Error { let errors: String }

    /// `> METHOD PATH` and `< STATUS`, in the order in which they passed.
    var passed: [Substring] { get throws { Array(try process.output.split(separator: "\n").dropFirst()) } }

    var creates: Int { get throws { try passed.count { $0 == Self.create } } }

    /// Requests of any kind that came in when an answer with this status had gone out.
    func requests(after status: Int) throws -> [Substring] {
        let passed = try passed
        guard let seen = passed.lastIndex(of: "< \(status)") else { return ["no answer \(status) has passed"] }
        return passed[seen...].filter { $0.hasPrefix(">") }
    }

    private static let create: Substring = "> POST /api/v1/conversations/"
}
