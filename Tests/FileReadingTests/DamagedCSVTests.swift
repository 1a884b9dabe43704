import FileReadingSupport
import ImportCore
import ImportTestSupport
import Testing

@testable import FileReading

@Suite("CSV as exports, reports and spreadsheets leave it")
struct DamagedCSVTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Every record, read in pieces of any size alike.
    private func read(
        _ text: String, change: (inout SourceDescription.Dialect) -> Void = { _ in }
    ) async throws -> (transcript: RecordTranscript, blank: Int, repairs: [String: Int], names: [String]) {
        let path = try folder.write("tickets.csv", text)
        var dialect = SourceDescription.Dialect()
        change(&dialect)
        let opened = try OpenedSource.open([path], relativeTo: "", format: .csv, dialect: dialect)
        let names = opened.headers[0].names
        let layout = RecordLayout(columns: names.map(FieldPath.init(literal:)))
        let whole = try await SourceReading.read(
            opened.records(layout, columns: [Array(names.indices)], limits: Limits()))
        let head = opened.files[0].head
        let format = CSVFormat(
            dialect: dialect, width: names.count, columns: Array(names.indices), lineEnd: head.lineEnd, limits: Limits()
        )
        for size in [1, 7, 40] {
            let pieces = try await SourceReading.read(
                FileRecordSource(
                    path, format, from: SourcePosition(file: 0, offset: head.length, record: 0, line: head.lines),
                    pieceBytes: size)
            ) { 3 }
            let difference = pieces.transcript.difference(from: whole.transcript)
            #expect(difference == nil, "pieces of \(size)")
        }
        let (blank, repairs) = try await counts(
            opened.records(layout, columns: [Array(names.indices)], limits: Limits()))
        return (whole.transcript, blank, repairs, names)
    }

    private func counts(_ source: some RecordSource) async throws -> (blank: Int, repairs: [String: Int]) {
        var (blank, repairs): (Int, [String: Int]) = (0, [:])
        while case .piece(let piece) = try await source.nextPiece() {
            let (batch, mark) = source.read(piece)
            guard await source.accept(piece, mark) != nil else { continue }
            blank += batch.blankRecords.count
            repairs.merge(batch.repairs, uniquingKeysWith: +)
        }
        return (blank, repairs)
    }

    private func texts(_ transcript: RecordTranscript) -> [[String]] {
        transcript.cells.map { $0.map { String($0.dropFirst("text:".count)) } }
    }

    private func refusal(_ text: String, delimiter: Character = ",", header: Bool = true) throws -> InputError? {
        let path = try folder.write("tickets.csv", text)
        var dialect = SourceDescription.Dialect()
        dialect.delimiter = try #require(delimiter.asciiValue)
        dialect.header = header
        do {
            _ = try OpenedSource.open([path], relativeTo: "", format: .csv, dialect: dialect)
            return nil
        } catch {
            return error
        }
    }

    // MARK: - Repairs of reading

    @Test("Empty fields too many are a rejection, or left out where the plan says so")
    func trailingEmptyFields() async throws {
        let text = "a,b\n1,2,,\n3,4\n5,6,,7\n1,\"x\n7,8,,\n9,0\n"
        #expect(
            try await read(text).transcript.codes == [.csvFieldCount, nil, .csvFieldCount, .csvUnclosedQuote, nil])
        let mended = try await read(text) { $0.dropsTrailingEmptyFields = true }
        // A padded record also ends what is broken before it.
        #expect(mended.transcript.codes == [nil, nil, .csvFieldCount, .csvUnclosedQuote, nil, nil])
        #expect(texts(mended.transcript)[0] == ["1", "2"] && texts(mended.transcript)[4] == ["7", "8"])
        #expect(mended.repairs == ["trailing-empty-fields": 2])
    }

    @Test("A record without anything in it is a record, or passed over where the plan says so")
    func blankRecords() async throws {
        let text = "a,b\n1,2\n,\n,,,,\n\"\",\"\"\n3,4\n, \n"
        let plain = try await read(text)
        #expect(plain.transcript.codes == [nil, nil, .csvFieldCount, nil, nil, nil] && plain.blank == 0)
        let passing = try await read(text) { $0.passesBlankRecords = true }
        #expect(passing.transcript.codes == Array(repeating: nil, count: 6) && passing.blank == 3)
        #expect(passing.transcript.entries.map(\.place.record) == [1, 2, 3, 4, 5, 6])
    }

    // MARK: - Reports

    private static let report = """
        "Open cases"
        Generated 2024-05-01

        id,text,status
        1,a,open
        2,"b
        c",open

        Grand Total,2,
        "Copyright (c) ACME, ""Inc."
        Confidential "information

        """

    @Test("What stands above and below the records of a report is passed over where the plan names it")
    func namedReport() async throws {
        let reading = try await read(Self.report) {
            $0.preamble = 3
            $0.footers = ["Grand Total"]
        }
        #expect(reading.names == ["id", "text", "status"])
        #expect(texts(reading.transcript) == [["1", "a", "open"], ["2", "b\nc", "open"]])
        #expect(reading.transcript.entries.map(\.place.line) == [5, 6])
        #expect(reading.repairs == ["footer-line": 3] && reading.transcript.blanks == 1)
    }

    @Test("Without a word a footer is rejected line by line, and a preamble refused with the word for it")
    func unnamedReport() async throws {
        #expect(
            try refusal(Self.report)
                == .preamble(path: folder.path("tickets.csv"), lines: 3, columns: 3))
        let reading = try await read(Self.report) { $0.preamble = 3 }
        // The total has as many fields as the header: it is for the mapping to find that it is no ticket.
        #expect(reading.transcript.codes == [nil, nil, nil, .csvFieldCount, .csvStrayQuote])
        let other = try await read("id,text,x\n1,a,b\n2,c,d\nTotal: 2\n")
        #expect(other.transcript.codes == [nil, nil, .csvFieldCount])
        #expect(other.transcript.findings[0].hint?.contains("csv: {footer: …}") == true)
    }

    @Test("Records behind a footer are read: nothing of a file put together of two reports is lost")
    func footerInTheMiddle() async throws {
        let reading = try await read("id,text\n1,a\nTotal,1\nend\n\n2,b\nTotal,2\nend") { $0.footers = ["Total"] }
        #expect(texts(reading.transcript) == [["1", "a"], ["2", "b"]] && reading.repairs == ["footer-line": 4])
        let broken = try await read("id,text\n1,\"a\nx\nTotal,1\n") { $0.footers = ["Total"] }
        #expect(broken.transcript.raws == ["1,\"a\nx\n"])
    }

    @Test(
        "What looks like a title above a table is one only where a header stands below it",
        arguments: [
            "text\none\ntwo, three\nfour\n", "a,b\n1,2,3\n4,5,6\n7,8,9\n", "id,text\n1,a\n2,b\n", "a,b\nc,d\ne,f\n",
            "id,,\n1,2,3\n4,5,6\n7,8,9\n", "a,b\nx,y,z\np,q\nr,s,t\n",
        ])
    func noPreamble(text: String) throws {
        #expect(try refusal(text) == nil)
    }

    @Test(
        "A preamble is found whatever it looks like",
        arguments: [
            ("Cases,,\n\nid,text,status\n1,a,b\n2,c,d\n", 2),
            ("Generated by,Kim\nDate,2024-05-01\n\nid,text,status\n1,a,b\n2,c,d\n3,e,f\n", 3),
            ("sep=,\nid,text,status\n1,a,b\n2,c,d\n", 1), ("A \"title\"\nid,text,status\n1,a,b\n2,c,d\n", 1),
        ])
    func preambles(text: String, lines: Int) throws {
        guard case .preamble(_, lines, _)? = try refusal(text) else {
            Issue.record("\(String(describing: try refusal(text)))")
            return
        }
        // Where there is no header, the first line is a record.
        if case .preamble? = try refusal(text, header: false) { Issue.record("refused") }
    }

    @Test(
        "Records wrapped whole in quotes are refused as a file",
        arguments: [
            ("id,text,status\n\"1,\"\"a, b\"\",open\"\n\"2,\"\"c\"\",open\"\n", ",", 2),
            ("\"id,text,status\";;;\n\"1,\"\"a; b\"\",open\";;;\n", ";", 2),
            ("\"id,text,status\"\n\"1,a,open\"\n\"2,b,open\"\n", ",", 2),
        ] as [(String, Character, Int)])
    func wrapped(text: String, delimiter: Character, line: Int) throws {
        #expect(
            try refusal(text, delimiter: delimiter) == .wrapped(path: folder.path("tickets.csv"), line: line))
    }

    @Test("A single record that is wrapped costs itself")
    func oneWrapped() async throws {
        let reading = try await read("id,text,status\n1,a,open\n\"2,b,open\"\n3,c,open\n4,d,open\n")
        #expect(reading.transcript.codes == [nil, .csvFieldCount, nil, nil])
    }

    @Test("A header that is no text is refused in every dialect")
    func headerThatIsNoText() throws {
        let path = try folder.write("tickets.csv", bytes: Array("id,".utf8) + [0xFF] + Array("\n1,2\n".utf8))
        for quote in [UInt8(ascii: "\""), nil] {
            var dialect = SourceDescription.Dialect()
            dialect.quote = quote
            #expect(throws: InputError.brokenHeader(path: path, line: 1, message: "it is not valid UTF-8")) {
                try OpenedSource.open([path], relativeTo: "", format: .csv, dialect: dialect)
            }
        }
    }

    // MARK: - Odd, and whole

    @Test("Line breaks of every kind inside cells, in a file whose records end otherwise, are kept as they are")
    func lineBreaksInCells() async throws {
        let text = "id,text\r\n1,\"a\nb\"\r\n2,\"a\r\rb\"\r\n3,\"a\r\nb\"\r\n4,a\\nb\r\n"
        let reading = try await read(text)
        #expect(texts(reading.transcript) == [["1", "a\nb"], ["2", "a\r\rb"], ["3", "a\r\nb"], ["4", "a\\nb"]])
        #expect(reading.transcript.entries.map(\.place.line) == [2, 4, 5, 7])
    }

    @Test("Columns without a name, and with the same one, shift nothing")
    func oddHeaders() async throws {
        let reading = try await read(",id,Comment,,Comment,Comment\n0,1,a,,b,\n1,2,,x,,c\n")
        #expect(reading.names == ["", "id", "Comment", "", "Comment", "Comment"])
        #expect(texts(reading.transcript) == [["0", "1", "a", "", "b", ""], ["1", "2", "", "x", "", "c"]])
        let header = CSVHeader(names: reading.names)
        #expect(FieldPath(path: "Comment[1]").map { header.match($0) } == .column(4))
        #expect(FieldPath(path: "Comment").map { header.match($0) } == .repeated(3))
    }

    @Test("A record broken in two by a bare line break is two rejections, and an empty line none")
    func brokenInTwo() async throws {
        let reading = try await read("a,b,c\n1,2,3\n4,half of it\n\nthe rest,6\n7,8,9\n")
        #expect(reading.transcript.codes == [nil, .csvFieldCount, .csvFieldCount, nil])
        #expect(reading.transcript.blanks == 1)
    }

    @Test("A record of UTF-8 in a file of another encoding is named, and its neighbours are read")
    func mixedEncodings() async throws {
        let bytes =
            Array("id,text\n1,caf".utf8) + [0xE9] + Array("\n2,\"two\ncaf".utf8) + [0xC3, 0xA9] + Array("\"\n3,".utf8)
            + [0x93, 0xC3, 0xA9, 0x94] + Array("\n4,PR".utf8) + [0xC9, 0xBB] + Array("\n".utf8)
        let path = try folder.write("mixed.csv", bytes: bytes)
        let opened = try OpenedSource.open(
            [path], relativeTo: "", format: nil, dialect: .init(), encoding: "windows-1252")
        let layout = RecordLayout(columns: ["id", "text"].map(FieldPath.init(literal:)))
        let transcript = try await SourceReading.read(
            opened.records(layout, columns: [[0, 1]], limits: Limits())
        ).transcript
        #expect(transcript.codes == [nil, .textEncoding, nil, nil])
        #expect(transcript.findings[0].line == 4 && transcript.findings[0].column == 4)
        #expect(transcript.findings[0].message == "the record is UTF-8, and not windows-1252")
        #expect(transcript.entries[1].cells == ["missing", "missing"])
        #expect(transcript.cells[2][1] == "text:“Ã©”" && transcript.cells[3][1] == "text:PRÉ»")
    }
}
