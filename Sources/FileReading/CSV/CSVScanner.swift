import CLibCSV

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Finds where records end in a stretch of CSV by counting quotes: a newline ends a record where the number of quotes
/// before it is even. Exact as long as the quoting is (RFC 4180); libcsv, which reads the record, is the judge of that.
struct CSVScanner {
    /// Where a record ends: its content, the start of the next one, and the physical line ends in between.
    struct End {
        var content: Int
        var next: Int
        var lines: Int
        /// Whether a blank stands at the edge of an unquoted field, which libcsv would trim if it was let.
        var hasEdgeBlank = true
    }

    let base: UnsafePointer<UInt8>
    let count: Int
    /// Nil where no quote is special.
    let quote: UInt8?
    /// The byte that ends a physical line: LF, or CR in a file without LF.
    let lineEnd: UInt8

    private let signs: csv_signs

    init(_ bytes: UnsafeBufferPointer<UInt8>, delimiter: UInt8, quote: UInt8?, lineEnd: UInt8) {
        // An empty buffer may have no base; any pointer will do, since no byte of it is read.
        base = bytes.baseAddress ?? UnsafePointer(bitPattern: 1).unsafelyUnwrapped
        count = bytes.count
        self.quote = quote
        self.lineEnd = lineEnd
        signs = csv_signs(
            delimiter: delimiter, quote: quote ?? 0, has_quote: quote == nil ? 0 : 1, line_end: lineEnd)
    }

    /// The first position of a byte, or `end`.
    func position(of byte: UInt8, from start: Int, to end: Int) -> Int {
        guard start < end, let hit = memchr(base + start, Int32(byte), end - start) else { return end }
        return UnsafePointer(hit.assumingMemoryBound(to: UInt8.self)) - base
    }

    /// How often a byte stands in a range. The loop has no branch, so that the compiler makes it a vector loop.
    func occurrences(of byte: UInt8, from start: Int, to end: Int) -> Int {
        var position = start
        var total = 0
        // Sums of bytes stay in a byte for 255 rounds, which is what makes the vector loop fast.
        while position < end {
            let stop = min(position + 255, end)
            var sum: UInt8 = 0
            while position < stop {
                sum &+= base[position] == byte ? 1 : 0
                position &+= 1
            }
            total &+= Int(sum)
        }
        return total
    }

    /// The end of the record that starts at `start`, if a newline outside quotes stands before `limit`.
    ///
    /// A CR that is the last byte in sight ends a record only where `isEnd` says that nothing follows it.
    func recordEnd(from start: Int, limit: Int, isEnd: Bool) -> End? {
        let look = csv_look_ahead(base, start, limit, signs)
        let newline = look.position
        guard newline < limit else { return nil }
        var end = End(
            content: newline, next: newline + 1, lines: look.lines, hasEdgeBlank: look.has_edge_blank != 0)
        if base[newline] == .lf {
            end.lines += lineEnd == .lf ? 1 : 0
        } else if newline + 1 < count {
            let isPair = base[newline + 1] == .lf
            end.next += isPair ? 1 : 0
            end.lines += isPair || lineEnd == .cr ? 1 : 0
        } else if isEnd {
            end.lines += lineEnd == .cr ? 1 : 0
        } else {
            return nil
        }
        return end
    }

    /// The start of the physical line after the one that holds `position`; nil where no line end is in sight.
    func nextLine(after position: Int) -> Int? {
        let end = self.position(of: lineEnd, from: position, to: count)
        return end < count ? end + 1 : nil
    }

    /// The length of the longest prefix that ends with a record, by the count of quotes; nil for none.
    func lastRecordEnd() -> Int? {
        var isInside = quote.map { occurrences(of: $0, from: 0, to: count) & 1 == 1 } ?? false
        var position = count
        while position > 0 {
            position -= 1
            let byte = base[position]
            if byte == quote {
                isInside.toggle()
            } else if !isInside && (byte == .lf || (byte == .cr && position + 1 < count)) {
                // Between CR and LF is no end, and the CR before this LF belongs to the same line end.
                if byte == .cr && base[position + 1] == .lf { continue }
                return position + 1
            }
        }
        return nil
    }

    /// The quote that is open at `end`, in a record from `start`.
    func openQuote(from start: Int, to end: Int, delimiter: UInt8) -> Int? {
        guard let quote, occurrences(of: quote, from: start, to: end) & 1 == 1 else { return nil }
        return openingQuote(from: start, to: end, delimiter: delimiter)
    }

    /// The quote that opened the field in which `end` stands, in a record from `start`.
    func openingQuote(from start: Int, to end: Int, delimiter: UInt8) -> Int? {
        guard let quote else { return nil }
        var opening: Int?
        var isInside = false
        var isFieldStart = true
        for position in start..<end {
            let byte = base[position]
            if byte == quote {
                if isFieldStart { opening = position }
                isInside.toggle()
                isFieldStart = false
            } else if !isInside && (byte == delimiter || byte == .lf || byte == .cr) {
                isFieldStart = true
                opening = nil
            } else {
                isFieldStart = false
            }
        }
        return opening
    }
}

extension UInt8 {
    static let lf: UInt8 = 0x0A
    static let cr: UInt8 = 0x0D
}
