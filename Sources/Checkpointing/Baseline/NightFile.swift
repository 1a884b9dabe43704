import Foundation
package import ImportCore

/// A night's comparison, whole: 56 bytes for each record of the source, in its order, and which of the baseline's entries
/// they stand for.
package final class NightFile: Night {
    static let kind = BlockFileKind(
        magic: Array("PBINIGHT".utf8), version: 1, entryBytes: NightRecord.byteCount)

    package let facts: NightFacts
    private let checkpoint: String
    private let file: BlockFile
    private let taken: PlaceSet
    private let baseline: BaselineFile?

    private init(_ file: BlockFile, beside checkpoint: String, facts: NightFacts, baseline: BaselineFile?) {
        self.checkpoint = checkpoint
        self.file = file
        self.facts = facts
        self.baseline = baseline
        taken = PlaceSet(words: file.places)
    }

    package static func path(for checkpoint: String) -> String { checkpoint + ".night" }

    /// The comparison that an earlier process of the same night left behind; nil where there is none, where it was made on
    /// other terms, and where it is not as it was written: it can be made again.
    ///
    /// Whether the source is still what was compared is for the caller to see, by `facts.sources`.
    package static func find(
        beside checkpoint: String, baseline: BaselineFile?, terms: NightTerms
    ) throws(BaselineError) -> NightFile? {
        do {
            guard let night = try open(beside: checkpoint, baseline: baseline), night.facts.terms == terms else {
                return nil
            }
            return night
        } catch BaselineError.damaged, BaselineError.foreign, BaselineError.newer {
            return nil
        }
    }

    /// The comparison of a night whose process was killed before it left a baseline behind; nil where there is none. One
    /// that is not as it was written, or whose baseline has been replaced since, is of no use, and is removed.
    package static func pending(beside checkpoint: String) throws(BaselineError) -> NightFile? {
        let baseline = try BaselineFile.open(beside: checkpoint)
        do {
            if let night = try open(beside: checkpoint, baseline: baseline),
                night.facts.terms.baseline == baseline?.facts
            {
                return night
            }
        } catch BaselineError.damaged, BaselineError.foreign, BaselineError.newer {}
        remove(beside: checkpoint)
        return nil
    }

    static func open(beside checkpoint: String, baseline: BaselineFile?) throws(BaselineError) -> NightFile? {
        let path = path(for: checkpoint)
        guard let file = try BlockFile(path, kind: kind) else { return nil }
        guard let facts = try? JSONDecoder().decode(NightFacts.self, from: Data(file.facts)),
            facts.recordsOfFiles.reduce(0, +) == file.count,
            file.places.count == PlaceSet(count: facts.terms.baseline?.entries ?? 0).words.count
        else { throw .damaged(path: path, detail: "what it says of itself cannot be read") }
        return NightFile(file, beside: checkpoint, facts: facts, baseline: baseline)
    }

    /// Removes a comparison whose night is over; nothing where there is none.
    package static func remove(beside checkpoint: String) {
        let path = path(for: checkpoint)
        unlink(path)
        unlink(path + ".part")
    }

    package func records(from ordinal: Int, count: Int) throws -> [NightRecord] {
        try file.entries(NightRecord.self, from: ordinal, count: count)
    }

    package func earlierEntry(of record: NightRecord) throws -> BaselineEntry? {
        guard record.isKnown, let baseline else { return nil }
        return try baseline.entries(from: record.counterpart, count: 1).first
    }

    /// The entries of the baseline from a block's first on.
    func earlierBlock(from start: Int) throws(BaselineError) -> [BaselineEntry] {
        guard let baseline else { return [] }
        return try baseline.entries(
            from: start, count: min(BlockLayout.entriesInBlock, baseline.facts.entries - start))
    }

    package func forEachVanished(
        includingEarlier: Bool, _ body: (BaselineEntry) async throws -> Void
    ) async throws {
        guard facts.terms.export == .full else { return }
        try await forEachUntaken { entry in
            if includingEarlier || !entry.isVanished { try await body(entry) }
        }
    }

    private func forEachUntaken(_ body: (BaselineEntry) async throws -> Void) async throws {
        guard let baseline else { return }
        var start = 0
        while start < baseline.facts.entries {
            let portion = try baseline.entries(
                from: start, count: min(BaselineFile.portion, baseline.facts.entries - start))
            for (index, entry) in portion.enumerated() where !taken.contains(start + index) { try await body(entry) }
            start += portion.count
        }
    }

    package func replaceBaseline(
        runID: String, listsVanished: Bool, _ outcome: (NightRecord, RecordID) async throws -> NightOutcome
    ) async throws -> BaselineFacts {
        let writer = try BaselineWriter(BaselineFile.path(for: checkpoint))
        var next = NextBaseline(night: self, writer: writer)
        var passedOver = PlaceSet(count: 0)
        var settled: [SettledFile] = []
        var ordinal = 0
        for (number, count) in facts.recordsOfFiles.enumerated() {
            var stretch = SettledStretch(
                of: number, in: facts, firstRecord: ordinal, firstEntry: next.count)
            var read = 0
            while read < count {
                let portion = try records(from: ordinal, count: min(BaselineFile.portion, count - read))
                for (index, record) in portion.enumerated() {
                    let ending = try await next.add(
                        record, at: RecordID(file: number, number: read + index + 1), outcome)
                    if ending == .passedOver { passedOver.extend(to: ordinal + index) }
                    stretch.add(record, ending)
                }
                read += portion.count
                ordinal += portion.count
            }
            if let file = stretch.settled { settled.append(file) }
        }
        let vanishes = listsVanished && facts.terms.export == .full
        try await forEachUntaken { entry in
            var entry = entry
            if vanishes { entry.isVanished = true }
            try next.keep(entry)
        }
        try next.flush()
        return try writer.finish(of: facts, runID: runID, settled: settled, passedOver: passedOver)
    }
}
