import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where Postgres' programs are, and as whom they run.
enum PostgresBinaries {
    /// The folder of `initdb`, `pg_ctl` and `psql`: what `pg_config` says, else the newest of Debian's.
    static func folder() throws -> URL {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let debian = URL(filePath: "/usr/lib/postgresql")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian.path)) ?? []
        let candidates =
            path.split(separator: ":").compactMap { configured(by: URL(filePath: "\($0)/pg_config")) }
            + versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { debian.appending(path: "\($0)/bin") }
        let found = candidates.first {
            FileManager.default.isExecutableFile(atPath: $0.appending(path: "initdb").path)
        }
        guard let found else {
            throw PrivateCluster.Failure(description: "there is no Postgres on this machine: Tests/run.sh installs it")
        }
        return found
    }

    private static func configured(by program: URL) -> URL? {
        guard FileManager.default.isExecutableFile(atPath: program.path) else { return nil }
        let process = Process()
        let output = Pipe()
        process.executableURL = program
        process.arguments = ["--bindir"]
        process.standardOutput = output
        guard (try? process.run()) != nil, let data = try? output.fileHandleForReading.readToEnd() else { return nil }
        process.waitUntilExit()
        return URL(filePath: String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Put before a command line: under root, Postgres' own user.
    static let asUser = geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []

    /// A folder that belongs to that user.
    static func makeFolder() throws -> String {
        var template = Array("/tmp/pingback-postgres-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw PrivateCluster.Failure(description: "no folder for Postgres can be made in /tmp: errno \(errno)")
        }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if geteuid() == 0 {
            guard let user = getpwnam("postgres"), chown(path, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else {
                throw PrivateCluster.Failure(description: "there is no user postgres, and root may not run Postgres")
            }
        }
        return path
    }

    /// Free when it was asked for.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard result else { throw PrivateCluster.Failure(description: "no port is free: errno \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Runs one of the programs to its end, which must be a good one, and returns what it wrote.
    @discardableResult
    static func run(
        _ program: URL, _ arguments: [String], in folder: TemporaryFolder, environment: [String: String] = [:],
        input: Program.Input = .nothing
    ) async throws -> String {
        let words = asUser + [program.path] + arguments
        var command = Program(URL(filePath: "/usr/bin/env"), in: folder)
        command.environment = environment
        let end = try await command.run(words, input: input)
        guard end.status == 0 else {
            throw PrivateCluster.Failure(description: "\(program.lastPathComponent) failed: \(end.errors)\(end.output)")
        }
        return end.output
    }
}
