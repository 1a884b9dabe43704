import FileReadingSupport
import ImportCore
import ImportTestSupport
import Testing

@testable import FileReading

@Suite("CSV records: RFC 4180, and what is wrong with the others")
struct CSVRecordTests {
    private func read(
        _ text: String, delimiter: Character = ",", quote: Character? = "\"", change: (inout Limits) -> Void = { _ in }
    ) async throws -> RecordTranscript {
        try await read(Array(text.utf8), delimiter: delimiter, quote: quote, change: change)
    }

    private func read(
        _ bytes: [UInt8], delimiter: Character = ",", quote: Character? = "\"",
        change: (inout Limits) -> Void = { _ in }
    ) async throws -> RecordTranscript {
        let folder = try TemporaryFolder()
        let path = try folder.write("tickets.csv", bytes: bytes)
        var limits = Limits()
        change(&limits)
        var dialect = SourceDescription.Dialect()
        dialect.delimiter = try #require(delimiter.asciiValue)
        dialect.quote = quote?.asciiValue
        let opened = try OpenedSource.open([path], relativeTo: "", format: .csv, dialect: dialect)
        let names = opened.headers[0].names
        let layout = RecordLayout(columns: names.map(FieldPath.init(literal:)))
        let source = opened.records(layout, columns: [Array(names.indices)], limits: limits)
        return try await SourceReading.read(source).transcript
    }

    private func texts(_ transcript: RecordTranscript) -> [[String]] {
        transcript.cells.map { $0.map { String($0.dropFirst("text:".count)) } }
    }

    @Test(
        "the same two records however they are written",
        arguments: [
            "a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4\r", "a,b\n1,2\n3,4", "a,b\r\n1,2\n3,4\r",
            "\u{FEFF}a,b\n1,2\n3,4\n", "\n\na,b\n\n1,2\n\r\n3,4\n\n", "a,b\n\"1\",\"2\"\n\"3\",4",
            "\"a\",b\n1,2\n3,\"4\"",
        ])
    func sameRecords(text: String) async throws {
        #expect(texts(try await read(text)) == [["1", "2"], ["3", "4"]])
    }

