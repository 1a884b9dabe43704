/// What the rules ask of a text, asked of its valid UTF-8 bytes: nothing is decoded that need not be.
extension UnsafeBufferPointer<UInt8> {
    /// Whether this is a UUID in the form of RFC 9562: 8-4-4-4-12 hexadecimal digits of either case. Version and variant
    /// are not looked at: other systems' ids need not follow them.
    var isUUID: Bool {
        guard count == 36 else { return false }
        var isGood = self[8] == 0x2D && self[13] == 0x2D && self[18] == 0x2D && self[23] == 0x2D
        isGood = isGood && areHexadecimal(0..<8) && areHexadecimal(9..<13) && areHexadecimal(14..<18)
        return isGood && areHexadecimal(19..<23) && areHexadecimal(24..<36)
    }

    @inline(__always)
    private func areHexadecimal(_ range: Range<Int>) -> Bool {
        var others: UInt8 = 0
        for index in range {
            let byte = self[index]
            let isDigit = byte &- UInt8(ascii: "0") < 10
            let isLetter = byte | 0x20 &- UInt8(ascii: "a") < 6
            others |= isDigit || isLetter ? 0 : 1
        }
        return others == 0
    }

    /// Whether there is nothing but white space in it, or nothing at all. Most texts say no with their first byte.
    var isBlank: Bool {
        var index = 0
        while index < count {
            let byte = self[index]
            if byte < 0x80 {
                guard byte == 0x20 || (0x09...0x0D).contains(byte) else { return false }
                index += 1
            } else {
                // All of White_Space lies in the Basic Multilingual Plane: two bytes or three.
                let length = byte < 0xE0 ? 2 : 3
                guard byte < 0xF0, index + length <= count else { return false }
                var scalar = UInt32(byte & (length == 2 ? 0x1F : 0x0F))
                for next in self[(index + 1)..<(index + length)] { scalar = scalar << 6 | UInt32(next & 0x3F) }
                guard WhiteSpace.contains(scalar) else { return false }
                index += length
            }
        }
        return true
    }

    /// The number of Unicode scalars: of bytes that do not continue one (10xxxxxx).
    var scalarCount: Int { reduce(into: 0) { $0 &+= $1 & 0xC0 == 0x80 ? 0 : 1 } }

    /// Whether there are more scalars than that; a scalar has a byte at least, so most texts need no counting.
    @inline(__always)
    func hasMoreScalars(than limit: Int) -> Bool { count > limit && scalarCount > limit }

    /// Whether there is a NUL in it, which PostgreSQL's `text` cannot hold.
    var containsNUL: Bool {
        guard let baseAddress else { return false }
        let bytes = UnsafeRawPointer(baseAddress)
        var index = 0
        // Stretches of eight-byte words without a way out in their middle become vector instructions.
        while index + 512 <= count {
            var zeros: UInt64 = 0
            for word in 0..<64 {
                let value = bytes.loadUnaligned(fromByteOffset: index + word * 8, as: UInt64.self)
                // Subtracting one borrows from the top bit of a byte that is 0; the mask leaves out those that had it set.
                zeros |= (value &- 0x0101_0101_0101_0101) & ~value & 0x8080_8080_8080_8080
            }
            if zeros != 0 { return true }
            index += 512
        }
        return UnsafeBufferPointer(rebasing: self[index...]).contains(0)
    }
}
