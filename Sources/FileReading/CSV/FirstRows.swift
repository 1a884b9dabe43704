import ImportCore

/// The first rows of a CSV file, whatever their number of fields: what stands where the header is expected is judged by
/// what follows it.
///
/// A file is refused only where reading on would reject its records anyway, but without a word about why.
struct FirstRows {
    /// So much of the file, and so many of its rows, are looked at: a preamble is a handful of lines.
    static let bytes = 64 << 10
    private static let most = 30

    struct Row {
        /// Physical lines above it.
        var line: Int
        var isQuoted: Bool
        /// Empty where it cannot be read.
        var fields: [String]

        var filled: Int { fields.count { !$0.isEmpty } }
    }

    private(set) var rows: [Row] = []

    /// - Parameter bytes: from the header's line on.
    init(_ bytes: some Collection<UInt8>, dialect: SourceDescription.Dialect, lineEnd: UInt8) {
        var rest = Array(bytes)
        var line = 0
        while !rest.isEmpty, rows.count < Self.most {
            if rest[0] == .lf || rest[0] == .cr {
                line += rest[0] == lineEnd ? 1 : 0
                rest.removeFirst()
                continue
            }
            let isQuoted = rest[0] == dialect.quote
            // Twice: once to learn the number of fields, and once to take them all.
            var fields: [String] = []
            var end: (next: Int, lines: Int)?
            for width in 0..<2 {
                let format = CSVFormat(
                    dialect: dialect, width: fields.count, columns: Array(fields.indices), lineEnd: lineEnd,
                    limits: Limits())
                guard case .row(let count, let found, let cells) = format.firstRow(rest, isEnd: false) else { break }
                fields = width == 0 ? Array(repeating: "", count: count) : cells
                end = (found.next, found.lines)
            }
            if end == nil {
                // A row that is broken, or that is cut where the look ends.
                guard let next = rest.firstIndex(of: lineEnd) else { return }
                end = (next + 1, 1)
            }
            guard let end else { return }
            rows.append(Row(line: line, isQuoted: isQuoted, fields: fields))
            line += end.lines
            rest.removeFirst(end.next)
        }
    }

    /// Refuses what is no header, or no table.
    ///
    /// - Parameters:
    ///   - line: physical lines above the rows.
    ///   - preamble: how many of them the plan tells of.
    func check(path: String, line: Int, above preamble: Int) throws(InputError) {
        if let wrapped = firstWrapped { throw .wrapped(path: path, line: line + wrapped.line + 1) }
        if let header = headerBelow {
            throw .preamble(path: path, lines: line + header.line, columns: header.fields.count)
        }
    }

    // MARK: - A preamble

    /// An export has a key, a text, and something else; what has fewer columns may be prose with commas.
    private static let narrowest = 3

    /// The row that is the header, where the first one is not.
    private var headerBelow: Row? {
        guard let first = rows.first, rows.count >= 3 else { return nil }
        for index in 1..<min(rows.count - 1, 15) {
            let width = rows[index].fields.count
            // Footers may follow, and damaged rows stand between; rows that fit the first one's width would be records.
            let all = rows[(index + 1)...]
            let behind = all.dropLast(all.reversed().prefix { $0.fields.count < width }.count)
            let fitting = behind.count { $0.fields.count == width }
            guard width >= Self.narrowest, rows[index].line > 0, Self.isHeader(rows[index]), fitting >= 2,
                fitting * 2 > behind.count,
                rows[1..<index].allSatisfy({ $0.fields.count < width || $0.filled < width })
            else { continue }
            let isTitle = first.filled <= 1
            let isNarrow =
                first.fields.count < width && !behind.contains { $0.fields.count == first.fields.count }
            return isTitle || isNarrow ? rows[index] : nil
        }
        return nil
    }

    /// Names of columns are short, all there, all different, and no numbers.
    private static func isHeader(_ row: Row) -> Bool {
        row.filled == row.fields.count && Set(row.fields).count == row.fields.count
            && row.fields.allSatisfy { name in
                name.utf8.count <= 60 && !name.contains("\n") && name.first?.isNumber == false
                    && name.contains(where: \.isLetter)
            }
    }

    // MARK: - Records wrapped in quotes

    /// The first of the records that are one quoted cell each, where at least half of them are.
    private var firstWrapped: Row? {
        guard let header = rows.first else { return nil }
        let expected = header.filled == 1 ? Self.columns(in: header.fields.first ?? "") : header.filled
        // A cell with a comma in it is nothing strange.
        guard expected >= Self.narrowest else { return nil }
        let wrapped = rows.dropFirst().filter { row in
            row.isQuoted && row.filled == 1 && Self.columns(in: row.fields.first ?? "") == expected
        }
        return wrapped.count * 2 >= rows.count - 1 ? wrapped.first : nil
    }

    /// How many columns a text would have if it was a line of CSV.
    private static func columns(in text: String) -> Int {
        [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09].map { delimiter in
            var isInside = false
            var count = 1
            for byte in text.utf8 {
                if byte == UInt8(ascii: "\"") { isInside.toggle() }
                if byte == delimiter && !isInside { count += 1 }
            }
            return count
        }.max() ?? 1
    }
}
