import Checkpointing
import ImportCore
import ImportTestSupport
import Testing

/// Five records of which the last four are in doubt, and what a person says about them.
@Suite("Reconciling doubts") struct DoubtReconciliationTests {
    private final class Scene: Sendable {
        let folder: TemporaryFolder
        let checkpoint: CheckpointFile

        init() async throws {
            folder = try TemporaryFolder()
            checkpoint = try await CheckpointFile.open(holding: RunLock(forCheckpoint: folder.path("run.checkpoint")))
            var books = Books()
            books.entries.read = 5
            books.records.read = 5
            books.records.valid = 5
            books.conversations.created = 1
            books.conversations.inDoubt = 4
            books.messages.read = 5
            books.messages.created = 1
            books.messages.inDoubt = 4
            let progress = RunProgress(
                runID: "run", position: SourcePosition(file: 0, offset: 500, record: 5, line: 6), books: books,
                reportLengths: [:], files: [], isFinished: true, status: 5, startedAt: 1)
            var entries = (1...5).map { Self.doubt($0) }
            entries[0].state = .done
            entries[0].remoteID = "known"
            entries[0].content = nil
            try await checkpoint.commit(entries, progress: progress)
        }

        static func doubt(_ number: Int) -> AttemptEntry {
            AttemptEntry(
                record: RecordID(file: 0, number: number), state: .inDoubt, attempt: 1, keyFingerprint: UInt64(number),
                detail: "the server answered 502", startedAt: Int64(number),
                content: RequestContent(messageDigest: RequestContent.digest("message \(number)".utf8), customerID: nil)
            )
        }

        func reconcile(
            _ decisions: [(String, String)], acceptsUnlike: Bool = false
        ) async throws -> DoubtReconciliation.Outcome {
            let stated = try decisions.enumerated().map { index, item in
                StatedDecision(
                    doubt: item.0, decision: try #require(DoubtDecision(item.1)),
                    place: "in-doubt.csv:\(index + 2)")
            }
            let progress = try #require(try await checkpoint.progress())
            return try await DoubtReconciliation(
                checkpoint: checkpoint, destination: Shelf(), progress: progress, clock: StoppedClock(),
                onEvent: { _ in }
            ).run(stated, acceptsUnlike: acceptsUnlike)
        }

        func states() async throws -> [AttemptState] {
            try await checkpoint.entries(after: nil, limit: 100).map(\.state)
        }
    }

    /// A destination at which some conversations stand, and no request is ever found.
    private struct Shelf: Destination, CandidateReading {
        func prepare() async throws -> String { "shelf" }
        func write(_ feed: any ConversationFeed, journal: any Journal) async throws {}
        func settle(
            _ doubts: [AttemptEntry], in context: SettlingContext, journal: any Journal
        ) async throws -> [OpenDoubt] {
            try await journal.record(doubts)
            return doubts.map { OpenDoubt(entry: $0) }
        }
        func requestCounts() async -> Books.Requests { Books().requests }
        func shutdown() async throws {}

        func candidate(
            _ id: String, for doubt: AttemptEntry, traces: OwnTraces
        ) async throws -> DoubtCandidate? {
            switch id {
            case "alike": DoubtCandidate(id: id, createdAt: 1, shared: [.text], different: [])
            case "unlike": DoubtCandidate(id: id, createdAt: 1, shared: [], different: [.text])
            default: nil
            }
        }
    }

    @Test("Every decision changes row and books together, and what is undecided stays")
    func decisions() async throws {
        let scene = try await Scene()
        let outcome = try await scene.reconcile([("0-2-1", "created alike"), ("0-3-1", "absent"), ("0-4-1", "skip")])
        #expect(try await scene.states() == [.done, .done, .released, .refused, .inDoubt])
        #expect(outcome.open.map(\.entry.record.number) == [5])
        let books = outcome.progress.books
        #expect(books.balance)
        #expect(books.conversations.created == 2)
        #expect(books.conversations.notSent == 1)
        #expect(books.conversations.inDoubt == 1)
        #expect(books.rejections.byDestination == 1)
        #expect(books.messages.rejected == 1)
        // There is something to send again.
        #expect(!outcome.progress.isFinished)
        #expect(try await scene.checkpoint.progress()?.books == books)
        let leftOut = try #require(try await scene.checkpoint.entries(in: [.refused]).first)
        #expect(leftOut.code == .leftOut)
        #expect(leftOut.isLeftOut)
        try await scene.checkpoint.close()
    }

    @Test("The same decisions again change nothing, and are told to be about what is settled")
    func repeated() async throws {
        let scene = try await Scene()
        let decisions = [("0-2-1", "created alike"), ("0-3-1", "absent")]
        let first = try await scene.reconcile(decisions)
        let second = try await scene.reconcile(decisions)
        #expect(second.moot == ["in-doubt.csv:2", "in-doubt.csv:3"])
        #expect(second.progress.books == first.progress.books)
        try await scene.checkpoint.close()
    }

    @Test(
        "One wrong decision, and none is carried out",
        arguments: [
            [("0-3-1", "absent"), ("0-3-1", "skip")], [("0-3-1", "absent"), ("0-9-1", "skip")],
            [("0-3-1", "absent"), ("0-4-2", "skip")], [("0-3-1", "absent"), ("nonsense", "skip")],
            [("0-3-1", "absent"), ("0-4-1", "created nobody")], [("0-3-1", "absent"), ("0-4-1", "created unlike")],
            [("0-3-1", "absent"), ("0-4-1", "created known")],
            [("0-2-1", "created alike"), ("0-3-1", "created alike")],
        ])
    func wrongDecisions(_ decisions: [(String, String)]) async throws {
        let scene = try await Scene()
        await #expect(throws: DecisionError.self) { _ = try await scene.reconcile(decisions) }
        #expect(try await scene.states() == [.done, .inDoubt, .inDoubt, .inDoubt, .inDoubt])
        try await scene.checkpoint.close()
    }

    @Test("A conversation that does not look like the request is taken at a person's word only")
    func unlike() async throws {
        let scene = try await Scene()
        let outcome = try await scene.reconcile([("0-4-1", "created unlike")], acceptsUnlike: true)
        #expect(outcome.attempts.first { $0.record.number == 4 }?.remoteID == "unlike")
        try await scene.checkpoint.close()
    }

    @Test("Decisions have three forms", arguments: ["created", "created a b", "Absent", "done", "skip it", ""])
    func forms(_ text: String) { #expect(DoubtDecision(text) == nil) }
}
