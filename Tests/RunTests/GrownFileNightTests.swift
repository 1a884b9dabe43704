import Checkpointing
import FileReading
import Foundation
import ImportTestSupport
import Testing

@testable import ImportCore

/// Nights over files that grow, spent twice: once with what is settled only checked, once with all of it read. Nobody may
/// be able to tell one from the other.
@Suite("Files that only grow")
struct GrownFileNightTests {
    @Test("A night that checks what is settled is the night that reads it") func property() async throws {
        var checked = 0
        for seed in 1...16 { checked += try await nights(seed) }
        #expect(checked > 30)
    }

    /// Returns how many nights had something to check.
    private func nights(_ seed: Int) async throws -> Int {
        var random = SeededRandom(seed: UInt64(seed))
        let folder = try TemporaryFolder()
        let duplicates = random.pick(Plan.DuplicateKeys.allCases)
        let export = random.pick([SyncOptions.Export.full, .full, .incremental])
        var files = GrowingFiles(folder, isLarge: seed % 8 == 0, &random)
        var checked = 0
        for number in 1...6 {
            try files.change(&random)
            let failing = UInt64(random.int(3...30))
            var nights: [any Night] = []
            for reader in [true, false].map({ NightReader(folder: folder, checks: $0) }) {
                let night = try await reader.night(files.names, duplicates: duplicates, export: export)
                nights.append(night)
                if reader.checks, !night.grown.isEmpty { checked += 1 }
            }
            let place = "seed \(seed), night \(number)"
            #expect(nights[0].facts.figures == nights[1].facts.figures, "\(place)")
            #expect(nights[0].facts.skips == nights[1].facts.skips, "\(place)")
            let tallies = try await nights.async { try await NightReader.tally($0, files.names, folder) }
            #expect(tallies[0] == tallies[1], "\(place)")
            for night in nights {
                _ = try await night.replaceBaseline(runID: "r") { record, place in
                    if record.key.low % failing == 0 { return record.isKnown ? .isOpen(.all) : .isOut }
                    return .isIn(record: record.isKnown ? record.record : place)
                }
            }
            let entries = try [true, false].map { try NightReader(folder: folder, checks: $0).entries() }
            let isSame = entries[0] == entries[1]
            #expect(isSame, "\(place): the baselines differ")
        }
        return checked
    }
}

extension [any Night] {
    fileprivate func async<Value>(_ body: (any Night) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for night in self { values.append(try await body(night)) }
        return values
    }
}

/// The nights of one of the two.
private struct NightReader {
    let folder: TemporaryFolder
    let checks: Bool

    var checkpoint: String { folder.path(checks ? "checked" : "read") }

    func entries() throws -> [BaselineEntry] {
        guard let baseline = try BaselineFile.open(beside: checkpoint) else { return [] }
        return try baseline.entries(from: 0, count: baseline.facts.entries)
    }

    func night(
        _ names: [String], duplicates: Plan.DuplicateKeys, export: SyncOptions.Export
    ) async throws -> any Night {
        let baseline = try BaselineFile.open(beside: checkpoint)
        let terms = NightTerms(
            binding: CheckpointBinding(
                planName: "acme", businessID: "b", destinationName: "sandbox", destination: "d", identity: "i",
                meaning: []),
            baseline: baseline?.facts, options: SyncOptions(export: export), duplicates: duplicates,
            acceptsMeaning: false, reading: "same")
        let opened = try Self.open(names, folder)
        let grown = checks ? try await GrownFiles.find(terms.settled, in: opened) : []
        let night = try await compare(opened, baseline, terms, grown)
        return try night.rejectsSettled() ? try await compare(opened, baseline, terms, []) : night
    }

    private func compare(
        _ opened: OpenedSource, _ baseline: BaselineFile?, _ terms: NightTerms, _ grown: [GrownFile]
    ) async throws -> any Night {
        let (preparation, source) = try Self.source(opened, grown: grown, takesFingerprints: true)
        let draft = try await NightDraftFile.begin(
            beside: checkpoint, baseline: baseline, terms: terms, folder: folder.path(""))
        return try await NightComparison(
            source: source, preparation: preparation, businessID: "b", width: 3, terms: terms, expectation: nil,
            grown: grown
        ).compare(into: draft) {
            try SourceVerification.checkUntouched($0, since: opened)
        } onBatch: { _, _ in
        }
    }

