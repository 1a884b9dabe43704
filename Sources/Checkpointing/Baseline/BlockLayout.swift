import CXXHash

/// How a block file is laid out: a head, blocks of entries each with a checksum behind it, and a foot that makes the
/// file whole.
///
///     head    magic (8 bytes), version (4), bytes of an entry (4)
///     block   1,024 entries, the last block fewer; XXH3 (64 bits) over them, seeded with the block's number
///     foot    a set of places, the facts as JSON
///     tail    entries (8), bytes of the places (8), bytes of the facts (8), XXH3 over the foot seeded with the entries (8),
///             magic (8)
///
/// All numbers are little-endian.
struct BlockLayout: Equatable {
    static let entriesInBlock = 1024
    static let headBytes = 16
    static let tailBytes = 40
    private static let checksumBytes = 8

    var entryBytes: Int

    var blockBytes: Int { Self.entriesInBlock * entryBytes + Self.checksumBytes }

    static func blocks(of entries: Int) -> Int { (entries + entriesInBlock - 1) / entriesInBlock }

    func offset(ofBlock block: Int) -> Int { Self.headBytes + block * blockBytes }

    /// Where the foot begins.
    func end(ofEntries entries: Int) -> Int {
        Self.headBytes + entries * entryBytes + Self.blocks(of: entries) * Self.checksumBytes
    }

    /// How many entries of a file with so many stand in a block.
    static func entries(inBlock block: Int, of entries: Int) -> Int {
        min(entriesInBlock, entries - block * entriesInBlock)
    }

    static func checksum(_ bytes: UnsafeRawBufferPointer, seed: Int) -> UInt64 {
        XXH3_64bits_withSeed(bytes.baseAddress, bytes.count, UInt64(seed))
    }
}

/// Which file it is, by its first and its last eight bytes.
struct BlockFileKind: Equatable {
    var magic: [UInt8]
    /// The latest version that this program knows.
    var version: Int
    var entryBytes: Int

    var layout: BlockLayout { BlockLayout(entryBytes: entryBytes) }
}
