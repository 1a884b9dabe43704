import Foundation
import FileReadingSupport
import ImportCore
import ImportTestSupport
import Testing

@testable import FileReading

@Suite("A file in another encoding")
struct DecodingFormatTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func encoding(_ name: String) throws -> TextEncoding { try TextEncoding(name) }

    @Test(
        "reads as the same file in UTF-8 does, wherever pieces end, with its places counted in its own bytes",
        arguments: WrittenEncoding.all)
    func csv(written: WrittenEncoding) async throws {
        let encoding = try encoding(written.name)
        for seed in 1...25 as ClosedRange<UInt64> {
            var documents = CSVDocuments(seed: seed)
            let width = documents.below(4) + 1
            let text = documents.file(width: width)
            let file = written.file(like: text, damage: documents.pick([0, 2]), random: &documents.random)
            // A byte that is no character may stand in the header.
            guard
                let head = try? FileHead(
                    file.utf8[...], path: "f", stated: .csv, dialect: SourceDescription.Dialect(), isWhole: true)
            else { continue }
            var limits = Limits()
            limits.recordBytes = documents.pick([40, 200, 1 << 20])
            let format = CSVFormat(
                dialect: SourceDescription.Dialect(), width: width, columns: Array(0..<width), lineEnd: head.lineEnd,
                limits: limits)
            let start = SourcePosition(file: 0, offset: head.length, record: 0, line: head.lines)
            let plain = try await SourceReading.read(
                FileRecordSource(try folder.write("plain", bytes: file.utf8), format, from: start))

            var encodedStart = start
            encodedStart.offset = file.place(start.offset)
            let path = try folder.write("encoded", bytes: file.encoded)
            let expected = file.expected(plain.transcript, lineEnd: head.lineEnd)
            for size in [1, documents.below(60) + 2, documents.below(600) + 60, 1 << 20] {
                let reading = try await SourceReading.read(
                    FileRecordSource(
                        path, DecodingFormat(base: format, encoding: encoding, lineEnd: head.lineEnd),
                        from: encodedStart, pieceBytes: size)
                ) { documents.below(4) + 1 }
                let difference = reading.transcript.withoutWords.difference(from: expected)
                #expect(difference == nil, "\(written) seed \(seed), pieces of \(size)")
            }
        }
    }

    @Test("of JSON, too", arguments: WrittenEncoding.all)
    func json(written: WrittenEncoding) async throws {
        let encoding = try encoding(written.name)
        for seed in 1...25 as ClosedRange<UInt64> {
            var documents = JSONDocuments(seed: seed)
            var random = SeededGenerator(seed: seed)
            let file = written.file(like: documents.file(), damage: documents.pick([0, 2]), random: &random)
            let format = JSONFormat(layout: RecordLayout("id", "a0"), limits: Limits())
            let lineEnd: UInt8 = file.utf8.contains(.lf) || !file.utf8.contains(.cr) ? .lf : .cr
            let plain = try await SourceReading.read(
                FileRecordSource(try folder.write("plain", bytes: file.utf8), format))
            let path = try folder.write("encoded", bytes: file.encoded)
            let expected = file.expected(plain.transcript, lineEnd: lineEnd)
            for size in [1, documents.below(60) + 2, 1 << 20] {
                let reading = try await SourceReading.read(
                    FileRecordSource(
                        path, DecodingFormat(base: format, encoding: encoding, lineEnd: lineEnd), pieceBytes: size)
                ) { documents.below(4) + 1 }
                let difference = reading.transcript.withoutWords.difference(from: expected)
                #expect(difference == nil, "\(written) seed \(seed), pieces of \(size)")
            }
        }
    }

    @Test("has exactly the record rejected that holds an impossible byte, and says which and where")
    func impossibleByte() async throws {
        // 0x81 is no character of windows-1252.
        let text = Array("id,b\r\n1,caf".utf8) + [0xE9] + Array("\r\n2,x".utf8) + [0x81] + Array("y\r\n3,z\r\n".utf8)
        try folder.write("a.csv", bytes: text)
        let opened = try OpenedSource.open(
            ["a.csv"], relativeTo: folder.url.path, format: nil, dialect: SourceDescription.Dialect(),
            encoding: "windows-1252")
        let layout = RecordLayout("id", "b")
        let transcript = try await read(opened.records(layout, columns: [[0, 1]], limits: Limits()))
        #expect(transcript.codes == [nil, .textEncoding, nil])
        #expect(transcript.cells[0].last?.hasSuffix("café") == true)
        let rejected = transcript.entries[1]
        #expect(rejected.place.record == 2 && rejected.place.line == 3 && rejected.place.offset == 14)
        #expect(rejected.raw == Array("2,x".utf8) + [0x81] + Array("y\r\n".utf8))
        #expect(rejected.finding?.column == 4)
        #expect(rejected.finding?.message == "the bytes are not valid windows-1252")
    }

    private func read(_ source: some RecordSource) async throws -> RecordTranscript {
        try await SourceReading.read(source).transcript
    }

    @Test("of UTF-16 is known by its mark, and its header and records come back in its own bytes")
    func mark() throws {
        for (name, mark) in [("UTF-16LE", [0xFF, 0xFE]), ("UTF-16BE", [0xFE, 0xFF])] as [(String, [UInt8])] {
            guard let encoder = Iconv(from: "UTF-8", to: name) else { return }
            let header = mark + encoder.convert(Array("id,bödy\n".utf8)).bytes
            try folder.write("a.csv", bytes: header + encoder.convert(Array("1,ä\n".utf8)).bytes)
            for stated in [nil, "utf-16", "Unicode"] {
                let opened = try open(stated)
                #expect(opened.encoding?.name == name && opened.encoding?.mark == mark)
                #expect(opened.headers.map(\.names) == [["id", "bödy"]])
                #expect(try opened.headerBytes() == header)
            }
        }
    }

    @Test("is never guessed: what the plan says and what the file shows must agree")
    func disagreement() throws {
        func failure(_ bytes: [UInt8], _ stated: String?) -> InputError? {
            do {
                try folder.write("a.csv", bytes: bytes)
                _ = try open(stated)
                return nil
            } catch {
                return error as? InputError
            }
        }
        let utf16: [UInt8] = Array("id,text\n1,a\n".utf8).flatMap { [$0, 0] as [UInt8] }
        #expect(
            failure([0xFF, 0xFE] + utf16, "utf-8") == .otherEncoding(path: "a.csv", stated: "utf-8", mark: "UTF-16LE"))
        #expect(
            failure([0xEF, 0xBB, 0xBF] + Array("id\n".utf8), "latin1")
                == .otherEncoding(path: "a.csv", stated: "latin1", mark: "UTF-8"))
        #expect(
            failure([0xFE, 0xFF] + utf16, "utf-16le")
                == .otherEncoding(path: "a.csv", stated: "utf-16le", mark: "UTF-16BE"))
        #expect(failure(utf16, nil) == .noMark(path: "a.csv", likely: "UTF-16LE"))
        #expect(failure(utf16, "utf-16") == .noMark(path: "a.csv", likely: "UTF-16LE"))
        #expect(failure(utf16, "utf-16le") == nil)
        for name in ["nonsense", "latin1//IGNORE", "a b"] {
            #expect(failure(utf16, name) == .unknownEncoding(path: "a.csv", name: name, isStateful: false))
        }
        for name in ["iso-2022-jp", "iso-2022-kr", "utf-7", "big5-hkscs"] {
            #expect(failure(utf16, name) == .unknownEncoding(path: "a.csv", name: name, isStateful: true))
        }
    }

    @Test("stands beside no file of a third encoding in one source")
    func mixed() throws {
        try folder.write("a.csv", "id\n1\n")
        try folder.write("b.csv", bytes: [0xFF, 0xFE, 0x69, 0, 0x64, 0, 0x0A, 0])
        #expect(
            throws: InputError.mixedEncodings(
                path: "b.csv", encoding: "UTF-16LE", first: "a.csv", firstEncoding: "UTF-8")
        ) { try open(nil, files: ["a.csv", "b.csv"]) }
    }

    @discardableResult
    private func open(_ encoding: String?, files: [String] = ["a.csv"]) throws -> OpenedSource {
        try OpenedSource.open(
            files, relativeTo: folder.url.path, format: .csv, dialect: SourceDescription.Dialect(), encoding: encoding)
    }
}
