import Checkpointing
import Foundation
import ImportCore

/// What the checkpoints beside a plan know of one record.
enum AttemptLines {
    static func of(_ record: RecordID, for file: PlanFile) async throws -> [String] {
        var lines = ["attempts"]
        for name in ["sandbox", "api", "postgres"] {
            let path = file.checkpoint(for: name)
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let checkpoint = try await CheckpointFile.openForReading(path)
            do {
                lines += try await self.lines(record, in: checkpoint, named: name)
            } catch {
                try? await checkpoint.close()
                throw error
            }
            try await checkpoint.close()
        }
        return lines.count > 1 ? lines : ["attempts", "    none"]
    }

    private static func lines(
        _ record: RecordID, in checkpoint: CheckpointFile, named name: String
    ) async throws -> [String] {
        var lines: [String] = []
        for step in [Step.create, .assign, .resolve, .close] {
            guard let entry = try await checkpoint.entry(for: record, step: step) else { continue }
            lines.append(line(entry, name: name))
        }
        guard lines.isEmpty, let position = try await checkpoint.progress()?.position else { return lines }
        // A destination that keeps its own books has no rows here.
        let isBehind = (record.file, record.number) <= (position.file, position.record)
        return ["    \(name): " + (isBehind ? "done with, without a row of its own" : "not reached yet")]
    }

    private static func line(_ entry: AttemptEntry, name: String) -> String {
        let time = Timestamp(microseconds: entry.startedAt * 1000).iso8601
        var line = "    \(name): \(entry.step), attempt \(entry.attempt), \(entry.state), \(time)"
        if let id = entry.remoteID { line += ", as \(id)" }
        if let code = entry.code { line += " [\(code.rawValue)]" }
        if let detail = entry.detail { line += ": \(detail)" }
        return line
    }
}
