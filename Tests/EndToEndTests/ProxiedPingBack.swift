import Foundation
import ImportTestSupport

/// A PingBack at `https://pingback.test`, which is no host of any network: reached through a proxy, with a certificate
/// of an authority of its own.
struct ProxiedPingBack {
    static let token = "canary-token-3e7f"
    static let secret = "canary-provider-secret"

    private let folder: TemporaryFolder
    private let process: RunningProgram

    init() async throws {
        folder = try TemporaryFolder()
        let shell = Program(URL(filePath: "/bin/sh"), in: folder)
        let made = try await shell.run(
            "-c",
            """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=authority \
                -keyout ca.key -out ca.pem
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=server \
                -keyout server.key -out server.csr
            echo subjectAltName=DNS:pingback.test >names
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names -days 2 \
                -out server.pem
            """)
        guard made.status == 0 else { throw Unusable(errors: made.errors) }
        let script = Program.repository.appending(path: "Tests/EndToEndTests/https-pingback.py").path
        process = try Program(URL(filePath: "/usr/bin/python3"), in: folder).start([
            script, "server.pem", "server.key", Self.token, Workspace.businessID,
        ])
        let process = process
        try await process.wait { try process.output.contains("\n") || !process.isRunning }
        guard process.isRunning else { throw Unusable(errors: try process.errors) }
    }

    struct Unusable: Error { let errors: String }

    var url: String { "https://pingback.test" }
    var authority: String { folder.path("ca.pem") }

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
