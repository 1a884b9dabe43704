import ImportCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A pipe or standard input after a look at its beginning: it can be read only once.
package struct OpenStream: Sendable {
    /// Stays open for as long as the program runs.
    var descriptor: Int32
    var head: [UInt8]
}

/// Reads one file, or standard input, from a position to its end, and hashes what it reads.
///
/// Owns the file descriptor. Used by one task at a time.
final class BlockReader {
    let path: String
    private let descriptor: Int32
    private let ownsDescriptor: Bool
    /// Nil where nobody will ask what the file was.
    private let hasher: BlockHasher?
    /// Bytes read ahead, to look at the beginning.
    private var ahead: ArraySlice<UInt8> = []
    private(set) var isAtEnd = false
    private var endsWithNewline = true
    private(set) var metadata: Metadata?

    /// What the file system says of a file.
    struct Metadata: Equatable {
        var size: Int
        var modified: Int64
        var inode: UInt64
    }

    /// - Parameters:
    ///   - path: `-` for standard input.
    ///   - stream: what was already opened and looked at.
    ///   - offset: where reading begins, in a regular file.
    ///   - takesFingerprint: whether what is read is hashed, for a checkpoint.
    init(
        path: String, stream: OpenStream? = nil, offset: Int = 0, takesFingerprint: Bool = false
    ) throws(InputError) {
        self.path = path
        if let stream {
            descriptor = stream.descriptor
            ownsDescriptor = false
        } else if path == "-" {
            descriptor = STDIN_FILENO
            ownsDescriptor = false
        } else {
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            ownsDescriptor = true
            guard descriptor >= 0 else {
                throw errno == ENOENT ? .missing(path: path) : .unreadable(path: path, errno: errno)
            }
        }
        hasher = takesFingerprint ? BlockHasher() : nil
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, errno: errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw .isDirectory(path: path) }
        if let stream {
            stream.head.withUnsafeBytes { hasher?.update($0) }
            ahead = stream.head[...]
        } else if status.st_mode & S_IFMT == S_IFREG && path != "-" {
            metadata = Metadata(
                size: Int(status.st_size),
                modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
                inode: UInt64(status.st_ino))
        }
        if offset > 0 && lseek(descriptor, off_t(offset), SEEK_SET) < 0 { throw .readFailed(path: path, errno: errno) }
    }

    deinit { if ownsDescriptor { close(descriptor) } }

    /// Whether the file can be opened again and read from anywhere.
    var isRegular: Bool { metadata != nil }

    /// What was read ahead, for a later reader of the same stream; this one must not be used again.
    func detach() -> OpenStream {
        OpenStream(descriptor: ownsDescriptor ? dup(descriptor) : descriptor, head: Array(ahead))
    }

    /// The hashes of the whole blocks read so far, for the checkpoint.
    var fingerprint: SourceFingerprint {
        SourceFingerprint(
            name: path, size: metadata?.size, modified: metadata?.modified, inode: metadata?.inode,
            blocks: hasher?.blocks ?? [], rest: hasher?.partial() ?? "", read: hasher?.count ?? 0,
            endsWithNewline: endsWithNewline)
    }

    /// Looks at the next `count` bytes, or at all there are, without taking them.
    func peek(_ count: Int) throws(InputError) -> ArraySlice<UInt8> {
        if ahead.count < count && !isAtEnd { ahead = try fill(count - ahead.count, behind: ahead)[...] }
        return ahead.prefix(count)
    }

    /// `prefix` and, behind it, the next `count` bytes, or fewer at the end.
    func read(_ count: Int, behind prefix: ArraySlice<UInt8>) throws(InputError) -> [UInt8] {
        var taken = prefix
        if !ahead.isEmpty {
            // The bytes were hashed when they were read ahead.
            let part = ahead.prefix(count)
            ahead = ahead.dropFirst(part.count)
            taken += part
            if part.count == count { return Array(taken) }
            return try fill(count - part.count, behind: taken)
        }
        return try fill(count, behind: prefix)
    }

    private func fill(_ count: Int, behind prefix: ArraySlice<UInt8>) throws(InputError) -> [UInt8] {
        var failure: Int32 = 0
        var ended = false
        let bytes = [UInt8](unsafeUninitializedCapacity: prefix.count + count) { buffer, filled in
            _ = buffer.initialize(from: prefix)
            filled = prefix.count
            while filled < prefix.count + count {
                let space = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let got = Self.readOnce(descriptor, space.baseAddress, prefix.count + count - filled)
                if got < 0 {
                    if errno == EINTR { continue }
                    failure = errno
                    return
                }
                if got == 0 {
                    ended = true
                    return
                }
                hasher?.update(UnsafeRawBufferPointer(rebasing: space[..<got]))
                endsWithNewline = space[got - 1] == .lf || space[got - 1] == .cr
                filled += got
            }
        }
        if failure == EISDIR { throw .isDirectory(path: path) }
        guard failure == 0 else { throw .readFailed(path: path, errno: failure) }
        if ended { isAtEnd = true }
        return bytes
    }

    private static func readOnce(_ descriptor: Int32, _ space: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, space, count)
        #else
            Darwin.read(descriptor, space, count)
        #endif
    }
}
