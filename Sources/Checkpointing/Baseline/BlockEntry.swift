import ImportCore

/// A value of a fixed number of bytes, little-endian, as block files and scratch files hold it.
protocol BlockEntry {
    static var byteCount: Int { get }
    /// Nil where the bytes are none of ours.
    init?(_ bytes: UnsafeRawBufferPointer)
    func write(to bytes: UnsafeMutableRawBufferPointer)
}

extension BaselineEntry: BlockEntry {
    static let byteCount = 44
    /// The highest bit of the record's number, which no record has.
    private static let vanishedBit = Int64.min

    init?(_ bytes: UnsafeRawBufferPointer) {
        let record: Int64 = bytes.integer(at: 28)
        self.init(
            key: bytes.key(at: 0), hashes: bytes.hashes(at: 12),
            record: RecordID(rawValue: record & ~Self.vanishedBit), updatedAt: bytes.integer(at: 36),
            isVanished: record & Self.vanishedBit != 0)
    }

    func write(to bytes: UnsafeMutableRawBufferPointer) {
        bytes.put(key, at: 0)
        bytes.put(hashes, at: 12)
        bytes.put(record.rawValue | (isVanished ? Self.vanishedBit : 0), at: 28)
        bytes.put(updatedAt, at: 36)
    }
}

extension NightRecord: BlockEntry {
    static let byteCount = 56

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let standing = Standing(rawValue: bytes[52]) else { return nil }
        self.init(
            key: bytes.key(at: 0), hashes: bytes.hashes(at: 12), updatedAt: bytes.integer(at: 28), standing: standing)
        counterpart = Int(bytes.integer(at: 36) as Int64)
        record = RecordID(rawValue: bytes.integer(at: 44))
        groups = ContentGroups(rawValue: bytes[53])
    }

    func write(to bytes: UnsafeMutableRawBufferPointer) {
        bytes.put(key, at: 0)
        bytes.put(hashes, at: 12)
        bytes.put(updatedAt, at: 28)
        bytes.put(Int64(counterpart), at: 36)
        bytes.put(record.rawValue, at: 44)
        bytes[52] = standing.rawValue
        bytes[53] = groups.rawValue
        bytes[54] = 0
        bytes[55] = 0
    }
}

/// A record on its way through the join: with its place in the source.
extension RepeatedKey.Member: BlockEntry {
    static let byteCount = NightRecord.byteCount + 8

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let record = NightRecord(UnsafeRawBufferPointer(rebasing: bytes[..<NightRecord.byteCount])) else {
            return nil
        }
        self.init(ordinal: Int(bytes.integer(at: NightRecord.byteCount) as Int64), record: record)
    }

    func write(to bytes: UnsafeMutableRawBufferPointer) {
        record.write(to: UnsafeMutableRawBufferPointer(rebasing: bytes[..<NightRecord.byteCount]))
        bytes.put(Int64(ordinal), at: NightRecord.byteCount)
    }
}

/// A baseline's entry with its place there.
struct PlacedEntry: BlockEntry {
    var place: Int
    var entry: BaselineEntry

    static let byteCount = BaselineEntry.byteCount + 8

    init(place: Int, entry: BaselineEntry) {
        self.place = place
        self.entry = entry
    }

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let entry = BaselineEntry(UnsafeRawBufferPointer(rebasing: bytes[..<BaselineEntry.byteCount])) else {
            return nil
        }
        self.init(place: Int(bytes.integer(at: BaselineEntry.byteCount) as Int64), entry: entry)
    }

    func write(to bytes: UnsafeMutableRawBufferPointer) {
        entry.write(to: UnsafeMutableRawBufferPointer(rebasing: bytes[..<BaselineEntry.byteCount]))
        bytes.put(Int64(place), at: BaselineEntry.byteCount)
    }
}

extension UnsafeRawBufferPointer {
    func integer<Value: FixedWidthInteger>(at offset: Int) -> Value {
        Value(littleEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    fileprivate func key(at offset: Int) -> KeyFingerprint {
        KeyFingerprint(low: integer(at: offset), high: integer(at: offset + 8))
    }

    fileprivate func hashes(at offset: Int) -> ContentHashes {
        ContentHashes(
            status: integer(at: offset), assignee: integer(at: offset + 4), messages: integer(at: offset + 8),
            rest: integer(at: offset + 12))
    }
}

extension UnsafeMutableRawBufferPointer {
    func put(_ value: some FixedWidthInteger, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: type(of: value))
    }

    fileprivate func put(_ key: KeyFingerprint, at offset: Int) {
        put(key.low, at: offset)
        put(key.high, at: offset + 8)
    }

    fileprivate func put(_ hashes: ContentHashes, at offset: Int) {
        put(hashes.status, at: offset)
        put(hashes.assignee, at: offset + 4)
        put(hashes.messages, at: offset + 8)
        put(hashes.rest, at: offset + 12)
    }
}
