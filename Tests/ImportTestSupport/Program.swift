package import Foundation

/// The built program, run as a user runs it: arguments, environment, working directory, standard streams, signals.
///
/// Streams are files, not pipes: nothing has to be drained while the program runs, and what it said is still there when
/// it was killed.
package struct Program: Sendable {
    /// What stands on standard input.
    package enum Input: Sendable {
        case nothing
        case text(String)
        case file(String)
    }

    package enum Failure: Error, CustomStringConvertible {
        case notBuilt
        case overdue(command: String, errors: String)

        package var description: String {
            switch self {
            case .notBuilt: "there is no pingback-import beside the tests: swift build --build-tests makes it"
            case .overdue(let command, let errors): "was killed at its deadline: \(command)\n\(errors)"
            }
        }
    }

    /// The repository that these tests belong to.
    package static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    package let executable: URL
    /// The working directory.
    package let folder: TemporaryFolder
    /// Added to the environment of the tests.
    package var environment: [String: String] = [:]
    /// A guard against hanging, and nothing that a test measures.
    package var deadline = Duration.seconds(120)

    /// The program that was built with the tests, to be run in a folder.
    package init(in folder: TemporaryFolder) throws {
        guard let executable = Self.built else { throw Failure.notBuilt }
        self.init(executable, in: folder)
    }

    /// Another program, such as a shell around ours.
    package init(_ executable: URL, in folder: TemporaryFolder) {
        self.executable = executable
        self.folder = folder
    }

    /// Beside the test bundle on Linux, some folders above the bundle's content on macOS.
    private static let built: URL? = {
        let starts = [Bundle.main.executableURL].compactMap(\.self) + CommandLine.arguments.map { URL(filePath: $0) }
        for start in starts {
            var folder = start.resolvingSymlinksInPath()
            while folder.pathComponents.count > 1 {
                folder.deleteLastPathComponent()
                let file = folder.appending(path: "pingback-import")
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue,
                    FileManager.default.isExecutableFile(atPath: file.path)
                {
                    return file
                }
            }
        }
        return nil
    }()

    /// The same program called by the shell's words, with our own program found by its name.
    package func shell(_ script: String, input: Input = .nothing) async throws -> ProgramEnd {
        var shell = Program(URL(filePath: "/bin/bash"), in: folder)
        shell.environment = environment
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        shell.environment["PATH"] = executable.deletingLastPathComponent().path + ":" + path
        shell.deadline = deadline
        return try await shell.run("-c", script, input: input)
    }

    /// Runs to the end.
    package func run(_ arguments: String..., input: Input = .nothing) async throws -> ProgramEnd {
        try await start(arguments, input: input).end()
    }

    package func run(_ arguments: [String], input: Input = .nothing) async throws -> ProgramEnd {
        try await start(arguments, input: input).end()
    }

    /// Starts, and leaves it running.
    package func start(_ arguments: [String], input: Input = .nothing) throws -> RunningProgram {
        try RunningProgram(self, arguments: arguments, input: input)
    }
}

/// How a program ended.
package struct ProgramEnd: Sendable {
    /// The exit status; nil when a signal ended it.
    package let status: Int32?
    /// The signal that ended it.
    package let signal: Int32?
    package let output: String
    package let errors: String

    package var lines: [Substring] { output.split(separator: "\n") }
}
