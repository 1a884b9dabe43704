#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Bytes that come in order, from a descriptor or out of what is packed: what `BlockReader` reads.
///
/// Used by one task at a time.
protocol ByteInput: AnyObject {
    /// Fills the beginning of `space`, which is not empty; 0 only at the end.
    func read(into space: UnsafeMutableRawBufferPointer) throws(InputError) -> Int

    /// Bytes taken from the file so far: what unpacking is measured by.
    var taken: Int { get }
}

/// What a descriptor gives, behind bytes that were already taken from it.
final class DescriptorInput: ByteInput {
    private let path: String
    private let descriptor: Int32
    private let ownsDescriptor: Bool
    private var ahead: ArraySlice<UInt8>
    /// All that was given, for a later reader of a stream; nil where nobody will ask.
    private(set) var given: [UInt8]?
    private(set) var taken = 0

    init(
        path: String, descriptor: Int32, ownsDescriptor: Bool, ahead: [UInt8] = [], remembersGiven: Bool = false
    ) {
        self.path = path
        self.descriptor = descriptor
        self.ownsDescriptor = ownsDescriptor
        self.ahead = ahead[...]
        given = remembersGiven ? [] : nil
    }

    deinit { if ownsDescriptor { close(descriptor) } }

    /// The descriptor, which stays open when this is gone.
    func lend() -> Int32 { ownsDescriptor ? dup(descriptor) : descriptor }

    func read(into space: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        let got = try readNext(into: space)
        taken += got
        given?.append(contentsOf: space[..<got])
        return got
    }

    private func readNext(into space: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        if !ahead.isEmpty {
            let part = ahead.prefix(space.count)
            ahead = ahead.dropFirst(part.count)
            space.copyBytes(from: part)
            return part.count
        }
        while true {
            let got = Self.readOnce(descriptor, space.baseAddress, space.count)
            if got >= 0 { return got }
            if errno == EINTR { continue }
            throw errno == EISDIR ? .isDirectory(path: path) : .readFailed(path: path, errno: errno)
        }
    }

    private static func readOnce(_ descriptor: Int32, _ space: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, space, count)
        #else
            Darwin.read(descriptor, space, count)
        #endif
    }
}
