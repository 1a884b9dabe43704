/// A hash of a record's key, 96 bits wide: among a billion keys the chance that two different ones meet is 1 in 10^11.
///
/// So a repeated fingerprint is taken for a repeated key, also where the first record cannot be read again.
package struct KeyFingerprint: Sendable, Hashable {
    package var low: UInt64
    package var high: UInt32

    package init(low: UInt64, high: UInt32) {
        self.low = low
        self.high = high
    }

    /// The record has no key.
    package static let none = KeyFingerprint(low: 0, high: 0)
}

/// Makes fingerprints of keys, the same in every process. Fulfilled by `FileReading`, which has the hash function.
package typealias KeyHashing = @Sendable (_ keys: [ByteRange], _ slab: [UInt8]) -> [KeyFingerprint]

/// Finds repeated keys within a run. Fulfilled by `FileReading`: its state is the only one that grows with the source,
/// and spills to disk.
package protocol KeyIndex {
    /// Makes room for about so many keys at once, which is cheaper than growing.
    mutating func reserve(_ keys: Int)

    /// Says which keys will be entered next, so that their places in memory can be fetched side by side.
    mutating func expect(_ fingerprints: [KeyFingerprint])

    /// Enters a key; returns the record that was entered with it before, if there is one.
    mutating func insert(_ fingerprint: KeyFingerprint, record: RecordID) throws -> RecordID?
}
