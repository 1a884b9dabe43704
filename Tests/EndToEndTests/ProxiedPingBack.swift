import Foundation
import ImportTestSupport

/// A PingBack at `https://pingback.test`, which is no host of any network: reached through a proxy, with a certificate
/// of an authority of its own.
struct ProxiedPingBack {
    static let token = "canary-token-3e7f"
    static let secret = "canary-provider-secret"

    private let folder: TemporaryFolder
    private let certificates: Certificates
    private let process: RunningProgram

    init() async throws {
        folder = try TemporaryFolder()
        certificates = try await Certificates()
        let shown = try await certificates.files(names: "DNS:pingback.test")
        let script = Program.repository.appending(path: "Tests/EndToEndTests/https-pingback.py").path
        process = try Program(URL(filePath: "/usr/bin/python3"), in: folder).start([
            script, shown.certificate, shown.key, Self.token, Workspace.businessID,
        ])
        let process = process
        try await process.wait { try process.output.contains("\n") || !process.isRunning }
        guard process.isRunning else { throw Unusable(errors: try process.errors) }
    }

    struct Unusable: Error { let errors: String }

    var url: String { "https://pingback.test" }
    var authority: String { certificates.authority }

    /// What leads a program there.
    var environment: [String: String] {
        get throws {
            let port = try process.output.prefix { $0 != "\n" }
            return ["HTTPS_PROXY": "http://127.0.0.1:\(port)", "PINGBACK_TOKEN": Self.token, "NO_PROXY": ""]
        }
    }

    /// Method and path of what arrived, in order.
    var requests: [Substring] { get throws { Array(try process.output.split(separator: "\n").dropFirst()) } }
}
