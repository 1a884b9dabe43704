import CZlib

/// A container written byte by byte, its content stored and not compressed, so that it is known where the content stands.
struct Container {
    var bytes: [UInt8]
    /// Where bytes stand that its checksums cover.
    var content: Range<Int>

    init(_ bytes: [UInt8], _ content: Range<Int>) {
        self.bytes = bytes
        self.content = content
    }

    /// RFC 1952, one member for each part; the content is the last part's.
    static func gzip(_ parts: [[UInt8]]) -> Container {
        var bytes: [UInt8] = []
        var content = 0..<0
        for part in parts {
            // Magic, deflate, no flags, no time, no more flags, an unknown system.
            bytes += [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
            // One stored block of deflate (RFC 1951, 3.2.4): final, its length, and that inverted.
            precondition(part.count < 1 << 16, "a stored block has less than 64 KiB")
            bytes += [1] + little(part.count, 2) + little(~part.count, 2)
            content = bytes.count..<(bytes.count + part.count)
            bytes += part + little(checksum(part), 4) + little(part.count, 4)
        }
        return Container(bytes, content)
    }

    /// A zip archive (APPNOTE.TXT 6.3) with one file in it.
    ///
    /// - Parameter checked: the part of the file that is told as content; all of it by default.
    static func zip(_ file: [UInt8], _ checked: Range<Int>? = nil) -> Container {
        let name = Array("tickets".utf8)
        // Version, flags, stored, time, date, CRC-32, size, size, length of the name, no extra field.
        let about =
            little(20, 2) + little(0, 2) + little(0, 2) + little(0, 2) + little(0x21, 2) + little(checksum(file), 4)
            + little(file.count, 4) + little(file.count, 4) + little(name.count, 2) + little(0, 2)
        let local = Array("PK\u{3}\u{4}".utf8) + about + name
        // Made by Unix; no comment, first disk, no attributes but those of a regular file, at the beginning.
        let entry =
            Array("PK\u{1}\u{2}".utf8) + little(3 << 8 | 20, 2) + about + little(0, 2) + little(0, 2) + little(0, 2)
            + little(0o100644 << 16, 4) + little(0, 4) + name
        let end =
            Array("PK\u{5}\u{6}".utf8) + little(0, 2) + little(0, 2) + little(1, 2) + little(1, 2)
            + little(entry.count, 4) + little(local.count + file.count, 4) + little(0, 2)
        let content = checked ?? file.indices
        return Container(
            local + file + entry + end, (content.lowerBound + local.count)..<(content.upperBound + local.count))
    }

    private static func checksum(_ bytes: [UInt8]) -> Int {
        Int(bytes.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) })
    }

    /// A number with its lowest byte first.
    private static func little(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}
