import Checkpointing
import Foundation
import ImportCore
import ImportTestSupport
import Testing

/// A file that is not as it was written is never taken for an empty one: every record would be sent again.
@Suite("A damaged baseline")
struct DamagedBaselineTests {
    private func written(_ count: Int = 3000) async throws -> (nights: Nights, bytes: [UInt8]) {
        let nights = try Nights()
        try await nights.pass((0..<count).map { Nights.record($0) })
        return (nights, Array(try Data(contentsOf: URL(filePath: nights.baselinePath))))
    }

    private func error(_ nights: Nights, _ bytes: some Collection<UInt8>) throws -> BaselineError? {
        try Data(bytes).write(to: URL(filePath: nights.baselinePath))
        do {
            let count = try #require(try nights.baseline()).facts.entries
            _ = try nights.baseline()?.entries(from: 0, count: count)
            return nil
        } catch let error as BaselineError {
            return error
        }
    }

    @Test func isNamedWhereverItIsCut() async throws {
        let (nights, bytes) = try await written(20)
        for length in 0..<bytes.count {
            let error = try error(nights, bytes.prefix(length))
            guard case .damaged = error else {
                Issue.record("cut to \(length) bytes it is \(String(describing: error))")
                return
            }
            #expect(error?.report.status == .data)
        }
        #expect(try error(nights, bytes) == nil)
    }

    @Test func isNamedWhateverBitIsFlipped() async throws {
        let (nights, bytes) = try await written(20)
        for index in bytes.indices {
            var bytes = bytes
            bytes[index] ^= 1 << (index % 8)
            if try error(nights, bytes) == nil {
                Issue.record("byte \(index) may be any")
                return
            }
        }
    }

    @Test func isNamedWhenBlocksAreSwapped() async throws {
        var (nights, bytes) = try await written()
        let block = 1024 * 44 + 8
        let first = Array(bytes[16..<16 + block])
        bytes.replaceSubrange(16..<16 + block, with: bytes[16 + block..<16 + 2 * block])
        bytes.replaceSubrange(16 + block..<16 + 2 * block, with: first)
        guard case .damaged? = try error(nights, bytes) else {
            Issue.record("blocks may stand anywhere")
            return
        }
    }

    @Test func laterVersionIsRefused() async throws {
        var (nights, bytes) = try await written(3)
        bytes[8] = 2
        #expect(try error(nights, bytes) == .newer(path: nights.baselinePath, version: 2, known: 1))
    }

    @Test func otherFilesAreRefused() async throws {
        let (nights, _) = try await written(3)
        #expect(
            try error(nights, Array("id,subject,status\n1,hello,open\n".utf8)) == .foreign(path: nights.baselinePath))
        let path = nights.baselinePath
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: nights.folder.path("other"))
        #expect(throws: BaselineError.notAFile(path: path)) { try nights.baseline() }
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(throws: BaselineError.notAFile(path: path)) { try nights.baseline() }
    }

    @Test func missingOneIsNone() throws { #expect(try Nights().baseline() == nil) }

    @Test func filesAreForTheirOwnerOnly() async throws {
        let (nights, _) = try await written(3)
        for path in [nights.baselinePath, nights.nightPath] {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func damagedComparisonIsMadeAnew() async throws {
        let (nights, _) = try await written(20)
        _ = try await nights.compare((0..<20).map { Nights.record($0) })
        let baseline = try nights.baseline()
        let bytes = try Data(contentsOf: URL(filePath: nights.nightPath))
        for length in [0, 15, 16, 100, bytes.count - 1] {
            try bytes.prefix(length).write(to: URL(filePath: nights.nightPath))
            #expect(
                try NightFile.find(beside: nights.checkpoint, baseline: baseline, terms: nights.terms(baseline)) == nil)
        }
        #expect(try await nights.pass((0..<20).map { Nights.record($0) }).unchanged == 20)
    }

    @Test func whatAKillLeftIsWrittenOver() async throws {
        let (nights, _) = try await written(20)
        for path in [nights.baselinePath, nights.nightPath] {
            try Data("half".utf8).write(to: URL(filePath: path + ".part"))
        }
        #expect(try await nights.pass((0..<20).map { Nights.record($0) }).unchanged == 20)
        #expect(!FileManager.default.fileExists(atPath: nights.baselinePath + ".part"))
    }
}
