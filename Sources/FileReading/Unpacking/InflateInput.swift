import CZlib

/// What a gzip file (RFC 1952) holds, its members one after the other, each with its checksum and length looked at.
///
/// zlib itself, since libarchive passes over the checksums of gzip: a byte that fell over would become a ticket.
final class InflateInput: ByteInput {
    private static let inputBytes = 128 << 10
    /// The largest window, and a gzip header around it.
    private static let windowBits: Int32 = 15 + 16

    private let source: any ByteInput
    private let shown: String
    /// Has an address of its own: zlib's state points back to it.
    private let stream: UnsafeMutablePointer<z_stream>
    private let input: UnsafeMutableRawBufferPointer
    private var isBetweenMembers = false
    private var isAtEnd = false

    init(_ source: any ByteInput, shown: String) throws(InputError) {
        self.source = source
        self.shown = shown
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        input = .allocate(byteCount: Self.inputBytes, alignment: 16)
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, size) == Z_OK else {
            preconditionFailure("zlib of the version that was compiled against has memory for its 40 KB")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    var taken: Int { source.taken }

    func read(into space: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        let most = min(space.count, Int(UInt32.max))
        stream.pointee.next_out = space.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(most)
        while !isAtEnd {
            if stream.pointee.avail_in == 0, try !fillInput() {
                guard isBetweenMembers else {
                    throw .damaged(path: shown, what: "it ends in the middle: the compressed data are cut short")
                }
                isAtEnd = true
                break
            }
            if isBetweenMembers { try beginMember() }
            switch inflate(stream, Z_NO_FLUSH) {
            case Z_STREAM_END: isBetweenMembers = true
            case Z_OK, Z_BUF_ERROR: break
            default:
                let reason = stream.pointee.msg.map { String(cString: $0) } ?? "the data are no gzip"
                throw .damaged(path: shown, what: "decompressing it failed: \(reason)")
            }
            if stream.pointee.avail_out < most { break }
        }
        return most - Int(stream.pointee.avail_out)
    }

    /// Another member may follow; anything else is not ours to pass over.
    private func beginMember() throws(InputError) {
        guard stream.pointee.next_in.pointee == 0x1F else {
            throw .damaged(path: shown, what: "something that is no gzip follows the end of the compressed data")
        }
        inflateReset(stream)
        isBetweenMembers = false
    }

    private func fillInput() throws(InputError) -> Bool {
        let got = try source.read(into: input)
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(got)
        return got > 0
    }
}
