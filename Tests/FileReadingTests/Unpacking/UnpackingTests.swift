import Foundation
import FileReadingSupport
import ImportCore
import ImportTestSupport
import Testing

@testable import FileReading

/// What the tools that people pack with have packed.
@Suite("A packed file")
struct UnpackingTests {
    private let folder: TemporaryFolder
    private static let text = "id,b\n" + (1...20_000).map { "\($0),ticket \($0 % 977) of many\n" }.joined()

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("tickets.csv", Self.text)
    }

    /// Runs a shell's words where the file lies.
    private func pack(_ words: String) async throws {
        let shell = Program(URL(filePath: "/bin/bash"), in: folder)
        let end = try await shell.run("-c", "set -eo pipefail; " + words)
        try #require(end.status == 0, "\(words): \(end.errors)")
    }

    private func open(_ files: String..., limits: UnpackingLimits = UnpackingLimits()) throws -> OpenedSource {
        try OpenedSource.open(
            files, relativeTo: folder.url.path, format: nil, dialect: SourceDescription.Dialect(), unpacking: limits)
    }

    private func read(_ opened: OpenedSource) async throws -> RecordTranscript {
        let columns = opened.headers.map { _ in [0, 1] }
        return try await read(opened.records(RecordLayout("id", "b"), columns: columns, limits: Limits()))
    }

    private func read(_ source: some RecordSource) async throws -> RecordTranscript {
        try await SourceReading.read(source).transcript
    }

    private func failure(_ files: String..., limits: UnpackingLimits = UnpackingLimits()) async -> InputError? {
        do {
            let opened = try OpenedSource.open(
                files, relativeTo: folder.url.path, format: nil, dialect: SourceDescription.Dialect(),
                unpacking: limits)
            _ = try await read(opened)
            return nil
        } catch {
            return error as? InputError
        }
    }

    private static let tools = ["gzip -c", "zstd -qc", "xz -c", "bzip2 -c"]

    @Test("reads as what is in it, whatever its name", arguments: tools)
    func compressed(tool: String) async throws {
        try await pack("\(tool) tickets.csv >packed.csv")
        let plain = try await read(open("tickets.csv"))
        let opened = try open("packed.csv")
        #expect(opened.canReadAgain && opened.sizes == nil)
        let difference = try await read(opened).difference(from: plain)
        #expect(difference == nil)
        // Again, since nothing was taken from it.
        let again = try await read(opened).difference(from: plain)
        #expect(again == nil)
    }

    @Test("may be made of several, one behind the other", arguments: tools)
    func concatenated(tool: String) async throws {
        try await pack("(head -n 7000 tickets.csv | \(tool); tail -n +7001 tickets.csv | \(tool)) >packed")
        let plain = try await read(open("tickets.csv"))
        let difference = try await read(open("packed")).difference(from: plain)
        #expect(difference == nil)
    }

    @Test("that holds nothing is an empty file", arguments: tools)
    func empty(tool: String) async throws {
        try await pack("\(tool) </dev/null >packed")
        #expect(await failure("packed") == .empty(path: "packed"))
    }

    @Test("that is cut short is damaged, wherever it was cut", arguments: tools)
    func cutShort(tool: String) async throws {
        try await pack("\(tool) tickets.csv >whole")
        let whole = try Data(contentsOf: folder.url.appending(path: "whole"))
        for length in [8, 20, whole.count / 3, whole.count / 2, whole.count - 9, whole.count - 1] {
            try folder.write("packed", bytes: Array(whole.prefix(length)))
            let isDamaged = if case .damaged("packed", _) = await failure("packed") { true } else { false }
            #expect(isDamaged, "\(length) of \(whole.count) bytes")
        }
    }

    @Test("with something behind its end is damaged", arguments: tools)
    func trailing(tool: String) async throws {
        for garbage in ["garbage", "\\0", "\\x1f"] {
            try await pack("(\(tool) tickets.csv; printf '\(garbage)') >packed")
            let isDamaged = if case .damaged("packed", _) = await failure("packed") { true } else { false }
            #expect(isDamaged, "\(garbage)")
        }
    }

    @Test("in which a bit fell over is damaged, and never read otherwise", arguments: tools)
    func flipped(tool: String) async throws {
        try await pack("\(tool) tickets.csv >whole")
        let whole = try Array(Data(contentsOf: folder.url.appending(path: "whole")))
        let plain = try await read(open("tickets.csv"))
        var random = SeededGenerator(seed: 1)
        var damaged = 0
        for _ in 0..<30 {
            var bytes = whole
            bytes[Int.random(in: 12..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try folder.write("packed", bytes: bytes)
            do {
                let difference = try await read(open("packed")).difference(from: plain)
                #expect(difference == nil)
            } catch is InputError {
                damaged += 1
            }
        }
        #expect(damaged > 20)
    }

    @Test("that unpacks to more than it may is refused, in memory that does not grow")
    func bomb() async throws {
        try await pack(
            "(printf 'id,b\\n1,'; head -c 400000000 /dev/zero | tr '\\0' x) | tee >(xz -0 >bomb.xz) | gzip >bomb.gz; sleep 1"
        )
        var limits = UnpackingLimits()
        for name in ["bomb.gz", "bomb.xz"] {
            #expect(await failure(name) == .unpacksTooMuch(path: name, ratio: 250))
            limits.bytes = 10_000_000
            #expect(await failure(name, limits: limits) == .unpacksTooFar(path: name, bytes: 10_000_000))
            limits = UnpackingLimits()
        }
    }

    // MARK: - Zip

    @Test("with several members is several files, in the order of their names, compressed ones unpacked")
    func zip() async throws {
        try await pack(
            """
            mkdir sub __MACOSX; printf 'id,b\\n1,x\\n' >sub/b.csv; printf 'id,b\\n2,y\\n' | gzip >a.csv.gz
            echo x >__MACOSX/._a; zip -qr export.zip sub __MACOSX a.csv.gz tickets.csv
            """)
        let opened = try open("export.zip")
        #expect(opened.fileNames == ["export.zip/a.csv.gz", "export.zip/sub/b.csv", "export.zip/tickets.csv"])
        let transcript = try await read(opened)
        #expect(transcript.entries.count == 20_002)
        #expect(transcript.codes.allSatisfy { $0 == nil })
        #expect(try open("export.zip/sub/*.csv").fileNames == ["export.zip/sub/b.csv"])
        #expect(try open("export.zip/tickets.csv").fileNames == ["export.zip/tickets.csv"])
        #expect(await failure("export.zip/none*") == .noMember(path: "export.zip", pattern: "none*"))
    }

    @Test("that is a zip archive which is cut short, encrypted, or leads out of itself is refused")
    func badArchives() async throws {
        try await pack("zip -q whole.zip tickets.csv; zip -q -P secret locked.zip tickets.csv")
        let whole = try Array(Data(contentsOf: folder.url.appending(path: "whole.zip")))
        for length in [10, whole.count / 2, whole.count - 30] {
            try folder.write("cut.zip", bytes: Array(whole.prefix(length)))
            let isDamaged = if case .damaged("cut.zip", _) = await failure("cut.zip") { true } else { false }
            #expect(isDamaged, "\(length)")
        }
        #expect(await failure("locked.zip") == .encrypted(path: "locked.zip/tickets.csv"))

        // The same archive with another name of the same length, once in front of the member and once in the directory.
        let name = Array("tickets.csv".utf8)
        for other in ["../kets.csv", "/ickets.csv", "a/../ts.csv"] {
            var bytes = whole
            for start in 0...bytes.count - name.count where Array(bytes[start..<start + name.count]) == name {
                bytes.replaceSubrange(start..<start + name.count, with: Array(other.utf8))
            }
            try folder.write("climbing.zip", bytes: bytes)
            let isRefused = if case .damaged("climbing.zip", _) = await failure("climbing.zip") { true } else { false }
            #expect(isRefused, "\(other)")
        }
    }

    @Test("inside another is refused")
    func twice() async throws {
        try await pack(
            "gzip -c tickets.csv | gzip >twice.gz; zip -q a.zip tickets.csv; gzip -k a.zip; zip -q b.zip a.zip")
        for name in ["twice.gz", "a.zip.gz"] { #expect(await failure(name) == .packedTwice(path: name)) }
        #expect(await failure("b.zip") == .packedTwice(path: "b.zip/a.zip"))
    }

    // MARK: - Again

    @Test("goes on only as the file that it was, or one that grew behind a whole record")
    func verification() async throws {
        try await pack("gzip -c tickets.csv >packed")
        let source = try open("packed")
        let recorded = try await fingerprints(source)
        try await SourceVerification.check(recorded, against: open("packed"))
        try SourceVerification.checkUntouched(recorded, since: source)
        #expect(
            source.isEnd(SourcePosition(file: 0, offset: Self.text.utf8.count, record: 20_000, line: 0), of: recorded))

        try await pack("xz -c tickets.csv >packed")
        try await SourceVerification.check(recorded, against: open("packed"))
        #expect(
            !source.isEnd(SourcePosition(file: 0, offset: Self.text.utf8.count, record: 20_000, line: 0), of: recorded))
        try await pack("(cat tickets.csv; echo 20001,new) | gzip >packed")
        try await SourceVerification.check(recorded, against: open("packed"))
        for change in ["sed s/977/978/ tickets.csv", "head -n 100 tickets.csv"] {
            try await pack("\(change) | gzip >packed")
            await #expect(throws: InputError.self) {
                try await SourceVerification.check(recorded, against: open("packed"))
            }
        }
    }

    private func fingerprints(_ opened: OpenedSource) async throws -> [SourceFingerprint] {
        let source = opened.records(
            RecordLayout("id", "b"), columns: [[0, 1]], limits: Limits(), takesFingerprints: true)
        _ = try await read(source)
        return await source.fingerprints()
    }
}

extension UnpackingTests {
    @Test(
        "may come through a pipe, is read once, and is held in memory no more than its beginning",
        .timeLimit(.minutes(1)), arguments: ["gzip", "zstd -q"])
    func pipe(tool: String) async throws {
        let path = folder.path("pipe")
        try #require(mkfifo(path, 0o600) == 0)
        async let packing: Void = pack("\(tool) -c tickets.csv >pipe")
        let opened = try open("pipe")
        #expect(!opened.canReadAgain)
        #expect(try opened.headerBytes() == Array("id,b\n".utf8))
        let looked = try await read(opened.look(at: 0))
        #expect(looked.entries.count == 20_000)
        let difference = try await read(opened).difference(from: read(open("tickets.csv")))
        #expect(difference == nil)
        try await packing
    }

    @Test("that is a zip archive cannot come through a pipe")
    func zipThroughPipe() async throws {
        let path = folder.path("pipe")
        try #require(mkfifo(path, 0o600) == 0)
        async let packing: Void = pack("zip -q - tickets.csv | cat >pipe || true")
        #expect(await failure("pipe") == .zipThroughPipe(path: "pipe"))
        try await packing
    }
}
