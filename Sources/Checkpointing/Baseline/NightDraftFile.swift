import Foundation
package import ImportCore

/// A night's comparison on its way: one file of records beside the baseline, which gets its name when it is whole.
package actor NightDraftFile: NightDraft {
    private nonisolated let executor = BlockingExecutor(label: "night")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let checkpoint: String
    private let folder: String
    private let baseline: BaselineFile?
    private let terms: NightTerms
    private let mark: Int64?
    private var writer: BlockFileWriter?
    private var window: BaselineWindow
    /// The keys that were not found nearby.
    private var filter = KeyFilter()
    /// Entries of the baseline that this night's source holds, and how many of those the last one's did not.
    private var taken = 0
    private var returned = 0
    private var figures = NightFigures()
    /// The records that are held back, from 0 over all files, by their keys.
    private var heldBack: [KeyFingerprint: Int] = [:]

    private init(beside checkpoint: String, baseline: BaselineFile?, terms: NightTerms, folder: String) {
        self.checkpoint = checkpoint
        self.folder = folder
        self.baseline = baseline
        self.terms = terms
        mark = terms.mark
        window = BaselineWindow(count: baseline?.facts.entries ?? 0) { start, count in
            try baseline?.entries(from: start, count: count) ?? []
        }
    }

    /// Begins a comparison; one that is there under the name stays until this one is whole.
    ///
    /// - Parameters:
    ///   - baseline: nil in the first night; the one of `terms`.
    ///   - folder: for temporary files: where the order is another one than the night before, they take up to 170 bytes a
    ///     record.
    package static func begin(
        beside checkpoint: String, baseline: BaselineFile?, terms: NightTerms, folder: String
    ) async throws -> NightDraftFile {
        precondition(baseline?.facts == terms.baseline, "a night is compared with the baseline of its terms")
        let draft = NightDraftFile(beside: checkpoint, baseline: baseline, terms: terms, folder: folder)
        try await draft.open()
        return draft
    }

    private func open() throws { writer = try BlockFileWriter(NightFile.path(for: checkpoint), kind: NightFile.kind) }

    package func append(_ records: [NightRecord]) throws {
        guard let writer else { preconditionFailure("nothing is added to a night that is finished") }
        var records = records
        for index in records.indices {
            if records[index].standing == .heldBack, records[index].key != .none {
                heldBack[records[index].key] = writer.count + index
            }
            if records[index].hasKey {
                if let found = try window.take(records[index].key) {
                    records[index].compare(with: found.entry, at: found.place, since: mark)
                    count(found.entry)
                } else {
                    filter.insert(records[index].key)
                }
            }
            figures.enter(records[index], since: mark)
        }
        try writer.append(records)
    }

    package func append(_ settled: SettledFile) throws {
        guard let baseline else { preconditionFailure("only a baseline can have settled a file") }
        try baseline.forEachSettled(of: settled) { records in
            var records = records
            // Nobody asks any more which record of its file one repeats: itself will do.
            for index in records.indices where records[index].standing == .repeated {
                records[index].counterpart = (writer?.count ?? 0) + index
            }
            try append(records)
        }
    }

    private func count(_ entry: BaselineEntry) {
        taken += 1
        if entry.isVanished { returned += 1 }
    }

    package func finish(_ facts: NightFacts) throws -> any Night {
        precondition(facts.terms == terms, "a night is finished on the terms on which it was begun")
        guard let writer else { preconditionFailure("a night is finished once") }
        try writer.endEntries()
        if !filter.isEmpty { try join(writer) }
        try findHeldBack(writer)
        figures.returned = returned
        if terms.export == .full, let baseline = baseline?.facts {
            figures.vanished = baseline.entries - baseline.vanished - (taken - returned)
        }
        precondition(figures.isBalanced, "every record of a night is counted once")
        var facts = facts
        facts.figures = figures
        try writer.finish(places: window.taken.words, facts: Array(try JSONEncoder().encode(facts)))
        self.writer = nil
        guard let night = try NightFile.open(beside: checkpoint, baseline: baseline) else {
            throw BaselineError.cannotRead(path: NightFile.path(for: checkpoint), reason: "it is gone")
        }
        return night
    }

    /// A record that is held back is in the source all the same: where the key that can be read of it is that of an entry
    /// which nobody else has taken, that one has not vanished, and stays as it is. A few records at most: all entries are
    /// looked through.
    private func findHeldBack(_ writer: BlockFileWriter) throws {
        guard !heldBack.isEmpty, let baseline else { return }
        for start in stride(from: 0, to: baseline.facts.entries, by: BaselineFile.portion) {
            let count = min(BaselineFile.portion, baseline.facts.entries - start)
            for (index, entry) in try baseline.entries(from: start, count: count).enumerated() {
                guard let ordinal = heldBack[entry.key], window.take(elsewhere: start + index) else { continue }
                self.count(entry)
                try writer.revise(block: ordinal / BlockLayout.entriesInBlock) { (records: inout [NightRecord]) in
                    records[ordinal % BlockLayout.entriesInBlock].counterpart = start + index
                    records[ordinal % BlockLayout.entriesInBlock].record = entry.record
                    return true
                }
            }
        }
    }

    private func join(_ writer: BlockFileWriter) throws {
        let join = KeyJoin(writer, baseline: baseline, filter: filter, terms: terms, folder: folder)
        try join.run { place, entry in
            if window.take(elsewhere: place) { count(entry) }
        }
        filter = KeyFilter()
        figures = NightFigures()
        for block in 0..<BlockLayout.blocks(of: writer.count) {
            try writer.revise(block: block) { (records: inout [NightRecord]) in
                for record in records { figures.enter(record, since: mark) }
                return false
            }
        }
    }
}
