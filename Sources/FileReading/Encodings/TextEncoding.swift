/// An encoding of text that is not UTF-8, and what of it must be known to read records side by side: each piece must be
/// readable by itself, so encodings whose characters depend on what stands before them are none.
package struct TextEncoding: Sendable, Equatable {
    /// As iconv knows it.
    package let name: String
    /// What each byte stands for, in UTF-8, where every character is one byte: the number of bytes in the lowest one, 0
    /// for none, and the bytes above it. Nil for an encoding of several bytes a character.
    let table: [UInt32]?
    /// Whether the first 128 bytes are ASCII's, so that records may be cut without decoding.
    let holdsASCII: Bool
    /// A line end, as it is written.
    package let lineFeed: [UInt8]
    package let carriageReturn: [UInt8]
    /// The byte order mark that the file began with, which a file of its records must begin with too.
    package var mark: [UInt8] = []

    /// The bytes that are passed over where none of them is a character.
    var unit: Int { lineFeed.count }
    /// At most so many bytes are one byte of UTF-8: four-byte forms of GB 18030 are two of it, and UTF-32 has four for
    /// one.
    var bytesPerByte: Int { table != nil ? 1 : max(2, unit) }
    /// No character is longer (UTF-32, GB 18030).
    static let longestCharacter = 8

    enum Failure: Error {
        case unknown
        /// It switches between sets of characters, or keeps characters back until the next one is known.
        case stateful
    }

    init(_ name: String) throws(Failure) {
        // iconv takes an empty name for the locale's encoding, and words behind slashes for leave to lose characters.
        let isPlain = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || "-_.:+()".utf8.contains(byte)
        }
        guard !name.isEmpty, isPlain, let decoder = Iconv(from: name, to: "UTF-8"),
            let encoder = Iconv(from: "UTF-8", to: name)
        else { throw .unknown }
        let capitals = name.uppercased()
        guard !Self.stateful.contains(where: { capitals.contains($0) }) else { throw .stateful }
        for escape in Self.escapes {
            let result = decoder.convert(escape)
            if result.ending == .allConverted && result.bytes.isEmpty { throw .stateful }
        }
        self.name = name
        table = try Self.table(decoder)
        holdsASCII = (UInt8(0)...0x7F).allSatisfy { decoder.convert([$0]).bytes == [$0] }
        lineFeed = encoder.convert([.lf]).bytes
        carriageReturn = encoder.convert([.cr]).bytes
        guard !lineFeed.isEmpty, !carriageReturn.isEmpty else { throw .stateful }
    }

    /// Parts of the names of those that a few bytes do not show: with characters of two parts, which iconv keeps back to
    /// join them; and UTF-7, whose plus is only the beginning of what switches.
    private static let stateful = ["HKSCS", "X0213", "UTF-7", "UTF7"]
    /// What switches sets of characters: ISO 2022's escapes (ECMA-35), the shifts of it and of IBM's hosts.
    private static let escapes: [[UInt8]] = [
        [0x1B, 0x24, 0x42], [0x1B, 0x28, 0x42], [0x1B, 0x28, 0x4A], [0x1B, 0x24, 0x29, 0x43], [0x1B, 0x24, 0x29, 0x41],
        [0x0E], [0x0F],
    ]

    private static func table(_ decoder: Iconv) throws(Failure) -> [UInt32]? {
        var table: [UInt32] = []
        for byte in UInt8.min...UInt8.max {
            let result = decoder.convert([byte])
            switch result.ending {
            case .incomplete: return nil
            case .allConverted where result.bytes.isEmpty: throw .stateful
            case .allConverted where result.bytes.count <= 3:
                let bits = result.bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                table.append(bits << 8 | UInt32(result.bytes.count))
            case .allConverted: return nil
            case .impossible, .outputFull: table.append(0)
            }
        }
        return table
    }
}
