import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A program that was started and has not been waited for. It is killed when nobody holds it any more.
package final class RunningProgram: Sendable {
    /// How often a process is asked whether it still runs: what waits in tests never blocks a thread.
    private static let pause = Duration.milliseconds(5)

    private let process: Process
    private let command: String
    private let streams: TemporaryFolder
    private let deadline: Duration
    private let started = ContinuousClock.now

    init(_ program: Program, arguments: [String], input: Program.Input) throws {
        command = ([program.executable.lastPathComponent] + arguments).joined(separator: " ")
        deadline = program.deadline
        streams = try TemporaryFolder()
        process = Process()
        process.executableURL = program.executable
        process.arguments = arguments
        process.currentDirectoryURL = program.folder.url
        process.environment = ProcessInfo.processInfo.environment.merging(program.environment) { _, own in own }
        let output = try FileHandle(forWritingTo: URL(filePath: streams.write("output", "")))
        let errors = try FileHandle(forWritingTo: URL(filePath: streams.write("errors", "")))
        let input = try Self.file(of: input, in: streams)
        process.standardInput = input ?? FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // Foundation keeps a process that ended, and with it what it was given. Past some 1,300 open files its next
        // start reads beyond its own list of them, and crashes (Swift 6.3 on Linux).
        for file in [output, errors, input].compactMap(\.self) { try file.close() }
    }

    private static func file(of input: Program.Input, in streams: TemporaryFolder) throws -> FileHandle? {
        switch input {
        case .nothing: nil
        case .text(let text): try FileHandle(forReadingFrom: URL(filePath: streams.write("input", text)))
        case .file(let path): try FileHandle(forReadingFrom: URL(filePath: path))
        }
    }

    deinit { kill() }

    package var id: Int32 { process.processIdentifier }
    package var isRunning: Bool { process.isRunning }
    package var output: String { get throws { try streams.read("output") } }
    package var errors: String { get throws { try streams.read("errors") } }

    /// Sends a signal, to this process alone and by its id.
    package func send(_ signal: Int32) {
        if process.isRunning { _ = systemKill(process.processIdentifier, signal) }
    }

    package func kill() { send(SIGKILL) }

    /// Waits for the end; past the deadline the process is killed, and that is a failure.
    package func end() async throws -> ProgramEnd {
        try await wait { !process.isRunning }
        let isSignal = process.terminationReason == .uncaughtSignal
        return ProgramEnd(
            status: isSignal ? nil : process.terminationStatus, signal: isSignal ? process.terminationStatus : nil,
            output: try output, errors: try errors)
    }

    /// Waits until something is so; it may also be that the program ended before.
    package func wait(until isSo: () throws -> Bool) async throws {
        while try !isSo() {
            guard started.duration(to: .now) < deadline else {
                kill()
                throw Program.Failure.overdue(command: command, errors: try errors)
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// The most memory that it has had at once, in bytes; nil where the system does not tell, or it has ended.
    package var peakMemory: Int? {
        guard let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return kilobytes * 1024
    }
}

/// `kill(2)`, which the method of the same name hides.
private func systemKill(_ id: Int32, _ signal: Int32) -> Int32 { kill(id, signal) }
