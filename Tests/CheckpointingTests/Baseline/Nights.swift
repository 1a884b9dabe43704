import Checkpointing
import ImportCore
import ImportTestSupport

/// Nights one after the other in a folder, without a source: what a test says that it holds is compared.
struct Nights {
    let folder: TemporaryFolder
    var export = SyncOptions.Export.full
    var duplicates = Plan.DuplicateKeys.reject
    var overlap: Double?
    var meaning = "a"
    var acceptsMeaning = false
    /// How many records are handed over at a time.
    var batch = 500

    init() throws { folder = try TemporaryFolder() }

    var checkpoint: String { folder.path("run.checkpoint") }
    var baselinePath: String { BaselineFile.path(for: checkpoint) }
    var nightPath: String { NightFile.path(for: checkpoint) }

    func baseline() throws -> BaselineFile? { try BaselineFile.open(beside: checkpoint) }

    func terms(_ baseline: BaselineFile?) -> NightTerms {
        NightTerms(
            binding: CheckpointBinding(
                planName: "acme", businessID: "b", destinationName: "sandbox", destination: "here", identity: "i",
                meaning: [Plan.MeaningLine(text: meaning, line: 1)]),
            baseline: baseline?.facts, options: SyncOptions(export: export, overlap: overlap), duplicates: duplicates,
            acceptsMeaning: acceptsMeaning)
    }

    /// Compares what a night's source holds; `files` are the numbers of records of its files.
    func compare(_ records: [NightRecord], files: [Int]? = nil) async throws -> any Night {
        let baseline = try baseline()
        let terms = terms(baseline)
        let draft = try await NightDraftFile.begin(
            beside: checkpoint, baseline: baseline, terms: terms, folder: folder.path(""))
        for start in stride(from: 0, to: records.count, by: batch) {
            try await draft.append(Array(records[start..<min(start + batch, records.count)]))
        }
        var facts = NightFacts(terms: terms)
        facts.recordsOfFiles = files ?? [records.count]
        for record in records where record.updatedAt != BaselineEntry.noTime {
            facts.latestUpdate = max(facts.latestUpdate ?? record.updatedAt, record.updatedAt)
        }
        return try await draft.finish(facts)
    }

    /// Compares, and takes over what everybody but those in `failing` has written.
    @discardableResult
    func pass(
        _ records: [NightRecord], files: [Int]? = nil, failing: Set<UInt64> = [], id: String = "night"
    ) async throws -> NightFigures {
        let night = try await compare(records, files: files)
        _ = try await night.replaceBaseline(runID: id) { record, place in
            if failing.contains(record.key.low) { return .isOut }
            return .isIn(record: record.isKnown ? record.record : place)
        }
        return night.facts.figures
    }

    func entries() throws -> [BaselineEntry] {
        guard let baseline = try baseline() else { return [] }
        return try baseline.entries(from: 0, count: baseline.facts.entries)
    }

    static func record(
        _ key: Int, status: UInt32 = 0, rest: UInt32 = 0, at time: Int64 = BaselineEntry.noTime,
        _ standing: NightRecord.Standing = .new
    ) -> NightRecord {
        // Spread as real fingerprints are.
        var random = SeededRandom(seed: UInt64(key))
        return NightRecord(
            key: KeyFingerprint(low: random.next(), high: UInt32(truncatingIfNeeded: random.next())),
            hashes: ContentHashes(status: status, rest: rest), updatedAt: time, standing: standing)
    }
}
