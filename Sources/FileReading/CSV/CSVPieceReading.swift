import CSimdJSON
import ImportCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The reading of one piece of CSV, record by record.
///
/// A record is broken when libcsv errs in it, when it ends inside quotes, or when it passes the record limit. It ends
/// with the physical line on which the offending quote opened, so that one quote never swallows the file; lines that
/// follow belong to it until one reads as a record with exactly the header's number of fields. Every decision looks at
/// most `recordBytes` ahead of where a record starts, and at nothing else, so it does not depend on the piece.
struct CSVPieceReading {
    private let format: CSVFormat
    private let bytes: UnsafeBufferPointer<UInt8>
    private let isEnd: Bool
    private let scanner: CSVScanner
    private let parser: CSVRowParser
    private let slab: UnsafeMutablePointer<UInt8>
    /// Whether any byte of the piece needs a closer look: not UTF-8, or NUL.
    private let hasBadText: Bool

    /// Nothing from here on is consumed: the bytes behind are only looked at.
    private var stop = 0
    private var state: CSVFormat.State
    private var position = 0
    private var line = 0
    private var batch: RecordBatch
    /// The broken record that is being recovered from, when it began in this piece.
    private var openBroken: Int?

    /// - Parameter slab: where the fields' bytes go; as long as `bytes` at least.
    init(
        format: CSVFormat, bytes: UnsafeBufferPointer<UInt8>, state: CSVFormat.State, isEnd: Bool,
        slab: UnsafeMutablePointer<UInt8>
    ) {
        self.format = format
        self.bytes = bytes
        self.state = state
        self.isEnd = isEnd
        scanner = CSVScanner(
            bytes, delimiter: format.dialect.delimiter, quote: format.dialect.quote, lineEnd: format.lineEnd)
        self.slab = slab
        parser = CSVRowParser(format: format, slab: slab)
        batch = RecordBatch(columnCount: format.columnCount)
        batch.records.reserveCapacity(bytes.count / 256)
        batch.mayHoldNUL = false
        hasBadText =
            !bytes.isEmpty
            && (!csimdjson_is_utf8(bytes.baseAddress, bytes.count)
                || memchr(bytes.baseAddress.unsafelyUnwrapped, 0, bytes.count) != nil)
        if state == .recovering || state == .skipping { batch.continued = ByteRange(offset: 0, length: 0) }
    }

    /// Reads the records that begin before `stop`.
    mutating func run(until stop: Int) {
        self.stop = stop
        while position < stop {
            let advanced: Bool
            switch state {
            case .record: advanced = readRecord()
            case .recovering: advanced = tryLine()
            case .skipping: advanced = skipLine()
            case .footer: advanced = readFooterLine()
            }
            guard advanced else { break }
        }
    }

    /// What was read, except for the slab, and how many bytes of that are filled.
    func result() -> (piece: PieceResult<CSVFormat.State>, slabCount: Int) {
        var batch = batch
        let slabCount = parser.finish(into: &batch)
        return (PieceResult(batch: batch, consumed: position, state: state, lines: line), slabCount)
    }

    // MARK: - A record

    /// What a record that starts at `start` turns out to be.
    private enum Attempt {
        case row(fields: Int, end: CSVScanner.End)
        case broken(Break)
        /// More bytes are needed to tell.
        case undecided
    }

    private enum Break {
        /// A quote inside an unquoted field, or something behind a closing quote; the quote's offset, and where it is
        /// seen to be wrong.
        case stray(quote: Int, at: Int)
        case unclosed(quote: Int)
        /// The quote that is open where the limit is passed, and that place.
        case tooLong(quote: Int?, at: Int)
    }

