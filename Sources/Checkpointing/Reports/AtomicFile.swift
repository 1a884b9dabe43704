import Foundation
import ImportCore

/// A file that appears under its name only when it is whole: `--summary`, `--output`.
///
/// It is written beside its name with the ending `.part`, made durable, and renamed; nobody ever reads half of it. Where
/// it is let go unfinished, the part is removed; after a kill the part is left, and replaced by the next one. A name
/// that is a pipe or a device is written as it is, since renaming would replace the device. So is a name for what is
/// open already (`/dev/stdout`, `/dev/fd/3`), also where the shell has sent it into a file.
package actor AtomicFile {
    private var draft: Draft?
    private nonisolated let executor = BlockingExecutor(label: "output")

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private init() {}

    /// Begins a file. `mode` is for its owner only, because most hold what people wrote; another one is kept exactly.
    package static func create(_ path: String, mode: Int = 0o600) async throws -> AtomicFile {
        let file = AtomicFile()
        try await file.begin(path, mode: mode_t(mode))
        return file
    }

    /// Writes a whole file.
    package static func write(_ bytes: [UInt8], to path: String, mode: Int = 0o600) async throws {
        let file = try await create(path, mode: mode)
        try await file.append(bytes)
        try await file.finish()
    }

    private func begin(_ path: String, mode: mode_t) throws { draft = try Draft(path, mode: mode) }

    package func append(_ bytes: some Collection<UInt8> & Sendable) throws {
        guard let draft else { preconditionFailure("nothing is appended to a file that is finished") }
        try draft.append(bytes)
    }

    /// Gives the file its name. Returns when both are durable.
    package func finish() throws {
        guard let draft else { preconditionFailure("a file is finished once") }
        try draft.finish()
        self.draft = nil
    }

    /// Lets it go unfinished; a file of an earlier run under the name stays.
    package func discard() { draft = nil }
}

/// The file on its way. A class, so that its end removes what is not finished.
private final class Draft {
    private let path: String
    /// Nil where the name itself is written, a pipe or a device.
    private let part: String?
    private var descriptor: FileDescriptor?
    private var isFinished = false

    init(_ given: String, mode: mode_t) throws(ReportError) {
        do throws(SystemError) {
            if let number = Self.openNumber(given) {
                (path, part) = (given, nil)
                descriptor = try FileDescriptor(duplicating: number)
                return
            }
            (path, part) = try Self.names(given)
            if let part {
                guard unlink(part) == 0 || errno == ENOENT else { throw .current }
                let opened = try FileDescriptor(opening: part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
                if mode != 0o600 { try opened.setMode(mode) }
                descriptor = consume opened
            } else {
                descriptor = try FileDescriptor(opening: path, O_WRONLY)
            }
        } catch {
            throw .cannotWrite(path: given, reason: error.text)
        }
    }

    deinit {
        if let part, !isFinished { unlink(part) }
    }

    func append(_ bytes: some Collection<UInt8>) throws(ReportError) {
        try guarded { () throws(SystemError) in try descriptor?.write(bytes) }
    }

    func finish() throws(ReportError) {
        try guarded { () throws(SystemError) in
            try descriptor?.synchronize()
            try descriptor.take()?.close()
            guard let part else { return }
            guard rename(part, path) == 0 else { throw .current }
            isFinished = true
            try FileDescriptor.synchronizeFolder(folder(of: path))
        }
    }

    private func guarded(_ work: () throws(SystemError) -> Void) throws(ReportError) {
        do throws(SystemError) { try work() } catch { throw .cannotWrite(path: path, reason: error.text) }
    }

    /// The number of the open file that a name stands for. To open it anew would be to write over what the shell's `>>`
    /// is to keep, and to rename would be to write into a file that nobody reads.
    private static func openNumber(_ path: String) -> Int32? {
        switch path {
        case "/dev/stdout": return STDOUT_FILENO
        case "/dev/stderr": return STDERR_FILENO
        default:
            let folder = ["/dev/fd/", "/proc/self/fd/"].first { path.hasPrefix($0) }
            return folder.flatMap { Int32(path.dropFirst($0.count)) }
        }
    }

    /// The name to give in the end, symbolic links followed, and the name to write under until then.
    private static func names(_ given: String) throws(SystemError) -> (path: String, part: String?) {
        var facts = stat()
        guard stat(given, &facts) == 0 else {
            guard errno == ENOENT else { throw .current }
            return (given, given + ".part")
        }
        switch facts.st_mode & S_IFMT {
        case S_IFREG:
            guard let resolved = realpath(given, nil) else { throw .current }
            defer { free(resolved) }
            let path = String(cString: resolved)
            return (path, path + ".part")
        case S_IFDIR: throw SystemError(code: EISDIR)
        default: return (given, nil)
        }
    }
}
