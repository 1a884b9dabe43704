import ImportCore

/// A check on what one row of the checkpoint says, since SQLite has none on its pages: a flipped bit must not turn
/// "done" into "may be sent again".
///
/// 30 bits of SHA-256 over the values, each with its length: a change that passes for the truth is one in a thousand
/// million. Not a defence against somebody who writes the file on purpose.
struct Seal {
    private var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(128) }

    mutating func add(_ value: Int64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// A missing text differs from an empty one.
    mutating func add(_ value: (some Collection<UInt8>)?) {
        add(Int64(value?.count ?? -1))
        if let value { bytes.append(contentsOf: value) }
    }

    /// A negative number that SQLite always stores in four bytes, so that rows keep their size.
    var value: Int64 {
        let digest = RequestContent.digest(bytes)
        let word = digest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Int64(Int32(bitPattern: word & 0x3FFF_FFFF | 0x8000_0000))
    }
}