    private mutating func attempt(at start: Int) -> Attempt {
        let limit = min(bytes.count, start + format.recordBytes + 1)
        if let end = scanner.recordEnd(from: start, limit: limit, isEnd: isEnd) {
            if hasBadText, let fields = fieldsOfUnparsable(start..<end.content) {
                return .row(fields: fields, end: end)
            }
            let record = UnsafeBufferPointer(rebasing: bytes[start..<end.content + 1])
            switch parser.parse(record, endsWithNewline: true, isWhole: true, hasEdgeBlank: end.hasEdgeBlank) {
            case .row(let fields): return .row(fields: fields, end: end)
            case .stray(let offset): return .broken(stray(at: start + offset, from: start))
            case .open: preconditionFailure("libcsv and the count of quotes differ on a record without an error")
            }
        }
        // No end in sight: it is still certain to be broken where libcsv errs before that.
        let isTooLong = limit - start > format.recordBytes
        let isWhole = isEnd && limit == bytes.count && !isTooLong
        if hasBadText, let fields = fieldsOfUnparsable(start..<limit) {
            if endsWithCR(limit) { return .undecided }
            if isTooLong { return .broken(.tooLong(quote: nil, at: limit - 1)) }
            return isWhole ? .row(fields: fields, end: end(ofFileFrom: start)) : .undecided
        }
        switch parser.parse(
            UnsafeBufferPointer(rebasing: bytes[start..<limit]), endsWithNewline: false, isWhole: isWhole)
        {
        case .stray(let offset) where start + offset < limit: return .broken(stray(at: start + offset, from: start))
        case .stray, .open:
            guard isTooLong || isEnd else { return .undecided }
            let quote = scanner.openQuote(from: start, to: limit, delimiter: format.dialect.delimiter)
            if isTooLong { return .broken(.tooLong(quote: quote, at: limit - 1)) }
            return .broken(.unclosed(quote: quote ?? start))
        case .row(let fields):
            // The file's last record, without a line end; or one whose CR may be half of a line end.
            return isWhole ? .row(fields: fields, end: end(ofFileFrom: start)) : .undecided
        }
    }

    private func end(ofFileFrom start: Int) -> CSVScanner.End {
        let lines = scanner.occurrences(of: format.lineEnd, from: start, to: bytes.count)
        return CSVScanner.End(content: bytes.count, next: bytes.count, lines: lines)
    }

    /// Whether a CR, which ends a record wherever no quote is special, is the last byte in sight.
    private func endsWithCR(_ limit: Int) -> Bool { limit == bytes.count && bytes[limit - 1] == .cr }

    /// In a dialect without quotes the number of fields of a record that holds the byte which libcsv takes for a quote
    /// then; nil for any other record. No record with that byte is text, so its fields are not needed.
    private func fieldsOfUnparsable(_ record: Range<Int>) -> Int? {
        guard format.dialect.quote == nil,
            scanner.position(of: CSVRowParser.noQuote, from: record.lowerBound, to: record.upperBound)
                < record.upperBound
        else { return nil }
        return scanner.occurrences(of: format.dialect.delimiter, from: record.lowerBound, to: record.upperBound) + 1
    }

    private func stray(at offset: Int, from start: Int) -> Break {
        if bytes[offset] == format.dialect.quote { return .stray(quote: offset, at: offset) }
        let quote = scanner.openingQuote(from: start, to: offset, delimiter: format.dialect.delimiter)
        return .stray(quote: quote ?? offset, at: offset)
    }

    private mutating func readRecord() -> Bool {
        if bytes[position] == .lf || bytes[position] == .cr { return readEmptyLine() }
        if let passed = passFooterLine() { return passed }
        switch attempt(at: position) {
        case .undecided: return false
        case .row(let fields, let end):
            keep(fields: fields, end: end)
            return true
        case .broken(let reason):
            reject(reason)
            return true
        }
    }

    /// An empty line is no record, except in a file of one column, where it is an empty field.
    private mutating func readEmptyLine() -> Bool {
        guard let end = scanner.recordEnd(from: position, limit: bytes.count, isEnd: isEnd) else { return false }
        if format.width == 1 {
            appendRecord(end: end)
            parser.keepEmptyRow(isField: true)
        } else {
            batch.blanks += 1
        }
        position = end.next
        line += end.lines
        return true
    }

    private mutating func keep(fields: Int, end: CSVScanner.End) {
        if format.dialect.passesBlankRecords, format.width > 1, isBlank(position..<end.content) {
            batch.blankRecords.append(batch.records.count)
            parser.keepEmptyRow(isField: false)
            appendRecord(end: end)
            position = end.next
            line += end.lines
            return
        }
        let finding = self.finding(fields: fields, end: end)
        if let finding {
            batch.unreadable.append(RecordBatch.Unreadable(index: batch.records.count, finding: finding))
            parser.keepEmptyRow(isField: false)
        } else {
            parser.keepRow()
            if fields != format.width {
                batch.repairs[Repair.trailingEmptyFields.rawValue, default: 0] += 1
            }
        }
        appendRecord(end: end)
        position = end.next
        line += end.lines
    }

