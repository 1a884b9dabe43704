import Foundation
import FileReadingSupport
import ImportCore
import ImportTestSupport
import Testing

@testable import FileReading

@Suite("A file that may have been cut short")
struct CutShortTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// For each batch that holds a record, whether its last record counts as cut short.
    private func isCutShort(_ name: String, _ text: String) async throws -> Bool {
        try folder.write(name, text)
        let opened = try OpenedSource.open(
            [name], relativeTo: folder.url.path, format: nil, dialect: SourceDescription.Dialect())
        let layout = RecordLayout(columns: [FieldPath(literal: "id")])
        let columns = layout.columns(in: opened.headers)
        return try await last(opened.records(layout, columns: columns, limits: Limits()))
    }

    private func last(_ source: some RecordSource) async throws -> Bool {
        var last = false
        while case .piece(let piece) = try await source.nextPiece() {
            let (batch, mark) = source.read(piece)
            if await source.accept(piece, mark) != nil, !batch.records.isEmpty { last = batch.isCutShort }
        }
        return last
    }

    @Test(arguments: [
        ("id,body\n1,a\n2,b\n", false), ("id,body\n1,a\n2,b", true), ("id,body\r\n1,a\r\n2,b\r\n", false),
        ("id,body\n1,a\n2,\"b\nc\"\n", false), ("id,body\n1,a\n2,\"b\nc\"", true), ("id,body\n1,a\n2,\"b", true),
        ("id,body\n1,a\n\n", false),
    ])
    func csvEndsWithALineEnd(_ text: String, _ expected: Bool) async throws {
        #expect(try await isCutShort("a.csv", text) == expected)
    }

    @Test(arguments: [
        ("{\"id\":1}\n{\"id\":2}\n", false), ("{\"id\":1}\n{\"id\":2}", true), ("{\"id\":1}\n{\"id\":", true),
        ("{\"id\":1}\n{\"id\":2}\n\n", false), ("{\"id\":1}\n{\"id\":2}\n  ", false),
    ])
    func jsonLinesEndWithALineEnd(_ text: String, _ expected: Bool) async throws {
        #expect(try await isCutShort("a.jsonl", text) == expected)
    }

    @Test(arguments: ["[{\"id\":1},{\"id\":2}]", "[{\"id\":1},{\"id\":2}]\n", "{\"tickets\":[{\"id\":1}],\"n\":1}"])
    func listSaysItselfWhereItEnds(_ text: String) async throws {
        #expect(try await !isCutShort("a.json", text))
    }

    @Test func fileThatGrowsIsNoticed() async throws {
        let path = try folder.write("a.csv", "id\n1\n")
        func open() throws -> OpenedSource {
            try OpenedSource.open(
                ["a.csv"], relativeTo: folder.url.path, format: .csv, dialect: SourceDescription.Dialect())
        }
        let reader = try BlockReader(path: path, takesFingerprint: true)
        while !reader.isAtEnd { _ = try reader.read(1 << 20, behind: []) }
        var fingerprint = reader.fingerprint
        fingerprint.name = "a.csv"
        try SourceVerification.checkUntouched([fingerprint], since: open())
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("2\n".utf8))
        try handle.close()
        #expect(throws: InputError.changedWhileRead(path: "a.csv")) {
            try SourceVerification.checkUntouched([fingerprint], since: open())
        }
    }
}
