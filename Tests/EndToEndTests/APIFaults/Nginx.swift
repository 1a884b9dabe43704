import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A real reverse proxy in front of a sandbox, with a configuration of the test's.
final class Nginx {
    struct Unusable: Error { let errors: String }

    private static let program = URL(filePath: "/usr/sbin/nginx")

    /// Why tests that need it are left out; where everything has to be tested, a missing one is a failure instead.
    static let need: Comment = "nginx is not installed here: Tests/run.sh installs it on Debian"

    static var isHere: Bool {
        let isStrict = ProcessInfo.processInfo.environment["PINGBACK_IMPORT_STRICT"] == "1"
        return isStrict || FileManager.default.isExecutableFile(atPath: program.path)
    }

    let port: Int
    private let folder: TemporaryFolder
    /// What it passes requests on to.
    private let upstream: String
    private let process: RunningProgram

    /// - Parameters:
    ///   - sandbox: the port of what it stands in front of.
    ///   - http: directives beside the server.
    ///   - server: directives of the server; what a `location /` of theirs does not say, it passes on.
    ///   - listen: words behind its address.
    ///   - keepsConnections: whether it uses a connection to the sandbox again.
    init(
        to sandbox: Int, http: String = "", server: String = "", listen: String = "", keepsConnections: Bool = false
    ) async throws {
        folder = try TemporaryFolder()
        upstream = "server 127.0.0.1:\(sandbox) max_fails=0;" + (keepsConnections ? " keepalive 8;" : "")
        port = try FreePort.find()
        try Self.configure(http, server, listen, upstream: upstream, port: port, in: folder)
        process = try Program(Self.program, in: folder).start(["-p", folder.url.path + "/", "-c", "nginx.conf"])
        let process = process
        try await process.wait { FreePort.isTaken(port) || !process.isRunning }
        guard process.isRunning else { throw Unusable(errors: try process.errors) }
    }

    deinit {
        // Killed outright, it would leave its workers behind.
        process.send(SIGTERM)
        for _ in 0..<200 where process.isRunning { usleep(10_000) }
    }

    func stop() async throws {
        process.send(SIGTERM)
        _ = try await process.end()
    }

    func url(_ scheme: String = "http") -> String { "\(scheme)://127.0.0.1:\(port)" }

    /// Reads another configuration, as its administrator would have it done: the workers of the one before finish what
    /// they have and close their connections.
    func reload(http: String = "", server: String = "", listen: String = "") async throws {
        try Self.configure(http, server, listen, upstream: upstream, port: port, in: folder)
        let before = workers
        process.send(SIGHUP)
        // New workers first, then the old ones are told to stop listening.
        try await process.wait { !workers.isSubset(of: before) }
        try await Task.sleep(for: .milliseconds(100))
    }

    private var workers: Set<Substring> {
        let list =
            (try? String(contentsOfFile: "/proc/\(process.id)/task/\(process.id)/children", encoding: .utf8)) ?? ""
        return Set(list.split(separator: " "))
    }

    /// Status and method of the requests that it answered.
    var answers: [Substring] { get throws { try folder.read("access.log").split(separator: "\n") } }

    private static func configure(
        _ http: String, _ server: String, _ listen: String, upstream: String, port: Int, in folder: TemporaryFolder
    ) throws {
        try folder.write(
            "nginx.conf",
            """
            daemon off;
            \(geteuid() == 0 ? "user root;" : "")
            worker_processes 1;
            pid nginx.pid;
            error_log error.log;
            events { worker_connections 64; }
            http {
                log_format short "$status $request_method $request_uri";
                access_log access.log short;
                client_body_temp_path bodies; proxy_temp_path answers; fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                upstream sandbox { \(upstream) }
                \(http)
                server {
                    listen 127.0.0.1:\(port) \(listen);
                    \(server)
                    location / { proxy_pass http://sandbox; }
                }
            }

            """)
    }
}
