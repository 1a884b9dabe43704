import Foundation
import FileReadingSupport
import ImportCore
import ImportTestSupport
import Testing

@testable import FileReading

@Suite("The files of a source: found, opened, told apart")
struct SourceFilesTests {
    private func open(
        _ patterns: String..., in folder: TemporaryFolder, format: SourceDescription.Format? = nil
    ) throws -> OpenedSource {
        try OpenedSource.open(
            patterns, relativeTo: folder.url.path, format: format, dialect: SourceDescription.Dialect())
    }

    @Test("files are read as listed, the matches of a pattern by their names' bytes, none twice")
    func order() throws {
        let folder = try TemporaryFolder()
        for name in ["b.csv", "a10.csv", "a2.csv", "Z.csv", "[x].csv"] { try folder.write(name, "a\n") }
        let names = try SourceFiles.resolve(
            ["b.csv", "*.csv", "a2.csv", "[x].csv"], relativeTo: folder.url.path)
        #expect(names.map(\.shown) == ["b.csv", "Z.csv", "[x].csv", "a10.csv", "a2.csv"])
        #expect(names[0].path == folder.path("b.csv"))
    }

    @Test("a folder whose name looks like a pattern is just a folder")
    func oddFolder() throws {
        let folder = try TemporaryFolder()
        try folder.write("old [1]*/a.csv", "a\n")
        let names = try SourceFiles.resolve(["*.csv"], relativeTo: folder.path("old [1]*"))
        #expect(names.map(\.shown) == ["a.csv"])
    }

    @Test("what is no file is told as what it is")
    func noFile() throws {
        let folder = try TemporaryFolder()
        try folder.write("sub/a.csv", "a\n")
        #expect(throws: InputError.missing(path: folder.path("no.csv"))) { try open("no.csv", in: folder) }
        #expect(throws: InputError.noMatch(pattern: "*.jsonl")) { try open("*.jsonl", in: folder) }
        #expect(throws: InputError.isDirectory(path: folder.path("sub"))) { try open("sub", in: folder) }
    }

    @Test("a pipe is read once, from its first byte", .timeLimit(.minutes(1)))
    func pipe() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        let rows = (0..<20_000).map { "\($0),\(String(repeating: "x", count: 100))\n" }.joined()
        let writer = Thread {
            FileHandle(forWritingAtPath: path)?.write(Data(("id,text\n" + rows).utf8))
        }
        writer.start()
        let opened = try open("pipe", in: folder)
        #expect(opened.sizes == nil && !opened.canReadAgain)
        #expect(try opened.headerBytes() == Array("id,text\n".utf8))
        let source = opened.records(
            RecordLayout(columns: [FieldPath(literal: "id")]), columns: [[0]], limits: Limits(),
            takesFingerprints: true)
        let transcript = try await SourceReading.read(source).transcript
        #expect(transcript.cells == (0..<20_000).map { ["text:\($0)"] })
        let fingerprint = try #require(await source.fingerprints().first)
        #expect(fingerprint.read == rows.utf8.count + 8 && fingerprint.size == nil)
    }

    @Test("records of several files are numbered in each, and fingerprints name them all")
    func severalFiles() async throws {
        let folder = try TemporaryFolder()
        try folder.write("1.csv", "id,text\n1,a\n2,b\n")
        try folder.write("2.csv", "text,id\nc,3")
        let opened = try open("*.csv", in: folder)
        let source = opened.records(
            RecordLayout(columns: [FieldPath(literal: "id")]), columns: [[0], [1]], limits: Limits(),
            takesFingerprints: true)
        let transcript = try await SourceReading.read(source) { 3 }.transcript
        #expect(transcript.cells == [["text:1"], ["text:2"], ["text:3"]])
        #expect(
            transcript.entries.map(\.place.id) == [(0, 1), (0, 2), (1, 1)].map { RecordID(file: $0.0, number: $0.1) })
        let fingerprints = await source.fingerprints()
        #expect(fingerprints.map(\.name) == ["1.csv", "2.csv"])
        #expect(fingerprints.map(\.read) == [16, 11] && fingerprints.map(\.endsWithNewline) == [true, false])
    }
}
