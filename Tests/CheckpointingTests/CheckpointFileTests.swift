import Foundation
import ImportCore
import ImportTestSupport
import Testing

@testable import Checkpointing

@Suite("A checkpoint file")
struct CheckpointFileTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("plan.sandbox.checkpoint") }

    init() throws { folder = try TemporaryFolder() }

    private func open() async throws -> CheckpointFile {
        try await CheckpointFile.open(holding: RunLock(forCheckpoint: path))
    }

    @Test("is empty when it is new")
    func isEmptyWhenNew() async throws {
        let file = try await open()
        #expect(try await file.binding() == nil)
        #expect(try await file.progress() == nil)
        #expect(try await file.entries(after: nil, limit: 10) == [])
        #expect(try await file.unsettled() == [])
        try await file.close()
    }

    @Test("gives back what was written, before and after it is opened again")
    func givesBackWhatWasWritten() async throws {
        let binding = CheckpointBinding(
            planName: "zendesk", businessID: "b", destinationName: "sandbox", destination: "data 1", identity: "i",
            meaning: [Plan.MeaningLine(text: "conversation.status = open", line: 12)])
        var odd = Samples.done(5)
        odd.remoteID = "Not-A-UUID"
        var upper = Samples.done(6)
        upper.remoteID = "B2C3D4E5-F6A7-8901-BCDE-F12345678901"
        var nought = Samples.done(7)
        nought.remoteID = "00000000-0000-0000-0000-000000000000"
        var doubtful = Samples.intent(8)
        doubtful.state = .inDoubt
        doubtful.content = RequestContent(messageDigest: nil, customerID: nil)
        doubtful.detail = "no answer in 30 s"
        var released = Samples.intent(9)
        released.state = .released
        released.content = nil
        let entries = [
            Samples.intent(1), Samples.done(2), Samples.done(2, step: .close), Samples.refused(3), odd, upper, nought,
            doubtful, released,
        ]
        let progress = Samples.progress(9, blocks: ["1", "2"])
        var file = try await open()
        try await file.bind(binding)
        try await file.commit(entries, progress: progress)
        for _ in 1...2 {
            #expect(try await file.binding() == binding)
            #expect(try await file.progress() == progress)
            #expect(try await file.entries(after: nil, limit: 100) == entries)
            #expect(try await file.unsettled() == [Samples.intent(1), doubtful])
            #expect(try await file.entry(for: Samples.record(3), step: .create) == Samples.refused(3))
            #expect(try await file.entry(for: Samples.record(3), step: .assign) == nil)
            try await file.close()
            file = try await open()
        }
        try await file.close()
    }

    @Test("keeps the messages sent, and the pace at which they were")
    func keepsMessages() async throws {
        let text = #"{"used":{"2026-01":1},"open":{"1":"2026-01"}}"#
        let spending = try JSONDecoder().decode(MessageSpending.self, from: Data(text.utf8))
        #expect(spending.used(in: CalendarMonth(year: 2026, month: 1)) == 1)
        var file = try await open()
        #expect(try await file.messageSpending() == MessageSpending())
        try await file.commit([Samples.intent(1)], progress: nil, spending: spending)
        // What says nothing of it leaves it as it is.
        try await file.commit((2...5).map { Samples.done($0 * 1000) } + [Samples.refused(7)], progress: nil)
        try await file.close()
        file = try await open()
        #expect(try await file.messageSpending() == spending)
        let pace = try await file.sendingPace(since: 1_767_225_602_000)
        #expect(pace.sentOfLate == 4)
        #expect(pace.perSecond == 1)
        // Nothing is in the books yet, so all rows stand behind the position.
        #expect(pace.sent == 6)
        var progress = Samples.progress(5000)
        progress.books.conversations.created = 4
        progress.books.conversations.inDoubt = 1
        progress.books.rejections.byDestination = 1
        try await file.commit([Samples.done(6000)], progress: progress)
        #expect(try await file.sendingPace(since: 1_767_225_602_000).sent == 7)
        try await file.close()
    }

    @Test("keeps what is still to be done to a conversation, and counts what is done")
    func keepsLaterSteps() async throws {
        var doubtful = Samples.intent(1)
        doubtful.content?.later = LaterSteps(assigneeID: "an agent", ending: .close)
        var assign = Samples.intent(2, step: .assign)
        assign.remoteID = "an id"
        assign.content = RequestContent(
            messageDigest: nil, customerID: nil, later: LaterSteps(assigneeID: "an agent"))
        var close = Samples.intent(2, step: .close)
        close.remoteID = "an id"
        close.content = nil
        var refused = Samples.refused(3)
        refused.step = .resolve
        let file = try await open()
        try await file.commit([doubtful, Samples.done(2), assign, close, Samples.done(3), refused], progress: nil)
        #expect(try await file.unsettled() == [doubtful])
        #expect(try await file.pendingSteps() == [assign, close])
        #expect(try await file.refusedSteps().map(\.record.number) == [3])
        try await file.commit([Samples.done(2, step: .assign)], progress: nil)
        #expect(try await file.pendingSteps() == [close])
        var figures = Books.Steps()
        figures.assigned = 1
        figures.refused = 1
        figures.inDoubt = 1
        #expect(try await file.stepFigures() == figures)
        try await file.close()
    }

    @Test("keeps the latest entry of a record's step")
    func keepsTheLatestEntry() async throws {
        let file = try await open()
        let done = Samples.done(1)
        try await file.commit([Samples.intent(1), Samples.refused(2)], progress: nil)
        try await file.commit([done, Samples.intent(2)], progress: nil)
        #expect(try await file.entries(after: nil, limit: 10) == [done, Samples.intent(2)])
        #expect(try await file.unsettled() == [Samples.intent(2)])
        try await file.close()
    }

    @Test("is read in pages that never part the steps of a record")
    func pagesKeepStepsTogether() async throws {
        let file = try await open()
        let entries = (1...10).flatMap { [Samples.done($0), Samples.done($0, step: .assign)] }
        try await file.commit(entries, progress: nil)
        var read: [AttemptEntry] = []
        while case let page = try await file.entries(after: read.last?.record, limit: 3), !page.isEmpty {
            #expect(page.count == 4)
            read += page
        }
        #expect(read == entries)
        try await file.close()
    }

    @Test("writes the source's block hashes once, and anew when they change")
    func writesBlocksOnce() async throws {
        var file = try await open()
        for blocks in [["a"], ["a", "b"], ["a", "b", "c"], ["x"], ["x", "y"]] {
            try await file.commit([], progress: Samples.progress(1, blocks: blocks))
            #expect(try await file.progress()?.files.first?.blocks == blocks)
        }
        try await file.close()
        file = try await open()
        try await file.commit([], progress: Samples.progress(1, blocks: ["x", "y", "z"]))
        #expect(try await file.progress()?.files.first?.blocks == ["x", "y", "z"])
        try await file.close()
    }

    @Test("makes a hundred concurrent commits durable in far fewer transactions")
    func groupsCommits() async throws {
        let file = try await open()
        let before = try WriteAheadLog(of: path).transactions
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...100 {
                group.addTask { try await file.commit([Samples.intent(number)], progress: nil) }
            }
            try await group.waitForAll()
        }
        let transactions = try WriteAheadLog(of: path).transactions - before
        #expect((1...50).contains(transactions), "\(transactions) transactions")
        #expect(try await file.unsettled().count == 100)
        try await file.close()
    }

    @Test("commits what a cancelled task asked for, and harms nobody who shared it")
    func survivesCancellation() async throws {
        let file = try await open()
        let tasks = (1...20).map { number in
            Task { try await file.commit([Samples.intent(number)], progress: nil) }
        }
        for task in tasks.dropFirst(10) { task.cancel() }
        for task in tasks { try await task.value }
        #expect(try await file.unsettled().count == 20)
        try await file.close()
    }

    @Test("has everything that was committed when the process is killed")
    func survivesAKill() async throws {
        let file = try await open()
        try await file.commit([Samples.intent(1), Samples.done(2)], progress: Samples.progress(2))
        // What a kill leaves is the files as they are.
        let copy = folder.path("copy.checkpoint")
        for ending in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + ending, toPath: copy + ending)
        }
        let reopened = try await CheckpointFile.open(holding: RunLock(forCheckpoint: copy))
        #expect(try await reopened.unsettled() == [Samples.intent(1)])
        #expect(try await reopened.progress() == Samples.progress(2))
        try await reopened.close()
        try await file.close()
    }

    @Test("syncs every commit to the disk before it returns")
    func isDurable() async throws {
        let file = try await open()
        #expect(try await file.pragma("synchronous") == "2")
        #expect(try await file.pragma("journal_mode") == "wal")
        try await file.close()
    }

    @Test("is for its owner's eyes only, and so are the files beside it")
    func isPrivate() async throws {
        let file = try await open()
        try await file.commit([Samples.intent(1)], progress: nil)
        for ending in ["", "-wal", "-shm", ".lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path + ending)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(ending)")
        }
        try await file.close()
    }

    @Test("fails every commit after one that failed, and continues from the last good one")
    func failsForGood() async throws {
        let file = try await open()
        try await file.commit([Samples.done(1)], progress: Samples.progress(1))
        // SQLite says of a file that may not grow what it says of a full disk.
        let pages = try #require(try await file.pragma("page_count"))
        #expect(try await file.pragma("max_page_count = \(pages)") == pages)
        let full = CheckpointError.cannotWrite(path: path, reason: "database or disk is full")
        await #expect(throws: full) { try await file.commit((2...500).map { Samples.intent($0) }, progress: nil) }
        _ = try await file.pragma("max_page_count = 100000")
        await #expect(throws: full) { try await file.commit([Samples.intent(2)], progress: nil) }
        #expect(full.report.status == .cannotWrite)
        try await file.close()

        let next = try await open()
        #expect(try await next.entries(after: nil, limit: 10).map(\.record.number) == [1])
        try await next.commit([Samples.intent(2)], progress: nil)
        try await next.close()
    }

    @Test("can be read while a run writes it")
    func isReadWhileWritten() async throws {
        let file = try await open()
        try await file.commit([Samples.done(1)], progress: Samples.progress(1))
        let reader = try await CheckpointFile.openForReading(path)
        #expect(try await reader.progress() == Samples.progress(1))
        try await file.commit([Samples.done(2)], progress: Samples.progress(2))
        #expect(try await reader.progress() == Samples.progress(2))
        try await reader.close()
        try await file.close()
    }

    @Test("takes at most sixty bytes a record that is done")
    func isSmall() async throws {
        let file = try await open()
        let (records, inFlight) = (20_000, 100)
        var sent: [AttemptEntry] = []
        for first in stride(from: 1, through: records, by: inFlight) {
            let next = (first..<first + inFlight).map { Samples.intent($0) }
            try await file.commit(sent.map { Samples.done($0.record.number) } + next, progress: nil)
            sent = next
        }
        try await file.commit(sent.map { Samples.done($0.record.number) }, progress: Samples.progress(records))
        #expect(try await file.unsettled() == [])
        // The log does not grow with the run either.
        #expect(try Data(contentsOf: URL(filePath: path + "-wal")).count < 16 << 20)
        try await file.close()
        let size = try Data(contentsOf: URL(filePath: path)).count
        #expect(size / records <= 60, "\(size) bytes for \(records) records")
    }
}

/// SQLite's write-ahead log as its file format describes it (sqlite.org/fileformat2.html#walformat).
private struct WriteAheadLog {
    /// Frames that end a transaction.
    private(set) var transactions = 0

    init(of path: String) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path + "-wal")))
        let (header, frameHeader) = (32, 24)
        guard bytes.count > header else { return }
        func word(_ offset: Int) -> Int { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
        let frame = frameHeader + word(8)
        for start in stride(from: header, to: bytes.count - frame + 1, by: frame) {
            // Frames with other salts are left over from an earlier round.
            guard word(start + 8) == word(16), word(start + 12) == word(20) else { break }
            if word(start + 4) != 0 { transactions += 1 }
        }
    }
}
