import Checkpointing
import ImportCore

/// The list of conversations that are in and could not be assigned, resolved or closed: one JSON object a line.
enum RefusedSteps {
    private static let fileName = "refused-steps.jsonl"

    /// - Parameter files: the names of the source's files.
    /// - Returns: the list's path; nil where there is nothing to list.
    static func write(_ entries: [AttemptEntry], files: [String], in folder: String) async throws -> String? {
        var lines = JSONText()
        for entry in entries { write(entry, files: files, to: &lines) }
        return try await ListFile(fileName, in: folder).write(lines.bytes)
    }

    private static func write(_ entry: AttemptEntry, files: [String], to lines: inout JSONText) {
        lines.beginObject()
        if files.indices.contains(entry.record.file) {
            lines.key("file")
            lines.string(files[entry.record.file])
        }
        lines.key("record")
        lines.number(entry.record.number)
        for (key, value) in [
            ("step", "\(entry.step)"), ("conversation", entry.remoteID), ("message", entry.detail),
        ] {
            lines.key(key)
            if let value { lines.string(value) } else { lines.null() }
        }
        lines.endObject()
        lines.endLine()
    }
}
