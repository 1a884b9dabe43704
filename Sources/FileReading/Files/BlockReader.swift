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
    /// The beginning, unpacked.
    var head: [UInt8]
    /// Where it is compressed: all that was taken from the descriptor, which must be unpacked anew.
    var packed: [UInt8]?
}

/// Reads one file, or standard input, from a position to its end, unpacked, and hashes what it reads.
///
/// Used by one task at a time.
final class BlockReader {
    let path: String
    private let shown: String
    private let input: any ByteInput
    private let packing: Packing?
    private let file: DescriptorInput
    private var unpacked = 0
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
    ///   - packing: how it is packed; nil for a file that is read as it is.
    ///   - shown: what it is called in messages; by default the path.
    ///   - offset: where reading begins, in a regular file that is not packed.
    ///   - takesFingerprint: whether what is read is hashed, for a checkpoint.
    ///   - hashed: the hashes of all blocks before the offset.
    ///   - isLook: whether only the beginning is read, of a stream that another reader goes on with.
    init(
        path: String, stream: OpenStream? = nil, packing: Packing? = nil, shown: String? = nil, offset: Int = 0,
        takesFingerprint: Bool = false, hashed: [String] = [], isLook: Bool = false
    ) throws(InputError) {
        precondition(offset == 0 || packing == nil, "what is packed is read from its beginning")
        precondition(
            !takesFingerprint || offset == hashed.count * BlockHasher.blockBytes,
            "what is hashed goes on where the last known block ends")
        self.path = path
        self.shown = shown ?? path
        self.packing = packing
        let descriptor: Int32
        let ownsDescriptor: Bool
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
        let hasher = takesFingerprint ? BlockHasher(behind: hashed) : nil
        self.hasher = hasher
        let isPackedStream = packing != nil && (stream != nil || path == "-")
        let file = DescriptorInput(
            path: shown ?? path, descriptor: descriptor, ownsDescriptor: ownsDescriptor,
            ahead: isPackedStream ? stream?.packed ?? [] : [], remembersGiven: isPackedStream && isLook)
        self.file = file
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, errno: errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw .isDirectory(path: path) }
        if isPackedStream {
            // Unpacked anew from its first byte.
        } else if let stream {
            stream.head.withUnsafeBytes { hasher?.update($0) }
            ahead = stream.head[...]
        } else if status.st_mode & S_IFMT == S_IFREG && path != "-" {
            metadata = Metadata(
                size: Int(status.st_size),
                modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
                inode: UInt64(status.st_ino))
        }
        if let packing { input = try packing.open(file, path: path, shown: shown ?? path) } else { input = file }
        if offset > 0 && lseek(descriptor, off_t(offset), SEEK_SET) < 0 { throw .readFailed(path: path, errno: errno) }
    }

    /// Whether the file can be opened again and read from anywhere.
    var isRegular: Bool { metadata != nil }

    /// The bytes that reading to the end gives; nil where only reading tells.
    var byteCount: Int? { packing == nil ? metadata?.size : nil }

    /// What was read ahead, for a later reader of the same stream; this one must not be used again.
    func detach() -> OpenStream {
        OpenStream(descriptor: file.lend(), head: Array(ahead), packed: file.given)
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
        var failure: InputError?
        var ended = false
        let bytes = [UInt8](unsafeUninitializedCapacity: prefix.count + count) { buffer, filled in
            _ = buffer.initialize(from: prefix)
            filled = prefix.count
            while filled < prefix.count + count {
                let space = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<prefix.count + count])
                do throws(InputError) {
                    let got = try readOnce(space)
                    if got == 0 {
                        ended = true
                        return
                    }
                    hasher?.update(UnsafeRawBufferPointer(rebasing: space[..<got]))
                    endsWithNewline = space[got - 1] == .lf || space[got - 1] == .cr
                    filled += got
                } catch {
                    failure = error
                    return
                }
            }
        }
        if let failure { throw failure }
        if ended { isAtEnd = true }
        return bytes
    }

    private func readOnce(_ space: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        let got = try input.read(into: space)
        guard let packing else { return got }
        unpacked += got
        try packing.limits.check(unpacked: unpacked, taken: input.taken, shown: shown)
        return got
    }
}
