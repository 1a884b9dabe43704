import Foundation
import ImportCore
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// The plan's `on_finish` at work: a program of its own, started without a shell, that gets the summary on its standard
/// input.
///
/// swift-subprocess starts it with the signals that every program expects. Foundation's `Process` hands on what this
/// program ignores: a pipeline inside the hook would no longer end at a closed pipe.
struct HookProcess {
    private let hook: FinishHook
    private let folder: String
    private let console: Console

    init(_ hook: FinishHook, of file: PlanFile, console: Console) {
        self.hook = hook
        // Paths in a plan are relative to it, and the hook works where it stands.
        folder = URL(filePath: file.folder.isEmpty ? "." : file.folder).standardizedFileURL.path
        self.console = console
    }

    private enum End: Sendable {
        case ended(TerminationStatus)
        case overdue
    }

    /// How long it has after the request to end, before it is killed.
    private static let grace = Duration.seconds(2)

    /// - Returns: what went wrong; nil where it ended with 0.
    func run(_ end: RunEnd) async -> String? {
        do {
            return switch try await run(try Self.file(of: end.summary.json()), end) {
            case .ended(.exited(0)): nil
            case .ended(.exited(let status)): "\(program) ended with status \(status)"
            case .ended(.signaled(let signal)): "\(program) was ended by signal \(signal)"
            case .overdue: "\(program) took longer than \(Figures.duration(hook.timeout)), and was ended"
            }
        } catch let error as SubprocessError where error.code == .executableNotFound {
            return "there is no program \(program) that can be started"
        } catch {
            return "\(program) could not be started"
        }
    }

    private var program: String { hook.command[0] }

    private func run(_ input: FileDescriptor, _ end: RunEnd) async throws -> End {
        var options = PlatformOptions()
        // A group of its own, so that what it started ends with it.
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: Self.grace)]
        // Between the lines of a log for machines nobody else may write.
        let isLog = console.format == .json
        let output = isLog ? try FileDescriptor.open("/dev/null", .writeOnly) : FileDescriptor.standardError
        defer { if isLog { try? output.close() } }
        let (executable, environment, platform) = (executable, environment(end), options)
        return try await withThrowingTaskGroup(of: End.self) { group in
            group.addTask {
                let result = try await Subprocess.run(
                    executable, arguments: Arguments(Array(hook.command.dropFirst())), environment: environment,
                    workingDirectory: FilePath(folder), platformOptions: platform,
                    input: .fileDescriptor(input, closeAfterSpawningProcess: true),
                    output: .fileDescriptor(output, closeAfterSpawningProcess: false),
                    error: .fileDescriptor(output, closeAfterSpawningProcess: false))
                return .ended(result.terminationStatus)
            }
            group.addTask {
                try await Task.sleep(for: .seconds(hook.timeout))
                return .overdue
            }
            let first = try await group.next() ?? .overdue
            group.cancelAll()
            return first
        }
    }

    /// A name is looked for on the `PATH`, anything with a slash in it from the plan's folder.
    private var executable: Executable {
        guard program.contains("/") else { return .name(program) }
        return .path(FilePath(program.hasPrefix("/") ? program : folder + "/" + program))
    }

    private func environment(_ end: RunEnd) -> Environment {
        .inherit.updating([
            "PINGBACK_IMPORT_STATUS": String(end.status.rawValue), "PINGBACK_IMPORT_PLAN": end.plan,
            "PINGBACK_IMPORT_DESTINATION": end.destination, "PINGBACK_IMPORT_RUN": end.progress?.runID,
        ])
    }

    /// The summary as a file without a name: whether, when and how much of it the hook reads makes no difference.
    private static func file(of bytes: [UInt8]) throws -> FileDescriptor {
        let path = FilePath(
            FileManager.default.temporaryDirectory.appending(path: "pingback-import-\(UUID().uuidString)").path)
        let file = try FileDescriptor.open(
            path, .readWrite, options: [.create, .exclusiveCreate], permissions: .ownerReadWrite)
        do {
            unlink(path.string)
            try file.writeAll(bytes)
            try file.seek(offset: 0, from: .start)
        } catch {
            try? file.close()
            throw error
        }
        return file
    }
}
