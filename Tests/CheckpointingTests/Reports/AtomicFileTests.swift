import Checkpointing
import Foundation
import ImportCore
import ImportTestSupport
import Testing

@Suite("A file written whole or not at all")
struct AtomicFileTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("summary.json") }

    init() throws { folder = try TemporaryFolder() }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }
    }

    @Test("replaces the one before it, and leaves nothing else")
    func replaces() async throws {
        for text in ["first", "second"] {
            try await AtomicFile.write(Array(text.utf8), to: path)
            #expect(try folder.read("summary.json") == text)
        }
        #expect(try names == ["summary.json"])
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("appears when it is finished, and not before")
    func appearsWhenFinished() async throws {
        let file = try await AtomicFile.create(path)
        try await file.append(Array("one\n".utf8))
        try await file.append(Array("two\n".utf8))
        #expect(try names == ["summary.json.part"])
        try await file.finish()
        #expect(try names == ["summary.json"])
        #expect(try folder.read("summary.json") == "one\ntwo\n")
    }

    @Test("is gone when it is let go unfinished, and the one before it stays")
    func isGoneWhenLetGo() async throws {
        try folder.write("summary.json", "before")
        let file = try await AtomicFile.create(path)
        try await file.append(Array("half".utf8))
        await file.discard()
        #expect(try names == ["summary.json"])
        #expect(try folder.read("summary.json") == "before")
    }

    @Test("takes the place of a part that a killed process left")
    func replacesAPart() async throws {
        try folder.write("summary.json.part", "a longer text than the new one")
        try await AtomicFile.write(Array("whole".utf8), to: path)
        #expect(try names == ["summary.json"])
        #expect(try folder.read("summary.json") == "whole")
    }

    @Test("stands where a symbolic link points, and the link stays")
    func followsALink() async throws {
        try folder.write("target", "before")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: folder.path("target"))
        try await AtomicFile.write(Array("after".utf8), to: path)
        #expect(try folder.read("target") == "after")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == folder.path("target"))
    }

    @Test("never replaces a device, and says when it is full")
    func writesIntoADevice() async throws {
        try await AtomicFile.write(Array("text".utf8), to: "/dev/null")
        let error = await #expect(throws: ReportError.self) {
            try await AtomicFile.write(Array("text".utf8), to: "/dev/full")
        }
        #expect(error == .cannotWrite(path: "/dev/full", reason: "No space left on device"))
        for device in ["/dev/null", "/dev/full"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: device)
            #expect(attributes[.type] as? FileAttributeType == .typeCharacterSpecial)
        }
    }

    @Test("goes behind what an open file holds, where it is named by its number")
    func goesIntoAnOpenFile() async throws {
        try folder.write("log", "before\n")
        let log = try FileHandle(forWritingTo: folder.url.appending(path: "log"))
        try log.seekToEnd()
        try await AtomicFile.write(Array("whole\n".utf8), to: "/dev/fd/\(log.fileDescriptor)")
        try log.write(contentsOf: Array("after\n".utf8))
        #expect(try folder.read("log") == "before\nwhole\nafter\n")
        #expect(try names == ["log"])
        let error = await #expect(throws: ReportError.self) { try await AtomicFile.write([], to: "/dev/fd/999999") }
        #expect(error == .cannotWrite(path: "/dev/fd/999999", reason: "Bad file descriptor"))
    }

    @Test("is refused where there is no folder, or one under its name")
    func refusesAFolder() async throws {
        for name in ["none/summary.json", ""] {
            let error = await #expect(throws: ReportError.self) {
                try await AtomicFile.write([], to: folder.path(name))
            }
            #expect(error?.report.status == .cannotWrite)
        }
    }
}
