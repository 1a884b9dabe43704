import Foundation
import ImportCore
import ImportTestSupport
import Testing

@testable import FileReading

@Suite("Fingerprints: a run goes on only with the bytes it began with")
struct SourceVerificationTests {
    private let folder: TemporaryFolder
    private let bytes: [UInt8]

    init() throws {
        folder = try TemporaryFolder()
        // Two whole blocks, and some.
        bytes = Array("id\n".utf8) + [UInt8](repeating: 0x78, count: 17 << 20) + Array("y\n".utf8)
        try folder.write("a.csv", bytes: bytes)
    }

    private func open(_ name: String = "a.csv") throws -> OpenedSource {
        try OpenedSource.open([name], relativeTo: folder.url.path, format: .csv, dialect: SourceDescription.Dialect())
    }

    private func fingerprints() throws -> [SourceFingerprint] {
        let reader = try BlockReader(path: folder.path("a.csv"), takesFingerprint: true)
        while !reader.isAtEnd { _ = try reader.read(1 << 20, behind: []) }
        var fingerprint = reader.fingerprint
        fingerprint.name = "a.csv"
        return [fingerprint]
    }

    private func isChanged(_ recorded: [SourceFingerprint], now: [UInt8]) async throws -> Bool {
        try folder.write("a.csv", bytes: now)
        do {
            try await SourceVerification.check(recorded, against: open())
            return false
        } catch InputError.changed {
            return true
        }
    }

    @Test("blocks and rest are the hashes of their bytes, however they were fed")
    func hashes() throws {
        let hasher = BlockHasher()
        for start in stride(from: 0, to: bytes.count, by: 700_001) {
            bytes[start..<min(start + 700_001, bytes.count)].withUnsafeBytes { hasher.update($0) }
        }
        let block = BlockHasher.blockBytes
        #expect(hasher.blocks == [0, 1].map { BlockHasher.hash(Array(bytes[$0 * block..<($0 + 1) * block])) })
        #expect(hasher.partial() == BlockHasher.hash(Array(bytes[(2 * block)...])))
        #expect(hasher.count == bytes.count)
        #expect(BlockHasher().partial() == BlockHasher.hash([]))
    }

    @Test("a file that is the same, touched or not, is the one")
    func same() async throws {
        let recorded = try fingerprints()
        try await SourceVerification.check(recorded, against: open())
        #expect(try await !isChanged(recorded, now: bytes))
    }

    @Test("a changed byte in any block is found", arguments: [0, 9 << 20, 17 << 20])
    func changed(offset: Int) async throws {
        let recorded = try fingerprints()
        var other = bytes
        other[offset] ^= 1
        #expect(try await isChanged(recorded, now: other))
    }

    @Test("a file may grow behind a line end, and not behind half a record; it may not shrink")
    func grown() async throws {
        let recorded = try fingerprints()
        #expect(try await !isChanged(recorded, now: bytes + Array("18,more\n".utf8)))
        #expect(try await isChanged(recorded, now: bytes.dropLast(13)))
        try folder.write("a.csv", bytes: bytes.dropLast())
        let unfinished = try fingerprints()
        #expect(try await isChanged(unfinished, now: bytes))
    }

    @Test("a file of another name is not the one")
    func renamed() async throws {
        let recorded = try fingerprints()
        try folder.write("b.csv", bytes: bytes)
        await #expect(throws: InputError.changed(path: "a.csv", what: "b.csv stands in its place")) {
            try await SourceVerification.check(recorded, against: open("b.csv"))
        }
    }
}
