import Foundation

/// An open file, closed by whoever owns it.
struct FileDescriptor: ~Copyable {
    let number: Int32

    /// New files are for their owner's eyes only, unless `mode` says otherwise: most hold what people wrote.
    init(opening path: String, _ flags: Int32, mode: mode_t = 0o600) throws(SystemError) {
        number = try Self.retrying { open(path, flags | O_CLOEXEC, mode) }
    }

    /// A second number for a file that is open already: it shares its place in the file, and how it is written.
    init(duplicating other: Int32) throws(SystemError) {
        number = try Self.retrying { fcntl(other, F_DUPFD_CLOEXEC, 0) }
    }

    deinit { _ = Foundation.close(number) }

    /// Closes it and reports what some file systems say only now.
    consuming func close() throws(SystemError) {
        let number = number
        discard self
        // Not repeated after EINTR: on Linux the descriptor is gone by then.
        guard Foundation.close(number) == 0 || errno == EINTR else { throw .current }
    }

    /// Writes all of it, however many calls that takes.
    func write(_ bytes: some Collection<UInt8>) throws(SystemError) {
        let failure =
            bytes.withContiguousStorageIfAvailable { writeAll(UnsafeRawBufferPointer($0)) }
            ?? Array(bytes).withUnsafeBytes { writeAll($0) }
        if let failure { throw failure }
    }

    private func writeAll(_ bytes: UnsafeRawBufferPointer) -> SystemError? {
        var rest = bytes
        do throws(SystemError) {
            while !rest.isEmpty {
                let written = try Self.retrying { Foundation.write(number, rest.baseAddress, rest.count) }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
            return nil
        } catch {
            return error
        }
    }

    /// The byte at an offset that the file is known to have.
    func byte(at offset: Int) throws(SystemError) -> UInt8 {
        var byte: UInt8 = 0
        _ = try Self.retrying { pread(number, &byte, 1, off_t(offset)) }
        return byte
    }

    /// Gives the file this mode exactly, whatever the user's mask takes from new files.
    func setMode(_ mode: mode_t) throws(SystemError) { _ = try Self.retrying { fchmod(number, mode) } }

    /// Returns when the bytes are on the disk. After a failure it is never asked again: the kernel may have forgotten
    /// what it could not write, and call the next attempt a success.
    func synchronize() throws(SystemError) {
        #if canImport(Darwin)
            // A plain fsync of macOS leaves the bytes in the disk's own cache.
            let answer = fcntl(number, F_FULLFSYNC)
        #else
            let answer = fdatasync(number)
        #endif
        // Pipes and devices cannot be synchronized, and need not be.
        guard answer == 0 || errno == EINVAL || errno == ENOTSUP else { throw .current }
    }

    func truncate(to length: Int) throws(SystemError) {
        _ = try Self.retrying { ftruncate(number, off_t(length)) }
    }

    /// Makes a new name in a folder durable.
    static func synchronizeFolder(_ folder: String) throws(SystemError) {
        try FileDescriptor(opening: folder, O_RDONLY | O_DIRECTORY).synchronize()
    }

    private static func retrying<Answer: SignedInteger>(_ call: () -> Answer) throws(SystemError) -> Answer {
        while true {
            let answer = call()
            if answer >= 0 { return answer }
            guard errno == EINTR else { throw .current }
        }
    }
}
