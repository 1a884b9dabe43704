import Checkpointing
import Foundation
import ImportCore
import ImportTestSupport
import Testing

@Suite("A file that is not a whole checkpoint")
struct DamagedCheckpointTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("plan.api.checkpoint") }

    init() throws { folder = try TemporaryFolder() }

    /// Opens the file and reads all of it; the error, if there is one.
    private func reading(_ bytes: [UInt8]) async throws -> Result<[AttemptEntry], CheckpointError> {
        for ending in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + ending) }
        try folder.write("plan.api.checkpoint", bytes: bytes)
        return await reading()
    }

    private func reading() async -> Result<[AttemptEntry], CheckpointError> {
        do {
            let file = try await CheckpointFile.open(holding: RunLock(forCheckpoint: path))
            let entries: Result<[AttemptEntry], CheckpointError>
            do {
                _ = try await file.progress()
                _ = try await file.unsettled()
                entries = .success(try await file.entries(after: nil, limit: 1_000))
            } catch let error as CheckpointError {
                entries = .failure(error)
            }
            try await file.close()
            return entries
        } catch {
            return .failure(error as? CheckpointError ?? .cannotWrite(path: path, reason: "\(error)"))
        }
    }

    private func expectRefusal(_ bytes: [UInt8], _ expected: CheckpointError) async throws {
        #expect(try await reading(bytes) == .failure(expected))
        #expect(expected.report.status == .data)
        #expect([UInt8](try Data(contentsOf: URL(filePath: path))) == bytes, "the file was changed")
    }

    @Test("is refused wherever something was cut off")
    func isRefusedWhereverCut() async throws {
        let (whole, entries) = try await Samples.closedFile(in: folder)
        #expect(try await reading(whole) == .success(entries))
        // Every byte of the header, then a step that is no divisor of a page.
        for length in Array(0..<128) + Array(stride(from: 128, to: whole.count, by: 211)) {
            switch try await reading(Array(whole[..<length])) {
            // SQLite fills the last page up with zeros: where it ended in zeros, nothing is lost.
            case .success(let found): #expect(found == entries && whole[length...].allSatisfy { $0 == 0 })
            case .failure(let error): #expect(error.report.status == .data, "cut to \(length): \(error)")
            }
        }
    }

    @Test("is refused, or says what was written, whichever bit is flipped")
    func neverLiesAfterAFlippedBit() async throws {
        let (whole, entries) = try await Samples.closedFile(in: folder)
        var random = SystemRandomNumberGenerator()
        for _ in 1...250 {
            var bytes = whole
            let (place, bit) = (Int.random(in: 0..<bytes.count, using: &random), Int.random(in: 0..<8, using: &random))
            bytes[place] ^= 1 << bit
            switch try await reading(bytes) {
            case .success(let found): #expect(found == entries, "byte \(place), bit \(bit)")
            case .failure(let error): #expect(error.report.status == .data, "byte \(place), bit \(bit): \(error)")
            }
        }
    }

    @Test("is refused whichever bit of its format's version is flipped")
    func namesADamagedVersion() async throws {
        let (whole, _) = try await Samples.closedFile(in: folder)
        for place in 18...19 {
            for bit in 0..<8 {
                var bytes = whole
                bytes[place] ^= 1 << bit
                guard case .failure(let error) = try await reading(bytes) else {
                    Issue.record("byte \(place), bit \(bit) was taken")
                    continue
                }
                #expect(error.report.status == .data, "byte \(place), bit \(bit): \(error)")
            }
        }
    }

    @Test("is refused when its log was replaced by noise, or keeps what the file itself holds")
    func survivesANoisyLog() async throws {
        let (whole, entries) = try await Samples.closedFile(in: folder)
        try folder.write("plan.api.checkpoint", bytes: whole)
        try folder.write("plan.api.checkpoint-wal", bytes: (0..<50_000).map { _ in .random(in: 0...255) })
        #expect(await reading() == .success(entries))
    }

    @Test("is refused when it is empty")
    func refusesAnEmptyFile() async throws {
        try await expectRefusal([], .damaged(path: path, detail: "it is empty"))
    }

    @Test("is refused when it is something else")
    func refusesSomethingElse() async throws {
        try await expectRefusal(Array("id,subject\n1,Hello\n".utf8), .foreign(path: path))
        try await expectRefusal((0..<9_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }, .foreign(path: path))
    }

    /// The header's fields as sqlite.org/fileformat2.html gives them.
    @Test("is refused, and not changed, when it is another program's database or a later version's")
    func refusesOtherDatabases() async throws {
        let (whole, _) = try await Samples.closedFile(in: folder)
        let (userVersion, applicationID) = (60, 68)
        var foreign = whole
        foreign.replaceSubrange(applicationID..<applicationID + 4, with: [0, 0, 0, 0])
        try await expectRefusal(foreign, .foreign(path: path))
        var newer = whole
        newer.replaceSubrange(userVersion..<userVersion + 4, with: [0, 0, 0, 99])
        try await expectRefusal(newer, .newer(path: path, version: 99, known: 2))
    }

    @Test("is refused when it is a symbolic link, or a folder")
    func refusesLinksAndFolders() async throws {
        let target = try folder.write("elsewhere", "")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        #expect(await reading() == .failure(.symbolicLink(path: path)))
        #expect(try folder.read("elsewhere").isEmpty)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(await reading() == .failure(.notAFile(path: path)))
    }

    @Test("is not begun anew beside the log of one that is gone")
    func refusesAnOrphanedLog() async throws {
        try folder.write("plan.api.checkpoint-wal", "log")
        #expect(await reading() == .failure(.orphanedLog(path: path)))
    }

    @Test("is not made where nothing can be made")
    func cannotBeMade() async throws {
        let error = await #expect(throws: CheckpointError.self) {
            try await CheckpointFile.open(holding: RunLock(forCheckpoint: folder.path("none/plan.checkpoint")))
        }
        #expect(error?.report.status == .cannotWrite)
    }

    @Test("is not made by a reader")
    func isNotMadeByAReader() async throws {
        await #expect(throws: CheckpointError.missing(path: path)) { try await CheckpointFile.openForReading(path) }
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
