import Foundation
package import ImportCore

/// What the last night left behind: 44 bytes for each conversation, in the order of its source.
///
/// Opening it reads its two ends only, however large it is; every block is checked when it is read.
package final class BaselineFile: Sendable {
    static let kind = BlockFileKind(
        magic: Array("PBIBASE\n".utf8), version: 1, entryBytes: BaselineEntry.byteCount)

    package let facts: BaselineFacts
    private let file: BlockFile

    private init(_ file: BlockFile, facts: BaselineFacts) {
        self.file = file
        self.facts = facts
    }

    package static func path(for checkpoint: String) -> String { checkpoint + ".baseline" }

    /// Opens the baseline; nil where there is none, as in the first night.
    package static func open(beside checkpoint: String) throws(BaselineError) -> BaselineFile? {
        let path = path(for: checkpoint)
        guard let file = try BlockFile(path, kind: kind) else { return nil }
        guard let facts = try? JSONDecoder().decode(BaselineFacts.self, from: Data(file.facts)),
            facts.entries == file.count, (0...facts.entries).contains(facts.vanished)
        else { throw .damaged(path: path, detail: "what it says of itself cannot be read") }
        return BaselineFile(file, facts: facts)
    }

    package func entries(from start: Int, count: Int) throws(BaselineError) -> [BaselineEntry] {
        try file.entries(BaselineEntry.self, from: start, count: count)
    }

    /// Eight blocks: 360 KB.
    static let portion = 8 * BlockLayout.entriesInBlock
}

/// A baseline on its way.
final class BaselineWriter {
    private let writer: BlockFileWriter
    private var vanished = 0

    init(_ path: String) throws(BaselineError) { writer = try BlockFileWriter(path, kind: BaselineFile.kind) }

    func append(_ entries: [BaselineEntry]) throws(BaselineError) {
        for entry in entries where entry.isVanished { vanished += 1 }
        try writer.append(entries)
    }

    /// Replaces the baseline that is there.
    func finish(
        runID: String, binding: CheckpointBinding, recordsRead: Int, latestUpdate: Int64?
    ) throws -> BaselineFacts {
        let facts = BaselineFacts(
            runID: runID, binding: binding, entries: writer.count, vanished: vanished, recordsRead: recordsRead,
            latestUpdate: latestUpdate)
        try writer.finish(places: [], facts: Array(try JSONEncoder().encode(facts)))
        return facts
    }
}
