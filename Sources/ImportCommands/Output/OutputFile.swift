import Checkpointing
import ImportCore

/// `--output`: each validated conversation as one canonical JSON line; the file appears when it is whole.
struct OutputFile: Sendable {
    private let file: AtomicFile

    static func create(_ path: String?) async throws -> OutputFile? {
        guard let path else { return nil }
        return OutputFile(file: try await AtomicFile.create(path))
    }

    func append(_ taken: TakenBatch) async throws {
        var lines = JSONText()
        for index in taken.accepted {
            taken.batch.conversation(at: index).write(to: &lines)
            lines.endLine()
        }
        try await file.append(lines.bytes)
    }

    func finish() async throws { try await file.finish() }
}
