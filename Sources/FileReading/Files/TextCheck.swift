/// Finds the first byte that cannot stand in text: one that is not UTF-8 (RFC 3629), or NUL.
enum TextCheck {
    enum Kind { case encoding, nul }

    static func firstBadByte(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> (offset: Int, kind: Kind)? {
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let byte = bytes[position]
            if byte == 0 { return (position, .nul) }
            let length = sequenceLength(bytes, at: position)
            if length == 0 { return (position, .encoding) }
            position += length
        }
        return nil
    }

    /// The length of the valid sequence at a position, 0 for none. The ranges are those of RFC 3629, section 4.
    private static func sequenceLength(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, at position: Int) -> Int {
        let first = bytes[position]
        let second: ClosedRange<UInt8>
        let length: Int
        switch first {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard position + length <= bytes.endIndex, second.contains(bytes[position + 1]) else { return 0 }
        for next in position + 2..<max(position + 2, position + length) where !(0x80...0xBF).contains(bytes[next]) {
            return 0
        }
        return length
    }
}
