import Checkpointing
import FileReading
import Foundation
import ImportCore
import PlanReading

/// A night to a destination that takes everything at once: compares a plan's source with what the last night left beside a
/// checkpoint, and leaves the rows and the baseline that a night which sent all of it would leave.
@main
enum NightCompare {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else {
            FileHandle.standardError.write(Data("usage: NightCompare PLAN CHECKPOINT\n".utf8))
            exit(64)
        }
        let checkpoint = try await CheckpointFile.open(holding: RunLock(forCheckpoint: arguments[2]))
        guard let binding = try await checkpoint.binding() else {
            FileHandle.standardError.write(Data("NightCompare: no night was spent with this checkpoint\n".utf8))
            exit(65)
        }
        let night = try await compare(plan: arguments[1], checkpoint: arguments[2], binding: binding)
        // Behind the one file of the night that bound the checkpoint.
        let places = RecordID.firstInputFile + 1
        var rows: [AttemptEntry] = []
        _ = try await night.replaceBaseline(runID: "benchmark") { record, place in
            guard !record.isKnown else { return .isIn(record: record.record) }
            let id = RecordID(file: places + place.file, number: place.number)
            rows.append(
                AttemptEntry(
                    record: id, step: .create, state: .done, attempt: 1, keyFingerprint: record.key.low,
                    remoteID: UUID().uuidString.lowercased(), startedAt: 1_700_000_000_000))
            if rows.count == 8192 {
                try await checkpoint.commit(rows, progress: nil)
                rows = []
            }
            return .isIn(record: id)
        }
        try await checkpoint.commit(rows, progress: nil)
        try await checkpoint.close()
        let figures = night.facts.figures
        print(#"{"read": \#(figures.read), "new": \#(figures.new), "changed": \#(figures.changed)}"#)
    }

    private static func compare(
        plan path: String, checkpoint: String, binding: CheckpointBinding
    ) async throws -> any Night {
        let environment = ProcessInfo.processInfo.environment
        let plan = try PlanReader.read(path: path, environment: environment)
        let opened = try OpenedSource.open(
            plan.source.files, relativeTo: "", format: plan.source.format, dialect: plan.source.dialect)
        let program = try MappingCompiler.compile(
            plan, headers: opened.headers, fileNames: opened.fileNames, lookups: [:])
        var preparation = Preparation(program: program, limits: plan.limits, hash: KeyFingerprints.hash)
        preparation.contentHash = ContentFingerprints.hash
        let baseline = try BaselineFile.open(beside: checkpoint)
        // What the plan's own nights say of themselves holds for this one, too.
        let terms = NightTerms(
            binding: binding, baseline: baseline?.facts, options: SyncOptions(export: .full),
            duplicates: plan.duplicates, acceptsMeaning: true, reading: baseline?.facts.reading)
        let comparison = NightComparison(
            source: opened.records(
                program.layout, columns: program.layout.columns(in: opened.headers), limits: plan.limits,
                takesFingerprints: true),
            preparation: preparation, businessID: plan.businessID,
            width: ProcessInfo.processInfo.activeProcessorCount + 2, terms: terms, expectation: nil)
        let draft = try await NightDraftFile.begin(
            beside: checkpoint, baseline: baseline, terms: terms, folder: environment["TMPDIR"] ?? "/tmp")
        return try await comparison.compare(into: draft) { read in
            try SourceVerification.checkUntouched(read, since: opened)
        } onBatch: { _, _ in
        }
    }
}
