import FileReading
import FileReadingSupport
import ImportCore

/// The CSV reader. The first byte is the dialect and the limits, the rest a file without a header.
///
/// It must give what the rules say, read slowly and literally; lose no byte; and give the same in pieces of any size and
/// resumed anywhere.
enum CSVTarget {
    static func check(_ input: [UInt8]) async throws {
        guard let options = input.first else { return }
        let bytes = Array(input.dropFirst())
        // The letters from @ on are the numbers from 0 on.
        let width = Int(options & 3) + 1
        var dialect = SourceDescription.Dialect()
        if options & 4 != 0 { dialect.quote = nil }
        if options & 16 != 0 { dialect.delimiter = UInt8(ascii: ";") }
        var limits = Limits()
        if options & 8 != 0 { (limits.recordBytes, limits.fieldBytes) = (40, 8) }
        let lineEnd = UInt8(
            ascii: bytes.contains(UInt8(ascii: "\n")) || !bytes.contains(UInt8(ascii: "\r")) ? "\n" : "\r")
        let columns = Array(0..<width)

        var reference = CSVReference(bytes: bytes, width: width)
        reference.delimiter = dialect.delimiter
        reference.quote = dialect.quote
        reference.lineEnd = lineEnd
        reference.recordBytes = limits.recordBytes
        reference.fieldBytes = limits.fieldBytes
        reference.read(from: 0)

        let properties = PieceProperties(
            format: CSVFormat(dialect: dialect, width: width, columns: columns, lineEnd: lineEnd, limits: limits),
            bytes: bytes)
        let whole = try properties.whole()
        try requireNone(
            reference.difference(from: whole.countedFromOne, columns: columns), "the rules read literally say otherwise"
        )
        try properties.checkTiles(whole) { between in
            between.allSatisfy { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        }
        try properties.checkPieces(whole)
        try await properties.checkSource(whole)
    }
}
