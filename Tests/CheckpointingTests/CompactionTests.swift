import Checkpointing
import Foundation
import ImportCore
import ImportTestSupport
import Testing

@Suite("Compacting a checkpoint")
struct CompactionTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("plan.api.checkpoint") }

    init() throws { folder = try TemporaryFolder() }

    @Test("keeps every row, and gives room back")
    func keepsEveryRow() async throws {
        let file = try await CheckpointFile.open(holding: RunLock(forCheckpoint: path))
        // Refusals that are settled later leave room behind, in the file and in its pages.
        let records = 1...5_000
        try await file.commit(records.map { Samples.refused($0) }, progress: Samples.progress(5_000))
        let entries = records.map { $0 % 3 == 0 ? Samples.refused($0) : Samples.done($0) }
        try await file.commit(entries, progress: nil)
        let process = try await file.beginProcess(at: 1)
        let compaction = try await file.compact()
        #expect(compaction.after < compaction.before)
        let found = try await file.entries(after: nil, limit: 10_000)
        let isSame = found == entries
        #expect(isSame)
        // What is written afterwards stands beside it.
        try await file.commit([Samples.intent(6_000)], progress: Samples.progress(6_000))
        try await file.close()

        let reader = try await CheckpointFile.openForReading(path)
        #expect(try await reader.progress() == Samples.progress(6_000))
        #expect(try await reader.unsettled() == [Samples.intent(6_000)])
        #expect(try await reader.history() == [process])
        try await reader.close()
    }

    @Test("costs a done record at most 120 bytes, of which it takes about half")
    func bytesOfARecord() async throws {
        let file = try await CheckpointFile.open(holding: RunLock(forCheckpoint: path))
        let count = 20_000
        for start in stride(from: 1, through: count, by: 2_000) {
            let records = start..<start + 2_000
            // As a run writes them: the intent first, the outcome in its place.
            try await file.commit(records.map { Samples.intent($0) }, progress: nil)
            try await file.commit(records.map { Samples.done($0) }, progress: nil)
        }
        try await file.close()
        let size = try #require(try URL(filePath: path).resourceValues(forKeys: [.fileSizeKey]).fileSize)
        #expect(size / count < 80, "\(size) bytes")
    }
}
