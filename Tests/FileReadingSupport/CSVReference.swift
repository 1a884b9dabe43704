package import ImportCore

/// Reads CSV byte by byte, slowly and obviously, as the rules are written down: what the real reader is compared with.
package struct CSVReference {
    private let bytes: [UInt8]
    package var delimiter = UInt8(ascii: ",")
    package var quote: UInt8? = UInt8(ascii: "\"")
    package var lineEnd = UInt8(ascii: "\n")
    private let width: Int
    package var recordBytes = Int.max - 1
    package var fieldBytes = Int.max

    package struct Entry: Equatable {
        package var line: Int
        package var offset: Int
        package var raw: [UInt8]
        package var fields: [[UInt8]]?
        package var code: RejectionCode?
        package var faultLine: Int?
        package var faultColumn: Int?
    }

    package private(set) var entries: [Entry] = []
    package private(set) var blanks = 0

    package init(bytes: [UInt8], width: Int) {
        self.bytes = bytes
        self.width = width
    }

    /// The first thing that a reading gave otherwise, in words; nil for nothing.
    ///
    /// - Parameters:
    ///   - transcript: of the same bytes, counted from 1.
    ///   - columns: the fields of the file that its cells hold.
    package func difference(from transcript: RecordTranscript, columns: [Int]) -> String? {
        for (index, (entry, expected)) in zip(transcript.entries, entries).enumerated() {
            let cells = columns.map { column in
                expected.fields.map { "text:" + String(decoding: $0[column], as: UTF8.self) } ?? "missing"
            }
            let isSame =
                entry.place.record == index + 1 && entry.place.line == expected.line
                && entry.place.offset == expected.offset && entry.raw == expected.raw && entry.cells == cells
                && entry.finding?.code == expected.code && entry.finding?.line == expected.faultLine
                && entry.finding?.column == expected.faultColumn
            if !isSame { return "entry \(index): \(entry.text) and not \(expected)" }
        }
        if transcript.entries.count != entries.count {
            return "\(transcript.entries.count) entries and not \(entries.count)"
        }
        return transcript.blanks == blanks ? nil : "\(transcript.blanks) blanks and not \(blanks)"
    }

    private enum Outcome {
        case row([[UInt8]], content: Int, next: Int)
        /// The place that is told; the place whose line ends the record.
        case broken(RejectionCode, told: Int?, last: Int)
    }

    package mutating func read(from start: Int) {
        var position = start
        while position < bytes.count {
            if isLineEnd(position) {
                let next = behindLineEnd(position)
                if width == 1 {
                    entries.append(entry(position..<next, fields: [[]]))
                } else {
                    blanks += 1
                }
                position = next
                continue
            }
            switch parse(position) {
            case .row(let fields, let content, let next):
                entries.append(judged(position..<next, fields, content: content))
                position = next
            case .broken(let code, let told, let last):
                let end = endOfBroken(nextLine(last))
                var entry = entry(position..<end, fields: nil)
                entry.code = code
                entry.faultLine = told.map { lineNumber($0) }
                entry.faultColumn = told.map { column($0, recordStart: position) }
                entries.append(entry)
                position = end
            }
        }
    }

    /// Lines belong to a broken record until one reads as a record with the right number of fields.
    private func endOfBroken(_ line: Int) -> Int {
        var line = line
        while line < bytes.count {
            if isLineEnd(line) {
                if width == 1 { return line }
            } else if case .row(let fields, _, _) = parse(line), fields.count == width {
                return line
            }
            line = nextLine(line)
        }
        return line
    }

    private func parse(_ start: Int) -> Outcome {
        enum State { case fieldStart, unquoted, quoted, quoteSeen }
        var state = State.fieldStart
        var opening = start
        var fields: [[UInt8]] = [[]]
        var position = start
        while true {
            if position - start == recordBytes + 1 {
                return .broken(
                    .recordTooLong, told: state == .quoted ? opening : nil,
                    last: state == .quoted ? opening : position - 1)
            }
            if position == bytes.count {
                if state == .quoted { return .broken(.csvUnclosedQuote, told: opening, last: opening) }
                return .row(fields, content: position, next: position)
            }
            let byte = bytes[position]
            let isQuote = byte == quote
            switch state {
            case .quoted where isQuote: state = .quoteSeen
            case .quoted: fields[fields.count - 1].append(byte)
            case .quoteSeen where isQuote:
                fields[fields.count - 1].append(byte)
                state = .quoted
            case .fieldStart where isQuote:
                opening = position
                state = .quoted
            case .unquoted where isQuote: return .broken(.csvStrayQuote, told: position, last: position)
            case _ where byte == delimiter:
                fields.append([])
                state = .fieldStart
            case _ where isLineEnd(position): return .row(fields, content: position, next: behindLineEnd(position))
            case .quoteSeen: return .broken(.csvStrayQuote, told: position, last: opening)
            default:
                fields[fields.count - 1].append(byte)
                state = .unquoted
            }
            position += 1
        }
    }

    private func judged(_ record: Range<Int>, _ fields: [[UInt8]], content: Int) -> Entry {
        var entry = entry(record, fields: fields)
        if fields.count != width {
            entry.code = .csvFieldCount
        } else if let (bad, code) = firstBadByte(record.lowerBound..<content) {
            entry.code = code
            entry.faultLine = lineNumber(bad)
            entry.faultColumn = column(bad, recordStart: record.lowerBound)
        } else if fields.contains(where: { $0.count > fieldBytes }) {
            entry.code = .fieldTooLong
        }
        if entry.code != nil { entry.fields = nil }
        return entry
    }

    /// The end of the longest prefix that is text.
    private func firstBadByte(_ range: Range<Int>) -> (Int, RejectionCode)? {
        let content = bytes[range]
        let nul = content.firstIndex(of: 0)
        if String(validating: content, as: UTF8.self) != nil { return nul.map { ($0, .textNUL) } }
        var end = range.upperBound
        while String(validating: bytes[range.lowerBound..<end], as: UTF8.self) == nil { end -= 1 }
        if let nul, nul < end { return (nul, .textNUL) }
        return (end, .textEncoding)
    }

    private func entry(_ range: Range<Int>, fields: [[UInt8]]?) -> Entry {
        Entry(line: lineNumber(range.lowerBound), offset: range.lowerBound, raw: Array(bytes[range]), fields: fields)
    }

    private func isLineEnd(_ position: Int) -> Bool { bytes[position] == .lf || bytes[position] == .cr }

    private func behindLineEnd(_ position: Int) -> Int {
        let isPair = bytes[position] == .cr && position + 1 < bytes.count && bytes[position + 1] == .lf
        return position + (isPair ? 2 : 1)
    }

    private func nextLine(_ position: Int) -> Int {
        bytes[position...].firstIndex(of: lineEnd).map { $0 + 1 } ?? bytes.count
    }

    private func lineNumber(_ position: Int) -> Int { bytes[..<position].count { $0 == lineEnd } + 1 }

    private func column(_ position: Int, recordStart: Int) -> Int {
        let line = bytes[recordStart..<position].lastIndex(of: lineEnd).map { $0 + 1 } ?? recordStart
        return position - line + 1
    }
}

extension UInt8 {
    fileprivate static let lf = UInt8(ascii: "\n")
    fileprivate static let cr = UInt8(ascii: "\r")
}
