import ImportCore
import ImportTestSupport
import Testing

@testable import Checkpointing

@Suite("A row of the checkpoint")
struct AttemptWriterTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open() async throws -> CheckpointFile {
        try await CheckpointFile.open(holding: RunLock(forCheckpoint: folder.path("plan.sandbox.checkpoint")))
    }

    private static let states: [AttemptState] = [.intent, .done, .refused, .inDoubt, .released]

    private func entry(_ record: Int, _ state: AttemptState) -> AttemptEntry {
        switch state {
        case .done: return Samples.done(record, step: .assign)
        case .refused:
            var entry = Samples.refused(record)
            entry.step = .assign
            return entry
        case .intent, .inDoubt, .released:
            var entry = Samples.intent(record, step: .assign)
            entry.state = state
            if state == .released { entry.content = nil }
            return entry
        }
    }

    /// Every way through three states, each written in a transaction of its own and all three in one.
    @Test("says the last that was written, and nothing of what was before", arguments: [true, false])
    func saysTheLast(inOneTransaction: Bool) async throws {
        let file = try await open()
        let ways = Self.states.flatMap { first in
            Self.states.flatMap { second in Self.states.map { [first, second, $0] } }
        }
        let steps = (0..<3).map { step in ways.enumerated().map { entry($0.offset, $0.element[step]) } }
        if inOneTransaction {
            try await file.commit(steps.flatMap(\.self), progress: nil)
        } else {
            for entries in steps { try await file.commit(entries, progress: nil) }
        }
        let last = try #require(steps.last)
        #expect(try await file.entries(after: nil, limit: 1000) == last)
        #expect(try await file.pendingSteps() == last.filter { $0.state == .intent || $0.state == .inDoubt })
        #expect(try await file.refusedSteps() == last.filter { $0.state == .refused })
        try await file.close()
    }

    @Test(
        "gives back a destination's id letter by letter",
        arguments: [
            "0f8fad5b-d9cb-469f-a165-70867728950e", "0F8FAD5B-d9cb-469f-a165-70867728950e",
            "00000000-0000-0000-0000-000000000000", "0f8fad5bd9cb469fa16570867728950e",
            "0f8fad5b-d9cb-469f-a165-70867728950", "0f8fad5b-d9cb-469f-a165-70867728950e0",
            "0f8fad5b-d9cb-469f-a165-7086772895g0", "0f8fad5b-d9cb-469f-a16570867-728950e", "-", "", "42", "ß",
        ])
    func givesBackIDs(id: String) async throws {
        let file = try await open()
        var done = Samples.done(1)
        done.remoteID = id
        try await file.commit([done], progress: nil)
        #expect(try await file.entries(after: nil, limit: 10) == [done])
        try await file.close()
    }
}
