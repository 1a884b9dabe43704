import Foundation
import ImportTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What help and the README show can be typed as it stands.
@Suite struct HelpTests {
    private static let commands = [
        "guess", "presets", "explain", "records", "preview", "validate", "run", "sync", "status", "compact",
        "reconcile", "verify", "undo", "customers",
        "schema",
        "sandbox",
    ]

    private func help(_ command: String?) async throws -> String {
        var program = try Workspace().program
        // Wide enough that no example is broken.
        program.environment["COLUMNS"] = "400"
        let end = try await program.run([command, "--help"].compactMap(\.self))
        #expect(end.status == 0)
        return end.output
    }

    /// The samples, and a database for the examples that name one: with PingBack's tables, and nothing in them.
    private func workspace(for examples: [String]) async throws -> Workspace {
        var workspace = try Workspace.withSamples()
        guard examples.contains(where: { $0.contains("--to postgres") }) else { return workspace }
        let cluster = try await PrivateCluster.shared
        let url = try await cluster.createDatabase()
        try await cluster.query(workspace.program.run("schema", "postgres").output, in: url)
        workspace.program.environment["DATABASE_URL"] = url
        return workspace
    }

    @Test func helpNamesEveryCommandAndEveryStatus() async throws {
        let help = try await help(nil)
        for command in Self.commands { #expect(help.contains("\n  \(command) "), "\(command)") }
        for status in [0, 3, 4, 5, 6, 64, 65, 66, 69, 70, 73, 75, 76, 77, 78, 129, 130, 143] {
            #expect(help.contains("\(status)  "), "\(status)")
        }
    }

    @Test("Help begins with one sentence, and shows an example that works", arguments: commands)
    func examples(_ command: String) async throws {
        let help = try await help(command)
        let first = help.split(separator: "\n").first ?? ""
        #expect(first.hasPrefix("OVERVIEW: "))
        #expect(first.hasSuffix("."))
        let examples = Examples.of(help)
        #expect(!examples.isEmpty)
        let workspace = try await workspace(for: examples)
        for example in examples {
            #expect((example + " ").hasPrefix("pingback-import \(command) "))
            try await run(example, in: workspace)
        }
    }

    @Test func theExamplesOfTheProgramItselfWork() async throws {
        let examples = Examples.of(try await help(nil))
        #expect(examples.count >= 3)
        let workspace = try Workspace.withSamples()
        for example in examples { try await run(example, in: workspace) }
    }

    @Test func theExamplesOfTheReadmeWork() async throws {
        guard let readme = try? String(contentsOf: Program.repository.appending(path: "README.md"), encoding: .utf8)
        else { return }
        let examples = readme.split(separator: "```console\n").dropFirst().flatMap { block in
            Examples.of(String(block.prefix { $0 != "`" }))
        }
        let workspace = try await workspace(for: examples)
        for example in examples { try await run(example, in: workspace) }
    }

    private func run(_ example: String, in workspace: Workspace) async throws {
        if example.hasPrefix("pingback-import sandbox") { return try await serve(example, in: workspace) }
        let end = try await workspace.program.shell(example)
        #expect(end.status == 0 || end.status == 3, "\(example)\n\(end.errors)")
    }

    /// A server runs until it is stopped; any free port will do, since the one in the example may be taken.
    private func serve(_ example: String, in workspace: Workspace) async throws {
        let port = /--port [0-9]+/
        let words = example.replacing(port, with: "--port 0").split(separator: " ").dropFirst().map(String.init)
        let running = try workspace.program.start(words)
        try await running.wait { try running.output.contains("\n") || !running.isRunning }
        let errors = try running.errors
        #expect(try running.output.hasPrefix("http://127.0.0.1:"), "\(errors)")
        running.send(SIGTERM)
        _ = try await running.end()
    }
}

/// The lines behind a `$`, those that end in a backslash joined with the next.
private enum Examples {
    static func of(_ text: String) -> [String] {
        var examples: [String] = []
        var isOpen = false
        for line in text.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) {
            var words = line
            if isOpen {
                words = (examples.popLast() ?? "") + line
            } else if line.hasPrefix("$ pingback-import") {
                words.removeFirst(2)
            } else {
                continue
            }
            isOpen = words.hasSuffix("\\")
            if isOpen { words.removeLast() }
            examples.append(words)
        }
        return examples
    }
}
