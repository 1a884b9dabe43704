import ImportCore
import Testing

@testable import FileReading

@Suite("A file's head: what it is, and its header")
struct FileHeadTests {
    private func head(
        _ bytes: [UInt8], stated: SourceDescription.Format? = nil, header: Bool = true
    ) throws -> FileHead {
        var dialect = SourceDescription.Dialect()
        dialect.header = header
        return try FileHead(bytes[...], path: "f", stated: stated, dialect: dialect, isWhole: true)
    }

    private func head(
        _ text: String, stated: SourceDescription.Format? = nil, header: Bool = true
    ) throws -> FileHead {
        try head(Array(text.utf8), stated: stated, header: header)
    }

    @Test(
        "the format is told by the first bytes",
        arguments: [
            ("id,text\n", .csv), ("{\"id\":1}\n", .jsonl), ("\u{FEFF} \n[{}]", .jsonl), ("\u{FEFF}id\n", .csv),
            ("\"id\",b\n", .csv),
        ] as [(String, SourceDescription.Format)])
    func formats(text: String, format: SourceDescription.Format) throws {
        #expect(try head(text).format == format)
    }

    @Test(
        "the header is one record, behind a byte order mark and empty lines",
        arguments: [
            ("a,b,a\n1,2,3\n", ["a", "b", "a"], 6, 1), ("\u{FEFF}a\r\n1\r\n", ["a"], 6, 1),
            ("\n\r\na,\"b\nc\"\n1,2", ["a", "b\nc"], 11, 4), ("a;b", ["a;b"], 3, 0), ("a\rb\r", ["a"], 2, 1),
        ] as [(String, [String], Int, Int)])
    func headers(text: String, names: [String], length: Int, lines: Int) throws {
        let head = try head(text)
        #expect(head.header?.names == names)
        #expect(head.length == length && head.lines == lines)
    }

    @Test("a file without a header has numbered columns")
    func noHeader() throws {
        let head = try head("\u{FEFF}1,2\n", header: false)
        #expect(head.header?.names == ["[0]", "[1]"] && head.length == 3 && head.lines == 0)
    }

    @Test("an empty file has no header", arguments: ["", "\u{FEFF}", "\n\n"])
    func empty(text: String) throws {
        #expect(throws: InputError.empty(path: "f")) { try head(text) }
        #expect(try head(text, stated: .jsonl).format == .jsonl)
    }

    @Test(
        "a broken header is told with its line",
        arguments: [("\na,\"b\n", 2), ("a,b\"c\n", 1), ("\"a\n\"b\n", 2), ("a,\u{0}\n", 1)])
    func broken(text: String, line: Int) throws {
        #expect {
            try head(text)
        } throws: { error in
            guard case InputError.brokenHeader("f", line, _) = error else { return false }
            return true
        }
    }

    @Test(
        "what holds no records is refused by name",
        arguments: [
            ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0], "7-Zip"), (Array("Rar!\u{1A}\u{7}".utf8), "RAR"),
            ([0x04, 0x22, 0x4D, 0x18], "lz4"), (Array("%PDF-1.7".utf8), "PDF"),
            (Array(repeating: 0x61, count: 257) + Array("ustar".utf8), "tar"),
        ] as [([UInt8], String)])
    func foreign(bytes: [UInt8], name: String) {
        #expect {
            try FileHead.refuseForeign(bytes[...], path: "f")
        } throws: { error in
            guard case InputError.foreign("f", let kind) = error else { return false }
            return kind.contains(name)
        }
        #expect(throws: Never.self) { try FileHead.refuseForeign(Array("BZh9,b\n".utf8)[...], path: "f") }
    }

    @Test("a file that is not what the plan says is refused")
    func otherFormat() {
        for (text, stated) in [
            ("id,b\n", .jsonl), ("{\"id\":1}\n", .csv), ("[\n {\"id\":1}]", .csv),
        ] as [(String, SourceDescription.Format)] {
            #expect {
                try head(text, stated: stated)
            } throws: { error in
                guard case InputError.notTheFormat("f", stated, _) = error else { return false }
                return true
            }
        }
        #expect(throws: Never.self) { try head("[a],b\n", stated: .csv) }
    }
}
