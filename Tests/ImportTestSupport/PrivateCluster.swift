import Foundation

/// A Postgres server of the tests' own: in a temporary folder, on a Unix socket, gone when the tests are, however they
/// end.
///
/// Root may not run Postgres, so under root everything of it runs as the user `postgres`. What the tests ask it goes
/// through `psql`, a reader that shares nothing with ours.
package final class PrivateCluster: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The one that tests share; each makes a database of its own in it. Who stops it stops it for all, and so has one
    /// of its own instead.
    package static var shared: PrivateCluster { get async throws { try await starting.value } }
    private static let starting = Task { try await PrivateCluster() }

    /// Holds the socket (`host` of an address) and everything else.
    package let folder: String
    /// Where it listens on 127.0.0.1, if it was asked to; also part of the socket's name.
    package let port: Int

    private let binaries: URL
    private let workplace: TemporaryFolder
    private let watchdog: ClusterWatchdog

    /// - Parameters:
    ///   - listensOnLoopback: on 127.0.0.1, too, at a free port.
    ///   - settings: of `postgresql.conf`, over what makes tests fast.
    ///   - environment: of the server.
    package init(
        listensOnLoopback: Bool = false, settings: [String: String] = [:], environment: [String: String] = [:]
    ) async throws {
        binaries = try PostgresBinaries.folder()
        workplace = try TemporaryFolder()
        port = listensOnLoopback ? try PostgresBinaries.freePort() : 5432
        // Short, since a socket's whole path has room for about a hundred bytes.
        folder = try PostgresBinaries.makeFolder()
        watchdog = try ClusterWatchdog(folder: folder, control: binaries.appending(path: "pg_ctl").path)
        try await run(
            "initdb", "--pgdata", data, "--auth", "trust", "--username", "postgres", "--encoding", "UTF8",
            "--no-locale", "--no-sync")
        var values = [
            "listen_addresses": listensOnLoopback ? "127.0.0.1" : "", "port": "\(port)",
            "unix_socket_directories": folder, "shared_buffers": "256MB", "max_wal_size": "4GB",
            // A server that is stopped like a crash keeps what the system holds for it; only a machine's fall would not.
            "fsync": "off",
        ]
        values.merge(settings) { _, own in own }
        let lines = values.sorted { $0.key < $1.key }.map { "\($0.key) = '\($0.value)'" }
        try await append(lines, to: "postgresql.conf")
        try await start(environment: environment)
    }

    private var data: String { folder + "/data" }

    /// A new, empty database, as an address for libpq.
    package func createDatabase() async throws -> String {
        let name = "test_" + UUID().uuidString.prefix(8).lowercased()
        _ = try await query("CREATE DATABASE \(name)")
        return url(database: name)
    }

    /// The address of a database, for a user, over the socket.
    package func url(database: String, user: String = "postgres") -> String {
        "postgresql:///\(database)?host=\(folder)&port=\(port)&user=\(user)"
    }

    /// What psql answers: rows of values in text form, NULL as nil. The address defaults to the database `postgres`.
    @discardableResult
    package func query(_ sql: String, in url: String? = nil) async throws -> [[String?]] {
        // Separators that no text of a test holds.
        let end = try await output(
            "psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1",
            "--field-separator", "\u{1f}", "--record-separator", "\u{1e}", "--pset", "null=\u{1d}",
            "--dbname", url ?? self.url(database: "postgres"), input: .text(sql))
        return end.split(separator: "\u{1e}").map { row in
            let row = row.last == "\n" ? row.dropLast() : row
            return row.split(separator: "\u{1f}", omittingEmptySubsequences: false).map {
                $0 == "\u{1d}" ? nil : String($0)
            }
        }
    }

    /// A dump of a database, as a script for psql.
    package func dump(_ url: String) async throws -> String {
        try await output("pg_dump", "--dbname", url, input: .text(""))
    }

    /// Stops the server as a crash would: no session is ended in order, and the next start recovers.
    package func crash() async throws { try await run("pg_ctl", "stop", "--pgdata", data, "--mode", "immediate") }

    /// Stops the server in order; sessions are ended.
    package func stop() async throws { try await run("pg_ctl", "stop", "--pgdata", data, "--mode", "fast") }

    package func start(environment: [String: String] = [:]) async throws {
        // The server outlives pg_ctl, and would keep open by what Foundation tells the end of a process.
        let script = #"for file in /dev/fd/*; do n=${file##*/}; ((n > 2)) && eval "exec $n>&-"; done; exec "$@""#
        try await PostgresBinaries.run(
            URL(filePath: "/bin/bash"),
            [
                "-c", script, "bash", binaries.appending(path: "pg_ctl").path, "start", "--pgdata", data, "--wait",
                "--log", folder + "/log",
            ], in: workplace, environment: environment)
    }

    /// Puts rules of `pg_hba.conf` before those that let everybody in.
    package func authenticate(_ rules: String...) async throws {
        let rest = try String(contentsOfFile: data + "/pg_hba.conf", encoding: .utf8)
        try await replace("pg_hba.conf", with: (rules + [rest]).joined(separator: "\n"))
        try await run("pg_ctl", "reload", "--pgdata", data)
    }

    private func append(_ lines: [String], to file: String) async throws {
        let rest = try String(contentsOfFile: data + "/" + file, encoding: .utf8)
        try await replace(file, with: rest + lines.joined(separator: "\n") + "\n")
    }

    /// Writes a file as the server's user, so that it is the server's.
    package func replace(_ file: String, with text: String) async throws {
        try await PostgresBinaries.run(
            URL(filePath: "/bin/sh"), ["-c", "umask 077; cat >\"$0\"", data + "/" + file], in: workplace,
            input: .text(text))
    }

    private func run(_ program: String, _ arguments: String...) async throws {
        try await PostgresBinaries.run(binaries.appending(path: program), arguments, in: workplace)
    }

    private func output(_ program: String, _ arguments: String..., input: Program.Input) async throws -> String {
        try await PostgresBinaries.run(binaries.appending(path: program), arguments, in: workplace, input: input)
    }
}
