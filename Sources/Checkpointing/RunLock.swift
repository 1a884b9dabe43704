import Foundation
import Synchronization

/// Keeps two runs from working with one checkpoint: `flock(2)` on a file beside it.
///
/// The kernel frees it when the process is gone, however that went, so nothing is ever judged by age: an owner that
/// was only stopped may wake up and send. The file itself is never renamed or removed, and what it says about its
/// owner is for the message to the next one only.
package final class RunLock: Sendable {
    package let checkpointPath: String
    private let descriptor: Mutex<FileDescriptor?>

    package static func path(for checkpoint: String) -> String { checkpoint + ".lock" }

    /// Takes the lock for a checkpoint, or says at once who has it.
    package init(forCheckpoint checkpoint: String) throws(CheckpointError) {
        checkpointPath = checkpoint
        let held: FileDescriptor?
        do throws(SystemError) {
            held = try Self.take(Self.path(for: checkpoint))
        } catch {
            throw CheckpointError(lockFailure: error, path: checkpoint)
        }
        descriptor = Mutex(held)
    }

    /// Takes the lock, and waits for it where another process has it.
    ///
    /// It is asked for again and again, and not waited for inside the kernel: so a signal ends the wait.
    ///
    /// - Parameters:
    ///   - limit: the longest wait; nil to say at once who has it.
    ///   - onWait: told once, with what the holder wrote about itself, before the wait.
    package static func take(
        forCheckpoint checkpoint: String, within limit: Duration?, onWait: (_ owner: String?) -> Void
    ) async throws -> RunLock {
        let started = ContinuousClock.now
        var isTold = false
        while true {
            let held: CheckpointError
            do throws(CheckpointError) { return try RunLock(forCheckpoint: checkpoint) } catch { held = error }
            let left = (limit ?? .zero) - started.duration(to: .now)
            guard case .locked(_, let owner) = held, left > .zero else { throw held }
            if !isTold { onWait(owner) }
            isTold = true
            try await Task.sleep(for: min(left, pause))
        }
    }

    private static let pause = Duration.milliseconds(200)

    /// Frees the lock, as the end of the process does.
    package func release() {
        descriptor.withLock { descriptor in
            // Said, and not left to closing: a child process that is just being started holds a copy of the descriptor
            // until it becomes another program, and would keep the lock for that long.
            if let number = descriptor?.number { _ = flock(number, LOCK_UN) }
            descriptor = nil
        }
    }

    private static func take(_ path: String) throws(SystemError) -> FileDescriptor {
        while true {
            let descriptor = try FileDescriptor(opening: path, O_RDWR | O_CREAT | O_NOFOLLOW)
            while flock(descriptor.number, LOCK_EX | LOCK_NB) != 0 {
                guard errno == EINTR else { throw .current }
            }
            // Somebody may have removed the file between the two calls: then this lock guards nothing.
            guard isStill(descriptor, at: path) else { continue }
            sign(descriptor)
            return descriptor
        }
    }

    private static func isStill(_ descriptor: borrowing FileDescriptor, at path: String) -> Bool {
        var held = stat()
        var named = stat()
        guard fstat(descriptor.number, &held) == 0, lstat(path, &named) == 0 else { return false }
        return held.st_dev == named.st_dev && held.st_ino == named.st_ino
    }

    /// Best effort: on a full disk the lock holds all the same, and only the message is poorer.
    private static func sign(_ descriptor: borrowing FileDescriptor) {
        var name = [CChar](repeating: 0, count: 256)
        _ = gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let text = "process \(getpid()) on \(host), since \(Date().formatted(.iso8601))\n"
        do {
            try descriptor.truncate(to: 0)
            try descriptor.write(text.utf8)
        } catch {}
    }

    /// What the holder wrote about itself, if anything: its first line, without what a terminal would obey.
    static func owner(ofLock path: String) -> String? {
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        let line = bytes.prefix(200).prefix { $0 != UInt8(ascii: "\n") }.filter { (0x20..<0x7F).contains($0) }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }
}

extension CheckpointError {
    fileprivate init(lockFailure error: SystemError, path: String) {
        let lock = RunLock.path(for: path)
        switch error.code {
        case EWOULDBLOCK: self = .locked(path: path, owner: RunLock.owner(ofLock: lock))
        case ELOOP: self = .symbolicLink(path: lock)
        case ENOLCK, EOPNOTSUPP, ENOSYS, EINVAL: self = .lockRefused(path: lock, reason: error.text)
        default: self = .cannotWrite(path: lock, reason: error.text)
        }
    }
}