    /// Whether the row just read has nothing but empty fields.
    private func isBlank(_ record: Range<Int>) -> Bool {
        parser.widestField.length == 0 && (!hasBadText || TextCheck.firstBadByte(bytes[record]) == nil)
    }

    /// Whether the row just read has the header's number of fields, or more that the plan lets go.
    private func isFit(_ fields: Int) -> Bool {
        fields == format.width
            || format.dialect.dropsTrailingEmptyFields && fields > format.width && !parser.isSurplusFilled
    }

    /// What makes a well-formed row unfit: its number of fields, their length, their text.
    private func finding(fields: Int, end: CSVScanner.End) -> Finding? {
        if !isFit(fields) {
            return CSVFindings.fieldCount(fields, expected: format.width)
        }
        if hasBadText, let bad = TextCheck.firstBadByte(bytes[position..<end.content]) {
            let (line, column) = lineAndColumn(of: bad.offset)
            return CSVFindings.badText(bad.kind, line: line, column: column)
        }
        let widest = parser.widestField
        guard widest.length > format.fieldBytes else { return nil }
        return CSVFindings.fieldTooLong(column: widest.column + 1, limit: format.fieldBytes)
    }

    private mutating func appendRecord(end: CSVScanner.End) {
        batch.records.append(
            RecordBatch.Record(
                place: Place(file: 0, line: line, record: batch.records.count, offset: position),
                raw: ByteRange(offset: position, length: end.next - position)))
    }

    // MARK: - The first row

    /// What stands where a header is expected.
    enum FirstRow {
        case row(fields: Int, end: CSVScanner.End, cells: [String])
        case broken(Finding)
        case undecided
    }

    /// Reads the row at the beginning, whatever its number of fields.
    mutating func firstRow() -> FirstRow {
        switch attempt(at: 0) {
        case .undecided: return .undecided
        case .broken(let reason): return .broken(finding(reason).finding)
        case .row(let fields, let end):
            // What libcsv was not given has left no cells.
            if hasBadText, fieldsOfUnparsable(0..<end.content) != nil {
                return .row(fields: fields, end: end, cells: Array(repeating: "", count: format.columnCount))
            }
            parser.keepRow()
            _ = parser.finish(into: &batch)
            let cells = batch.cells.map { cell in
                String(
                    decoding: UnsafeBufferPointer(start: slab + Int(cell.range.offset), count: Int(cell.range.length)),
                    as: UTF8.self)
            }
            return .row(fields: fields, end: end, cells: cells)
        }
    }

    // MARK: - A broken record

    /// The words for a break, and the quote that is to blame.
    private func finding(_ reason: Break) -> (finding: Finding, quote: Int?) {
        let quote: Int?
        let finding: Finding
        switch reason {
        case .stray(let opened, let at):
            quote = opened
            let (line, column) = lineAndColumn(of: at)
            finding = CSVFindings.stray(isQuote: opened == at, line: line, column: column)
        case .unclosed(let opened):
            quote = opened
            let (line, column) = lineAndColumn(of: opened)
            finding = CSVFindings.unclosed(line: line, column: column)
        case .tooLong(let opened, _):
            quote = opened
            let place = opened.map { lineAndColumn(of: $0) }
            finding = CSVFindings.tooLong(limit: format.recordBytes, line: place?.line, column: place?.column)
        }
        return (finding, quote)
    }

    private mutating func reject(_ reason: Break) {
        let (finding, quote) = finding(reason)
        batch.unreadable.append(RecordBatch.Unreadable(index: batch.records.count, finding: finding))
        parser.keepEmptyRow(isField: false)
        batch.records.append(
            RecordBatch.Record(
                place: Place(file: 0, line: line, record: batch.records.count, offset: position),
                raw: ByteRange(offset: position, length: 0)))
        openBroken = batch.records.count - 1

        // Where a record grows too long outside quotes, those before that place were well: what they quote is no record.
        if case .tooLong(nil, let at) = reason {
            passLine(of: at)
        } else {
            passLine(of: quote ?? position)
        }
    }

