import Checkpointing
import Foundation
import ImportCore
import ImportTestSupport

/// Entries and files that the tests of this module share.
enum Samples {
    static func record(_ number: Int) -> RecordID { RecordID(file: 0, number: number) }

    static func intent(_ number: Int, step: Step = .create) -> AttemptEntry {
        AttemptEntry(
            record: record(number), step: step, state: .intent, attempt: 1, keyFingerprint: UInt64(number) &* .max / 3,
            startedAt: 1_767_225_600_000 + Int64(number),
            content: RequestContent(
                messageDigest: RequestContent.digest("message \(number)".utf8),
                customerID: "11111111-2222-3333-4444-555555555555"))
    }

    static func done(_ number: Int, step: Step = .create) -> AttemptEntry {
        var entry = intent(number, step: step)
        entry.state = .done
        entry.content = nil
        entry.remoteID = UUID().uuidString.lowercased()
        return entry
    }

    static func refused(_ number: Int) -> AttemptEntry {
        var entry = intent(number)
        entry.state = .refused
        entry.code = .refused
        entry.detail = "customer_id: not found"
        entry.messages = number % 3
        return entry
    }

    static func progress(_ record: Int, blocks: [String] = []) -> RunProgress {
        RunProgress(
            runID: "run", position: SourcePosition(file: 0, offset: record * 400, record: record, line: record),
            books: Books(), reportLengths: ["rejected.csv": record],
            files: [
                SourceFingerprint(
                    name: "tickets.csv", size: 1, modified: 2, inode: 3, blocks: blocks, rest: "b", read: 1,
                    endsWithNewline: true)
            ],
            isFinished: false, startedAt: 1_767_225_600_000)
    }

    /// A closed checkpoint with an entry of each kind and some progress; returns its bytes and entries.
    static func closedFile(in folder: TemporaryFolder, records: Int = 40) async throws -> ([UInt8], [AttemptEntry]) {
        let path = folder.path("whole.checkpoint")
        let file = try await CheckpointFile.open(holding: RunLock(forCheckpoint: path))
        let entries = (1...records).map { $0 % 10 == 0 ? intent($0) : $0 % 7 == 0 ? refused($0) : done($0) }
        try await file.commit(entries, progress: progress(records))
        try await file.close()
        return (Array(try Data(contentsOf: URL(filePath: path))), entries)
    }
}
