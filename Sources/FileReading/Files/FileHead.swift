import ImportCore

/// The beginning of a file: what it is, and for CSV its header.
struct FileHead {
    /// The first bytes that are looked at. A CSV header must end within them.
    static let bytes = 1 << 20

    var format: SourceDescription.Format
    /// The columns' names; for a file without a header `[0]`, `[1]`, ….
    var header: CSVHeader?
    /// Bytes and physical lines before the first record.
    var length = 0
    var lines = 0
    var lineEnd: UInt8
    /// For messages.
    private let encoding: String

    /// - Parameters:
    ///   - head: as UTF-8.
    ///   - encoding: what the file itself is.
    init(
        _ head: ArraySlice<UInt8>, path: String, stated: SourceDescription.Format?,
        dialect: SourceDescription.Dialect, isWhole: Bool, encoding: String = "UTF-8"
    ) throws(InputError) {
        self.encoding = encoding
        let looksLike = Self.look(head)
        if let stated, let looksLike, stated == .jsonl, looksLike == .csv {
            throw .notTheFormat(path: path, stated: stated, looksLike: "no JSON: it begins with neither { nor [")
        }
        if let stated, stated == .csv, looksLike == .jsonl, Self.isJSONDocument(head) {
            throw .notTheFormat(path: path, stated: stated, looksLike: "JSON")
        }
        if stated == nil, looksLike == nil, Self.isNamedLikeJSON(path) { throw .emptyJSON(path: path) }
        format = stated ?? looksLike ?? .csv
        lineEnd = head.contains(.lf) || !head.contains(.cr) ? .lf : .cr
        if format == .csv { try readHeader(head, path: path, dialect: dialect, isWhole: isWhole) }
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private static func look(_ head: ArraySlice<UInt8>) -> SourceDescription.Format? {
        let text = head.starts(with: byteOrderMark) ? head.dropFirst(3) : head
        guard let first = text.first(where: { ![0x20, 0x09, .lf, .cr].contains($0) }) else { return nil }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .jsonl : .csv
    }

    private static func isNamedLikeJSON(_ path: String) -> Bool {
        [".jsonl", ".ndjson", ".json"].contains { path.lowercased().hasSuffix($0) }
    }

    /// Whether what looks like JSON cannot well be a CSV header: `{"` or `[{`, whatever blanks stand between.
    private static func isJSONDocument(_ head: ArraySlice<UInt8>) -> Bool {
        let signs = head.lazy.filter { ![0x20, 0x09, .lf, .cr, 0xEF, 0xBB, 0xBF].contains($0) }.prefix(2)
        return signs.elementsEqual([UInt8(ascii: "{"), UInt8(ascii: "\"")])
            || signs.elementsEqual([UInt8(ascii: "["), UInt8(ascii: "{")])
    }

    /// Kinds of files that hold no CSV or JSON, by their magic numbers (file(1)'s).
    private static let foreign: [(magic: [UInt8], name: String)] = [
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7-Zip archive"), ([0x52, 0x61, 0x72, 0x21, 0x1A], "a RAR archive"),
        ([0x04, 0x22, 0x4D, 0x18], "an lz4 file"), ([0x1F, 0x9D], "a file of compress(1)"),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "an old spreadsheet or document"),
        (Array("<?xml".utf8), "an XML document"), (Array("<!DOCTYPE html".utf8), "a web page"),
        (Array("%PDF-".utf8), "a PDF document"), (Array("SQLite format 3\0".utf8), "a database of SQLite"),
    ]

    /// - Parameter head: the file's first bytes, unpacked.
    static func refuseForeign(_ head: ArraySlice<UInt8>, path: String) throws(InputError) {
        let text = head.dropFirst(head.starts(with: byteOrderMark) ? byteOrderMark.count : 0)
        if let kind = foreign.first(where: { text.starts(with: $0.magic) }) {
            throw .foreign(path: path, kind: kind.name)
        }
        if Compression(head) != nil || Compression.isZip(head) { throw .packedTwice(path: path) }
        // Where a POSIX archive has its mark.
        if head.dropFirst(257).starts(with: Array("ustar".utf8)) { throw .foreign(path: path, kind: "a tar archive") }
    }

    // MARK: - CSV

    private mutating func readHeader(
        _ head: ArraySlice<UInt8>, path: String, dialect: SourceDescription.Dialect, isWhole: Bool
    ) throws(InputError) {
        let mark = head.starts(with: Self.byteOrderMark) ? 3 : 0
        let bytes = Array(head.dropFirst(mark))
        let preamble = try preamble(of: bytes, lines: dialect.preamble, path: path)
        // Lines are counted from 0 here, in words from 1.
        let blank = bytes.prefix(preamble) + bytes.dropFirst(preamble).prefix { $0 == .lf || $0 == .cr }
        let blankLines = blank.count { $0 == lineEnd }
        guard blank.count < bytes.count else {
            if dialect.header { throw .empty(path: path) }
            header = CSVHeader(names: [])
            (length, lines) = (mark + preamble, dialect.preamble)
            return
        }
        if dialect.header {
            try FirstRows(bytes.dropFirst(blank.count).prefix(FirstRows.bytes), dialect: dialect, lineEnd: lineEnd)
                .check(path: path, line: blankLines, above: dialect.preamble)
        }
        let result = try firstRow(
            Array(bytes.dropFirst(blank.count)), dialect: dialect, lineEnd: lineEnd, isWhole: isWhole, path: path,
            line: blankLines)
        if dialect.header {
            header = CSVHeader(names: result.fields)
            length = mark + blank.count + result.length
            lines = blankLines + result.lines
        } else {
            header = CSVHeader(names: result.fields.indices.map { "[\($0)]" })
            (length, lines) = (mark + preamble, dialect.preamble)
        }
    }

    /// The bytes of the lines that the plan calls a preamble.
    private func preamble(of bytes: [UInt8], lines: Int, path: String) throws(InputError) -> Int {
        var end = 0
        for line in 0..<lines {
            guard let next = bytes[end...].firstIndex(of: lineEnd) else {
                throw .brokenHeader(
                    path: path, line: line + 1, message: "the file ends within the \(lines) lines of its preamble")
            }
            end = next + 1
        }
        return end
    }

    private func firstRow(
        _ bytes: [UInt8], dialect: SourceDescription.Dialect, lineEnd: UInt8, isWhole: Bool, path: String, line: Int
    ) throws(InputError) -> (fields: [String], length: Int, lines: Int) {
        func failure(_ message: String, at line: Int) -> InputError {
            .brokenHeader(path: path, line: line + 1, message: message)
        }
        // Read twice: once to learn the number of columns, and once to take them all.
        var width = 0
        for _ in 0..<2 {
            let format = CSVFormat(
                dialect: dialect, width: width, columns: Array(0..<width), lineEnd: lineEnd, limits: Limits())
            let outcome = format.firstRow(bytes, isEnd: isWhole)
            switch outcome {
            case .undecided:
                throw failure("it does not end within the first \(FileHead.bytes) bytes", at: line)
            case .broken(let finding): throw failure(finding.message, at: line + (finding.line ?? 0))
            case .row(let fields, let end, let cells):
                if width == 0 {
                    width = fields
                    continue
                }
                let text = bytes[..<end.content]
                if let bad = text.withUnsafeBufferPointer({ TextCheck.firstBadByte($0[...]) }) {
                    throw failure(bad.kind == .nul ? "it holds a NUL byte" : "it is not valid \(encoding)", at: line)
                }
                return (cells, end.next, end.lines)
            }
        }
        throw failure("it has no column", at: line)
    }
}
