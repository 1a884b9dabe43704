import Checkpointing
import ImportCore

/// The list of conversations whose records a full export no longer holds: one JSON object a line. Nothing is deleted.
enum VanishedFile {
    static let name = "vanished.jsonl"
    /// So many lines are written at most: the figure says how many there are.
    private static let most = 100_000

    /// - Returns: the list's path; nil where nothing has vanished.
    static func write(_ night: any Night, _ checkpoint: CheckpointFile, in folder: String) async throws -> String? {
        guard night.facts.figures.vanished > 0 else { return nil }
        var lines = JSONText()
        var count = 0
        try await night.forEachVanished(includingEarlier: false) { entry in
            guard count < most else { return }
            count += 1
            let created = try await checkpoint.entry(for: entry.record, step: .create)
            lines.beginObject()
            lines.key("conversation")
            if let id = created?.remoteID { lines.string(id) } else { lines.null() }
            lines.endObject()
            lines.endLine()
        }
        return try await ListFile(name, in: folder).write(lines.bytes)
    }
}
