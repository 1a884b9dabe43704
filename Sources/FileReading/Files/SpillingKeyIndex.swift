import CXXHash
package import ImportCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Fingerprints of keys by XXH3 (128 bits, of which 96 are kept).
package enum KeyFingerprints {
    package static let hash: KeyHashing = { keys, slab in
        slab.withUnsafeBytes { bytes in
            keys.map { key in
                guard key.isPresent, key.length > 0, let base = bytes.baseAddress else { return .none }
                let hash = XXH3_128bits(base + Int(key.offset), Int(key.length))
                return KeyFingerprint(low: hash.low64, high: UInt32(truncatingIfNeeded: hash.high64))
            }
        }
    }
}

/// Every key of a run, 16 bytes each: in memory up to 2 million, then in sorted runs on disk, of which memory keeps a
/// Bloom filter (10 bits a key) and one entry in 256.
package struct SpillingKeyIndex: KeyIndex {
    /// 2 million entries, in tables that are at most 80 % full: 44 MB.
    package static let entriesInMemory = 2_000_000

    private var tables: [KeyTable]
    private var count = 0
    private var runs: [KeyRun] = []
    private let capacity: Int
    private let folder: String
    /// Keeps the compiler from leaving out the looks of `expect`, whose result nobody needs.
    private var lastTouched: UInt32 = 0
    /// Record numbers are kept in 32 bits, counted over all files; this is where each file's numbers begin.
    private var bases: [(ordinal: UInt32, first: RecordID)] = []

    package init(entriesInMemory: Int = SpillingKeyIndex.entriesInMemory, folder: String) {
        // Many small tables: one that grows copies a 64th of the keys, not all of them.
        tables = Array(repeating: KeyTable(), count: 64)
        capacity = entriesInMemory
        self.folder = folder
    }

    package mutating func reserve(_ keys: Int) {
        for index in tables.indices { tables[index].reserve(min(keys, capacity) / tables.count) }
    }

    package mutating func expect(_ fingerprints: [KeyFingerprint]) {
        // Each look is a miss in the cache. One after the other, with an insertion in between, they cost 150 ns each;
        // asked for together the processor has ten of them under way at once (measured: 40 ns).
        var touched: UInt32 = 0
        for fingerprint in fingerprints {
            touched &+= tables[Self.table(of: fingerprint.low)].ordinal(near: fingerprint.low)
        }
        lastTouched = touched
    }

    package mutating func insert(_ fingerprint: KeyFingerprint, record: RecordID) throws -> RecordID? {
        let entry = KeyEntry(low: fingerprint.low, high: fingerprint.high, ordinal: ordinal(of: record))
        for run in runs {
            if let first = try run.find(entry) { return self.record(at: first) }
        }
        if let first = tables[Self.table(of: entry.low)].insert(entry) { return self.record(at: first) }
        count += 1
        if count >= capacity { try spill() }
        return nil
    }

    /// By the first bits of the low half, as the slots in a table are by the next ones: so the tables, one after the
    /// other, hold the keys almost in order, and a run needs little sorting.
    private static func table(of low: UInt64) -> Int { Int(low >> 58) }

    private mutating func spill() throws {
        runs.append(try KeyRun(draining: &tables, count: count, folder: folder))
        count = 0
    }

    private mutating func ordinal(of record: RecordID) -> UInt32 {
        if let last = bases.last, last.first.file == record.file {
            return last.ordinal + UInt32(record.number - last.first.number)
        }
        // A file has fewer than 2^32 records, and all of them together too: they would be 16 TB of the smallest ones.
        let ordinal = bases.isEmpty ? 0 : nextOrdinal
        bases.append((ordinal, record))
        return ordinal
    }

    private var nextOrdinal: UInt32 { largestOrdinal + 1 }
    private var largestOrdinal: UInt32 {
        max(runs.map(\.largestOrdinal).max() ?? 0, tables.map(\.largestOrdinal).max() ?? 0)
    }

    private func record(at ordinal: UInt32) -> RecordID {
        guard let base = bases.last(where: { $0.ordinal <= ordinal }) else { return RecordID(rawValue: 0) }
        return RecordID(file: base.first.file, number: base.first.number + Int(ordinal - base.ordinal))
    }
}

/// One key: its fingerprint, and the record that had it first.
struct KeyEntry: Comparable {
    var low: UInt64
    var high: UInt32
    var ordinal: UInt32

    func isSameKey(as other: KeyEntry) -> Bool { low == other.low && high == other.high }

    static func < (left: KeyEntry, right: KeyEntry) -> Bool { (left.low, left.high) < (right.low, right.high) }
}

/// A hash table of keys with linear probing: Swift's own `Dictionary` takes three times the memory.
struct KeyTable {
    private var slots: [KeyEntry] = []
    private var count = 0
    private(set) var largestOrdinal: UInt32 = 0
    /// Marks an empty slot.
    private static let vacant = KeyEntry(low: 0, high: 0, ordinal: .max)

    /// What stands where a key with this low half belongs.
    func ordinal(near low: UInt64) -> UInt32 {
        guard !slots.isEmpty else { return 0 }
        return slots.withUnsafeBufferPointer { $0[Self.index(of: low, in: $0.count)].ordinal }
    }

    private static func index(of low: UInt64, in count: Int) -> Int {
        Int(truncatingIfNeeded: (low << 6).multipliedFullWidth(by: UInt64(count)).high)
    }

    /// Enters a key unless it is there; then returns the record that had it first.
    mutating func insert(_ entry: KeyEntry) -> UInt32? {
        if (count + 1) * 5 > slots.count * 4 { grow() }
        let found = slots.withUnsafeMutableBufferPointer { Self.place(entry, in: $0) }
        guard found == entry.ordinal else { return found }
        count += 1
        largestOrdinal = max(largestOrdinal, entry.ordinal)
        return nil
    }

    /// Puts the entry where it belongs; returns the ordinal that then stands there.
    private static func place(_ entry: KeyEntry, in slots: UnsafeMutableBufferPointer<KeyEntry>) -> UInt32 {
        var index = Self.index(of: entry.low, in: slots.count)
        while slots[index].ordinal != .max {
            if slots[index].isSameKey(as: entry) { return slots[index].ordinal }
            index += 1
            if index == slots.count { index = 0 }
        }
        slots[index] = entry
        return entry.ordinal
    }

    /// Makes room for so many keys, and for a tenth more: keys spread over the tables by chance.
    mutating func reserve(_ keys: Int) {
        let wanted = (keys + keys / 10) * 5 / 4
        if wanted > slots.count { grow(to: wanted) }
    }

    private mutating func grow() { grow(to: max(64, slots.count + slots.count / 2)) }

    private mutating func grow(to capacity: Int) {
        var larger = Array(repeating: Self.vacant, count: capacity)
        larger.withUnsafeMutableBufferPointer { target in
            for entry in slots where entry.ordinal != .max { _ = Self.place(entry, in: target) }
        }
        slots = larger
    }

    /// Moves all entries out, in order, and keeps the memory for the next ones.
    mutating func drain() -> [KeyEntry] {
        var entries: [KeyEntry] = []
        entries.reserveCapacity(count)
        for index in slots.indices where slots[index].ordinal != .max {
            entries.append(slots[index])
            slots[index] = Self.vacant
        }
        count = 0
        entries.sort()
        return entries
    }
}
