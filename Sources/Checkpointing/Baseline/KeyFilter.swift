import ImportCore

/// Says for certain that a key was not entered, and mistakenly that it may have been: in one of a hundred cases at
/// thirteen million keys, more often beyond.
///
/// It has one size, so that memory is the same for any number of keys; it only decides how much is looked at twice.
struct KeyFilter {
    /// 16 MiB: ten bits a key at thirteen million.
    private static let words = 1 << 21
    private var words: [UInt64] = []

    var isEmpty: Bool { words.isEmpty }

    mutating func insert(_ key: KeyFingerprint) {
        if words.isEmpty { words = Array(repeating: 0, count: Self.words) }
        let block = Self.block(of: key)
        for probe in 0..<4 {
            let bit = Self.bit(probe, of: key)
            words[block + bit >> 6] |= 1 << UInt64(bit & 63)
        }
    }

    func mayContain(_ key: KeyFingerprint) -> Bool {
        if words.isEmpty { return false }
        let block = Self.block(of: key)
        for probe in 0..<4 {
            let bit = Self.bit(probe, of: key)
            if words[block + bit >> 6] & 1 << UInt64(bit & 63) == 0 { return false }
        }
        return true
    }

    /// All four probes fall into one line of the cache.
    private static func block(of key: KeyFingerprint) -> Int { Int(key.low & UInt64(words / 8 - 1)) * 8 }

    /// Nine bits of the high half for each probe, the last overlapping.
    private static func bit(_ probe: Int, of key: KeyFingerprint) -> Int { Int(key.high >> UInt32(probe * 7)) & 511 }
}
