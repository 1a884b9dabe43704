/// A UUID as its 128 bits: 16 bytes in memory and on the wire, made into text only for a person.
package struct BinaryUUID: Sendable, Hashable {
    /// Bytes 0 to 7, and 8 to 15, each as a big-endian number: the order of bytes is that of the text.
    package var high: UInt64
    package var low: UInt64

    @inlinable package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The first 16 bytes of a digest, as they are.
    init(prefixOf digest: some Sequence<UInt8>) {
        var (high, low): (UInt64, UInt64) = (0, 0)
        for (index, byte) in digest.prefix(16).enumerated() {
            if index < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        self.init(high: high, low: low)
    }

    /// Reads 8-4-4-4-12 hexadecimal digits in either case; any version and variant, since PingBack's documented ids are
    /// of none. Nil for any other text.
    package init?(text: some Sequence<UInt8>) {
        var digits = 0
        var position = 0
        var (high, low): (UInt64, UInt64) = (0, 0)
        for byte in text {
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard let digit = Self.value(ofDigit: byte), digits < 32 else { return nil }
                if digits < 16 { high = high << 4 | digit } else { low = low << 4 | digit }
                digits += 1
            }
            position += 1
        }
        guard position == 36, digits == 32 else { return nil }
        self.init(high: high, low: low)
    }

    package init?(_ text: String) { self.init(text: text.utf8) }

    private static func value(ofDigit byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}

extension BinaryUUID: CustomStringConvertible {
    /// In lower case, as RFC 9562 has it (section 4).
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                let half = index < 16 ? high : low
                buffer[position] = digits[Int(half >> UInt64(60 - index % 16 * 4) & 15)]
                position += 1
            }
            return position
        }
    }
}