    /// What the write phase does, by what is done with a record, with what it does not read.
    static func tally(_ night: any Night, _ names: [String], _ folder: TemporaryFolder) async throws -> [String: Int] {
        let (preparation, source) = try source(open(names, folder), grown: night.grown, takesFingerprints: false)
        let reading = NightReading(night, fileNames: names)
        var tally: [String: Int] = [:]
        func read(_ source: some RecordSource) async throws {
            try await BatchPipeline(source: source, preparation: preparation, businessID: "b", width: 2).forEach {
                for verdict in try reading.verdicts(of: $0) {
                    switch verdict {
                    case .unchanged: tally["unchanged", default: 0] += 1
                    case .repeated: tally["repeated", default: 0] += 1
                    default: tally[String("\(verdict)".prefix(6)), default: 0] += 1
                    }
                }
                return true
            }
        }
        try await read(source)
        let settled = try night.settledCounts()
        if settled.unchanged > 0 { tally["unchanged", default: 0] += settled.unchanged }
        if settled.skipped > 0 { tally["repeated", default: 0] += settled.skipped }
        return tally
    }

    private static func open(_ names: [String], _ folder: TemporaryFolder) throws -> OpenedSource {
        try OpenedSource.open(names, relativeTo: folder.path(""), format: .csv, dialect: .init())
    }

    private static func source(
        _ opened: OpenedSource, grown: [GrownFile], takesFingerprints: Bool
    ) throws -> (Preparation, any RecordSource) {
        let program = try MappingCompiler.compile(
            .ofTickets, headers: opened.headers, fileNames: opened.fileNames, lookups: [:])
        var preparation = Preparation(program: program, limits: Limits(), hash: KeyFingerprints.hash)
        preparation.contentHash = ContentFingerprints.hash
        let source = opened.records(
            program.layout, columns: program.layout.columns(in: opened.headers), limits: Limits(),
            takesFingerprints: takesFingerprints, grown: grown)
        return (preparation, source)
    }
}

/// A folder of exports, to most of which lines are only added.
private struct GrowingFiles {
    private let folder: TemporaryFolder
    private var texts: [String: String] = [:]
    private var lastKey = 0
    private let isLarge: Bool

    var names: [String] { texts.keys.sorted() }

    init(_ folder: TemporaryFolder, isLarge: Bool, _ random: inout SeededRandom) {
        self.folder = folder
        self.isLarge = isLarge
        for name in ["b.csv", "c.csv"].prefix(random.int(1...2)) { texts[name] = "id,body,status\n" }
    }

    mutating func change(_ random: inout SeededRandom) throws {
        for name in names where lastKey == 0 || random.chance(2) {
            // Large: more than a piece, so that there are marks within.
            let count = lastKey > 0 ? random.int(0...12) : isLarge ? 5_000 : 8
            var lines = ""
            for _ in 0..<count { lines += line(&random) }
            texts[name, default: ""] += lines
        }
        if random.chance(5) { texts["\(random.pick(["a", "d"])).csv"] = "id,body,status\n" + line(&random) }
        if random.chance(5), let name = names.randomElement(using: &random) {
            texts[name] = texts[name]?.replacing("new", with: "open", maxReplacements: 1)
        }
        if random.chance(8), let name = names.randomElement(using: &random), name != "b.csv" { texts[name] = nil }
        for (name, text) in texts {
            // Now and then somebody is still writing.
            try folder.write(name, random.chance(6) && lastKey > 0 ? String(text.dropLast()) : text)
        }
    }

    private mutating func line(_ random: inout SeededRandom) -> String {
        lastKey += 1
        let key = random.chance(isLarge ? 400 : 8) ? random.int(1...lastKey) : lastKey
        let status = random.chance(isLarge ? 9000 : 40) ? "lost" : random.pick(["new", "open"])
        let body = "body \(random.int(0...3))" + (isLarge ? String(repeating: ".", count: 70) : "")
        return "\(key),\(body),\(status)\n"
    }
}
