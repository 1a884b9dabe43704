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
    /// The places in the source of settled records that have no entry; empty where each has one.
    private let passedOver: PlaceSet

    private init(_ file: BlockFile, facts: BaselineFacts) {
        self.file = file
        self.facts = facts
        passedOver = PlaceSet(words: file.places)
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

    /// Calls `body` with the settled records of a file as they were read, in portions. Those without an entry have no key:
    /// none of them will ever count, so nobody has to find them.
    func forEachSettled(of file: SettledFile, _ body: ([NightRecord]) throws -> Void) throws {
        let end = file.firstRecord + file.records
        var (place, entry) = (file.firstRecord, file.firstEntry)
        var skipped = file.skips.total
        while place < end {
            let count = min(Self.portion, end - place)
            let isPassedOver = (place..<place + count).map { passedOver.holds($0) }
            let held = isPassedOver.count { !$0 }
            guard entry + held <= file.firstEntry + file.entries else { throw damaged }
            var entries = try entries(from: entry, count: held)[...]
            let records = isPassedOver.map { isPassedOver in
                guard !isPassedOver, let entry = entries.popFirst() else {
                    defer { skipped -= 1 }
                    return NightRecord(passedOver: skipped > 0 ? .skipped : .repeated)
                }
                return NightRecord(key: entry.key, hashes: entry.hashes, updatedAt: entry.updatedAt)
            }
            try body(records)
            entry += held
            place += count
        }
        guard entry == file.firstEntry + file.entries else { throw damaged }
    }

    private var damaged: BaselineError {
        .damaged(path: file.path, detail: "its entries are not those of the files that it names")
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
    ///
    /// - Parameter passedOver: the places in the source of settled records that have no entry.
    func finish(
        of night: NightFacts, runID: String, settled: [SettledFile], passedOver: PlaceSet
    ) throws -> BaselineFacts {
        let terms = night.terms
        let facts = BaselineFacts(
            runID: runID, binding: terms.binding, entries: writer.count, vanished: vanished,
            recordsRead: night.figures.read, latestUpdate: night.latestUpdate,
            recordsOfFullExport: terms.export == .full ? night.figures.read : terms.baseline?.recordsOfFullExport,
            reading: terms.reading, settled: settled)
        try writer.finish(places: passedOver.words, facts: Array(try JSONEncoder().encode(facts)))
        return facts
    }
}

extension NightRecord {
    /// One that its key cannot find, in place of a record that no longer counts.
    fileprivate init(passedOver standing: Standing) {
        self.init(key: .none, hashes: ContentHashes(), standing: standing)
    }
}
