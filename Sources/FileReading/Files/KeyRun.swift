#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Keys sorted in a file that has no name any more, so that nothing is left of it whatever happens to the program.
final class KeyRun {
    private static let entriesInBlock = 256

    private let descriptor: Int32
    private let count: Int
    private let folder: String
    /// The first key of each block.
    private let fences: [UInt64]
    private let filter: BloomFilter
    let largestOrdinal: UInt32

    /// Empties the tables, whose keys follow each other, into a file; one table's keys are in memory twice at a time.
    init(draining tables: inout [KeyTable], count: Int, folder: String) throws(InputError) {
        var template = Array("\(folder)/pingback-import-keys-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw .scratch(path: folder, errno: errno) }
        unlink(template)
        var fences: [UInt64] = []
        var filter = BloomFilter(keys: count)
        var largest: UInt32 = 0
        var written = 0
        var failure: Int32?
        for index in tables.indices where failure == nil {
            let entries = tables[index].drain()
            for entry in entries {
                if written % Self.entriesInBlock == 0 { fences.append(entry.low) }
                written += 1
                filter.insert(entry)
                largest = max(largest, entry.ordinal)
            }
            failure = entries.withUnsafeBytes { Self.writeAll(file, $0) }
        }
        descriptor = file
        self.folder = folder
        self.count = count
        self.fences = fences
        self.filter = filter
        largestOrdinal = largest
        if let failure { throw .scratch(path: folder, errno: failure) }
    }

    deinit { close(descriptor) }

    /// The record that had this key first, if it is in this run.
    func find(_ entry: KeyEntry) throws(InputError) -> UInt32? {
        guard filter.mayContain(entry) else { return nil }
        // The last block that begins at or before the key; equal keys are not entered twice.
        var low = 0
        var high = fences.count
        while low < high {
            let middle = (low + high) / 2
            if fences[middle] <= entry.low { low = middle + 1 } else { high = middle }
        }
        // Keys with the same low half may begin in the block before.
        for block in [low - 1, low - 2] where block >= 0 {
            let start = block * Self.entriesInBlock
            let length = min(Self.entriesInBlock, count - start)
            var failure: Int32 = 0
            let entries = [KeyEntry](unsafeUninitializedCapacity: length) { buffer, filled in
                let bytes = length * MemoryLayout<KeyEntry>.stride
                let got = pread(descriptor, buffer.baseAddress, bytes, off_t(start * MemoryLayout<KeyEntry>.stride))
                if got == bytes { filled = length } else { failure = got < 0 ? errno : EIO }
            }
            guard failure == 0 else { throw .scratch(path: folder, errno: failure) }
            if let found = entries.first(where: { $0.isSameKey(as: entry) }) { return found.ordinal }
            if fences[block] < entry.low { return nil }
        }
        return nil
    }

    private static func writeAll(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                return errno
            }
            rest = rest.dropFirst(written)
        }
        return nil
    }
}

/// Says for certain that a key is not in a run, and mistakenly that it may be in one of a hundred cases: 10 bits a key
/// and four probes within one 64-byte block.
struct BloomFilter {
    private var words: [UInt64]

    init(keys: Int) {
        words = Array(repeating: 0, count: max(8, (keys * 10 / 512 + 1) * 8))
    }

    mutating func insert(_ entry: KeyEntry) {
        let block = self.block(of: entry)
        for probe in 0..<4 {
            let bit = self.bit(probe, of: entry)
            words[block + bit >> 6] |= 1 << UInt64(bit & 63)
        }
    }

    func mayContain(_ entry: KeyEntry) -> Bool {
        let block = self.block(of: entry)
        for probe in 0..<4 {
            let bit = self.bit(probe, of: entry)
            if words[block + bit >> 6] & 1 << UInt64(bit & 63) == 0 { return false }
        }
        return true
    }

    private func block(of entry: KeyEntry) -> Int {
        // The low half orders the tables; its lower bits are still unused.
        Int(
            truncatingIfNeeded: (entry.low &* 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: UInt64(words.count / 8))
                .high)
            * 8
    }

    /// Nine bits of the high half for each probe, the last overlapping.
    private func bit(_ probe: Int, of entry: KeyEntry) -> Int {
        Int(entry.high >> UInt32(probe * 7)) & 511
    }
}
