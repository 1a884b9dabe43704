import Checkpointing
import Foundation
import ImportCore
import ImportTestSupport
import Testing

@Suite("The history of a checkpoint")
struct CheckpointHistoryTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("plan.api.checkpoint") }

    init() throws { folder = try TemporaryFolder() }

    private func open() async throws -> CheckpointFile {
        try await CheckpointFile.open(holding: RunLock(forCheckpoint: path))
    }

    @Test("keeps a process from its beginning, and how it ended")
    func keepsProcesses() async throws {
        var file = try await open()
        #expect(try await file.history().isEmpty)
        var first = try await file.beginProcess(at: 1_767_225_600_000)
        #expect(first == ProcessEntry(number: 1, runID: nil, startedAt: 1_767_225_600_000))
        // As a kill would leave it.
        try await file.close()
        file = try await open()
        #expect(try await file.history() == [first])
        try await file.commit([Samples.done(1)], progress: Samples.progress(1))
        var second = try await file.beginProcess(at: 1_767_225_700_000)
        #expect(second.number == 2)
        #expect(second.runID == "run")
        second.finishedAt = 1_767_225_800_000
        second.status = 6
        second.reason = "stopped: the window is closed"
        second.figures = ProcessEntry.Figures(Books())
        second.requests = 12
        try await file.keep(second)
        try await file.close()
        let reader = try await CheckpointFile.openForReading(path)
        #expect(try await reader.history() == [first, second])
        try await reader.close()
        first.number = 3
        #expect(first != second)
    }

    @Test("has at most four hundred processes, the last ones")
    func isBounded() async throws {
        let file = try await open()
        for moment in 1...405 { _ = try await file.beginProcess(at: Int64(moment)) }
        let numbers = try await file.history().map(\.number)
        #expect(numbers.count == 400)
        #expect(numbers.first == 6)
        #expect(numbers.last == 405)
        try await file.close()
    }
}