    private mutating func tryLine() -> Bool {
        let isBlank = bytes[position] == .lf || bytes[position] == .cr
        if isBlank && format.width == 1 {
            guard readEmptyLine() else { return false }
            state = .record
            openBroken = nil
            return true
        }
        if !isBlank, let isDone = tryRecord() { return isDone }
        passLine(of: position)
        return true
    }

    /// Takes the line for a footer's first or for a record with the header's number of fields.
    ///
    /// - Returns: whether that was done, and not left for more bytes; nil for a line that is neither.
    private mutating func tryRecord() -> Bool? {
        if let passed = passFooterLine() { return passed }
        switch attempt(at: position) {
        case .undecided: return false
        case .row(let fields, let end) where isFit(fields):
            state = .record
            openBroken = nil
            keep(fields: fields, end: end)
            return true
        case .row, .broken: return nil
        }
    }

    private mutating func skipLine() -> Bool {
        passLine(of: position)
        return true
    }

    /// Gives the bytes up to the end of a physical line to the broken record.
    private mutating func passLine(of offset: Int) {
        if let next = scanner.nextLine(after: offset), next <= stop {
            advance(to: next)
            state = .recovering
        } else {
            advance(to: stop)
            state = .skipping
        }
    }

    /// Gives the bytes up to `next` to the broken record.
    private mutating func advance(to next: Int) {
        line += scanner.occurrences(of: format.lineEnd, from: position, to: next)
        if let openBroken {
            batch.records[openBroken].raw.length = UInt32(next) - batch.records[openBroken].raw.offset
        } else {
            batch.continued.length = UInt32(next)
        }
        position = next
    }

    // MARK: - A footer

    /// Passes the line over that begins here as the plan says a footer does. Nil where it does not; false where more bytes
    /// are needed to tell.
    private mutating func passFooterLine() -> Bool? {
        guard !format.footers.isEmpty else { return nil }
        let start = bytes[position] == format.dialect.quote ? position + 1 : position
        for footer in format.footers {
            let inSight = bytes[start..<min(start + footer.count, bytes.count)]
            guard footer.starts(with: inSight) else { continue }
            // A line that is longer than a record may be is left to those who read records.
            let mayWait = !isEnd && bytes.count - position <= format.recordBytes
            guard inSight.count == footer.count, scanner.nextLine(after: position) != nil || isEnd else {
                if mayWait { return false }
                continue
            }
            passFooterLine(to: scanner.nextLine(after: position) ?? bytes.count)
            return true
        }
        return nil
    }

    private mutating func passFooterLine(to next: Int) {
        if bytes[position] == .lf || bytes[position] == .cr {
            batch.blanks += 1
        } else {
            batch.repairs[CSVFormat.footerLine, default: 0] += 1
        }
        line += scanner.occurrences(of: format.lineEnd, from: position, to: next)
        position = next
        state = .footer
        openBroken = nil
    }

    /// Behind a footer's first line each line belongs to it, until one reads as a record with the header's number of
    /// fields: what comes behind the footer of a report in the middle of a file is not lost.
    private mutating func readFooterLine() -> Bool {
        let isBlank = bytes[position] == .lf || bytes[position] == .cr
        if !isBlank, let isDone = tryRecord() { return isDone }
        if let next = scanner.nextLine(after: position) {
            passFooterLine(to: next)
        } else if isEnd {
            passFooterLine(to: bytes.count)
        } else if bytes.count - position > format.recordBytes {
            // No footer has such a line.
            state = .record
        } else {
            return false
        }
        return true
    }

    /// A place in the present record as line (from 0) and column (bytes, from 1; on the record's first line they count
    /// from where the record begins, as its offset does).
    private func lineAndColumn(of offset: Int) -> (line: Int, column: Int) {
        let lines = scanner.occurrences(of: format.lineEnd, from: position, to: offset)
        var start = offset
        while start > position && bytes[start - 1] != format.lineEnd { start -= 1 }
        return (line + lines, offset - start + 1)
    }
}