    @Test("no byte of a field is changed")
    func keepsBytes() async throws {
        let text = "a,b\n  x ,\t\n\" y \",\"1, 2\"\n\"say \"\"hi\"\"\",\"two\r\nlines\"\n,\"\"\n"
        #expect(
            texts(try await read(text)) == [
                ["  x ", "\t"], [" y ", "1, 2"], ["say \"hi\"", "two\r\nlines"], ["", ""],
            ])
    }

    @Test("any byte may delimit and quote, or nothing quotes")
    func dialects() async throws {
        #expect(texts(try await read("a;b\n'x;''y';1,5\n", delimiter: ";", quote: "'")) == [["x;'y", "1,5"]])
        #expect(texts(try await read("a\tb\n\"x\t5\" tall\n", delimiter: "\t", quote: nil)) == [["\"x", "5\" tall"]])
        let broken = try await read(Array("a,b\n1,".utf8) + [0xFF] + Array("\n1\n2,3\n".utf8), quote: nil)
        #expect(broken.codes == [.textEncoding, .csvFieldCount, nil])
    }

    @Test("an empty line is a blank, and in a file of one column an empty field")
    func emptyLines() async throws {
        let two = try await read("a,b\n1,2\n\n\r\n3,4\n")
        #expect(two.blanks == 2 && two.entries.map(\.place.line) == [2, 5])
        #expect(two.entries.map(\.place.record) == [1, 2])
        #expect(texts(try await read("a\none\n\ntwo\n\n")) == [["one"], [""], ["two"], [""]])
    }

    @Test(
        "what is wrong is told with its place, and the records around it are unharmed",
        arguments: [
            ("1\n", .csvFieldCount, nil, nil), ("1,2,3\n", .csvFieldCount, nil, nil),
            ("1,x\"y\n", .csvStrayQuote, 3, 4), ("\"1\"x,2\n", .csvStrayQuote, 3, 4),
            ("\"1\n\"x,2\n", .csvStrayQuote, 4, 2), ("1,\"2\n", .csvUnclosedQuote, 3, 3),
            ("1,a\u{0}b\n", .textNUL, 3, 4), ("\"1\n\",a\u{0}b\n", .textNUL, 4, 4),
        ] as [(String, RejectionCode, Int?, Int?)])
    func faults(text: String, code: RejectionCode, line: Int?, column: Int?) async throws {
        let transcript = try await read("a,b\n0,0\n" + text + "8,8\n9,9\n")
        #expect(transcript.codes == [nil, code, nil, nil])
        #expect(transcript.findings.map(\.line) == [line] && transcript.findings.map(\.column) == [column])
        #expect(transcript.entries[1].raw == Array(text.utf8))
        #expect(texts(transcript)[2...] == [["8", "8"], ["9", "9"]])
    }

    @Test("a byte that is not UTF-8 is told by line and column")
    func badText() async throws {
        let transcript = try await read(Array("a,b\n\"x\ny".utf8) + [0xC3, 0x28] + Array("\",2\n3,4\n".utf8))
        #expect(transcript.codes == [.textEncoding, nil])
        #expect(transcript.findings[0].line == 3 && transcript.findings[0].column == 2)
    }

    @Test("lines behind a broken record belong to it until one has the header's number of fields")
    func recovers() async throws {
        let transcript = try await read("a,b\n1,\"open\nno record\n\n1,2,3\n4,5\n6,7\n")
        #expect(transcript.codes == [.csvUnclosedQuote, nil, nil])
        #expect(transcript.raws == ["1,\"open\nno record\n\n1,2,3\n", "4,5\n", "6,7\n"])
        #expect(transcript.entries.map(\.place.record) == [1, 2, 3])
    }

    @Test("limits hold for a field and for a record, and the next record is read")
    func limits() async throws {
        let text = "a,b\n12345,1\n123456,1\n1234,1\n"
        #expect(try await read(text) { $0.fieldBytes = 5 }.codes == [nil, .fieldTooLong, nil])
        #expect(try await read(text) { $0.recordBytes = 8 }.codes == [nil, nil, nil])
        #expect(try await read(text) { $0.recordBytes = 7 }.codes == [nil, .recordTooLong, nil])
        let quoted = try await read("a,b\n\"one\ntwo\",345678901\n3,4\n") { $0.recordBytes = 12 }
        #expect(quoted.codes == [.recordTooLong, nil])
    }

    @Test("an unclosed quote at the top of 200,000 lines costs one record")
    func unclosedQuote() async throws {
        let folder = try TemporaryFolder()
        let lines = Array(repeating: "1,text of a ticket\n", count: 200_000).joined()
        let path = try folder.write("tickets.csv", "0,\"open\n" + lines)
        var limits = Limits()
        limits.recordBytes = 1 << 20
        let format = CSVFormat(
            dialect: SourceDescription.Dialect(), width: 2, columns: [], lineEnd: .lf, limits: limits)
        let source = FileRecordSource(path, format)
        var records = 0
        var pieces = 0
        var findings: [Finding] = []
        while case .piece(let piece) = try await source.nextPiece() {
            let (batch, mark) = source.read(piece)
            _ = await source.accept(piece, mark)
            records += batch.records.count
            pieces += 1
            findings += batch.unreadable.map(\.finding)
        }
        #expect(records == 200_001 && pieces < 12)
        #expect(findings.map(\.code) == [.recordTooLong] && findings.map(\.line) == [0])
    }

    @Test("a giant line passes through in pieces, and the record behind it is read")
    func giantLine() async throws {
        let folder = try TemporaryFolder()
        let line = String(repeating: "long ", count: 1 << 20)
        let path = try folder.write("giant.csv", "1,\(line)\n2,x\n")
        var limits = Limits()
        limits.recordBytes = 1000
        let format = CSVFormat(
            dialect: SourceDescription.Dialect(), width: 2, columns: [0], lineEnd: .lf, limits: limits)
        let reading = try await SourceReading.read(FileRecordSource(path, format, pieceBytes: 4096)) { 4 }
        #expect(reading.transcript.codes == [.recordTooLong, nil])
        #expect(reading.transcript.entries[0].raw.count == line.utf8.count + 3)
        #expect(reading.spans.allSatisfy { $0.end.offset - $0.start.offset <= 8192 })
    }
}
