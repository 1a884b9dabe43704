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

    init(
        _ head: ArraySlice<UInt8>, path: String, stated: SourceDescription.Format?,
        dialect: SourceDescription.Dialect, isWhole: Bool
    ) throws(InputError) {
        try Self.refuseForeign(head, path: path)
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

    /// Containers by their magic numbers (file(1)'s), and UTF-16 by its byte order mark.
    private static func refuseForeign(_ head: ArraySlice<UInt8>, path: String) throws(InputError) {
        let kinds: [(magic: [UInt8], name: String)] = [
            ([0x1F, 0x8B], "a gzip file"), ([0x28, 0xB5, 0x2F, 0xFD], "a zstd file"),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "an xz file"), ([0x42, 0x5A, 0x68], "a bzip2 file"),
            ([0x50, 0x4B, 0x03, 0x04], "a zip archive (or a spreadsheet)"),
        ]
        if let kind = kinds.first(where: { head.starts(with: $0.magic) }) {
            // A CSV may well begin with the letters BZh, but not with the byte that follows them in bzip2.
            if kind.magic.count != 3 || head.dropFirst(3).first.map({ (0x31...0x39).contains($0) }) == true {
                throw .compressed(path: path, kind: kind.name)
            }
        }
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
            throw .compressed(path: path, kind: "UTF-16 text")
        }
    }

    // MARK: - CSV

    private mutating func readHeader(
        _ head: ArraySlice<UInt8>, path: String, dialect: SourceDescription.Dialect, isWhole: Bool
    ) throws(InputError) {
        let mark = head.starts(with: Self.byteOrderMark) ? 3 : 0
        let bytes = Array(head.dropFirst(mark))
        // Lines are counted from 0 here, in words from 1.
        let blank = bytes.prefix { $0 == .lf || $0 == .cr }
        let blankLines = blank.count { $0 == lineEnd }
        guard blank.count < bytes.count else {
            if dialect.header { throw .empty(path: path) }
            header = CSVHeader(names: [])
            length = mark
            return
        }
        let result = try Self.firstRow(
            Array(bytes.dropFirst(blank.count)), dialect: dialect, lineEnd: lineEnd, isWhole: isWhole, path: path,
            line: blankLines)
        if dialect.header {
            header = CSVHeader(names: result.fields)
            length = mark + blank.count + result.length
            lines = blankLines + result.lines
        } else {
            header = CSVHeader(names: result.fields.indices.map { "[\($0)]" })
            length = mark
        }
    }

    private static func firstRow(
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
                    throw failure(bad.kind == .nul ? "it holds a NUL byte" : "it is not valid UTF-8", at: line)
                }
                return (cells, end.next, end.lines)
            }
        }
        throw failure("it has no column", at: line)
    }
}
