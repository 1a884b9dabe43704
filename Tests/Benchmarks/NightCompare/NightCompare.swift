import Checkpointing
import FileReading
import Foundation
import ImportCore
import PlanReading

/// The first phase of a night alone, with nothing sent: compares a plan's source with the baseline under a prefix, and
/// replaces it as if everything had been written. Without a baseline it is the first night.
@main
enum NightCompare {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else {
            FileHandle.standardError.write(Data("usage: NightCompare PLAN PREFIX\n".utf8))
            exit(64)
        }
        let started = ContinuousClock.now
        let night = try await compare(plan: arguments[1], prefix: arguments[2])
        let compared = started.duration(to: .now) / .seconds(1)
        _ = try await night.replaceBaseline(runID: "benchmark") { record, place in
            .isIn(record: record.isKnown ? record.record : place)
        }
        let replaced = started.duration(to: .now) / .seconds(1) - compared
        let figures = night.facts.figures
        print(
            """
            {"compare": \(compared), "replace": \(replaced), "read": \(figures.read), "new": \(figures.new), \
            "unchanged": \(figures.unchanged), "changed": \(figures.changed), "vanished": \(figures.vanished)}
            """)
    }

    private static func compare(plan path: String, prefix: String) async throws -> any Night {
        let environment = ProcessInfo.processInfo.environment
        let plan = try PlanReader.read(path: path, environment: environment)
        let opened = try OpenedSource.open(
            plan.source.files, relativeTo: "", format: plan.source.format, dialect: plan.source.dialect)
        let program = try MappingCompiler.compile(
            plan, headers: opened.headers, fileNames: opened.fileNames, lookups: [:])
        var preparation = Preparation(program: program, limits: plan.limits, hash: KeyFingerprints.hash)
        preparation.contentHash = ContentFingerprints.hash
        let baseline = try BaselineFile.open(beside: prefix)
        let terms = NightTerms(
            binding: CheckpointBinding(
                planName: plan.name, businessID: plan.businessID, destinationName: "none", destination: "none",
                identity: plan.identity, meaning: plan.meaning),
            baseline: baseline?.facts, options: SyncOptions(export: .full), duplicates: .last, acceptsMeaning: true)
        let comparison = NightComparison(
            source: opened.records(
                program.layout, columns: program.layout.columns(in: opened.headers), limits: plan.limits,
                takesFingerprints: true),
            preparation: preparation, businessID: plan.businessID,
            width: ProcessInfo.processInfo.activeProcessorCount + 2, terms: terms, expectation: nil)
        let draft = try await NightDraftFile.begin(
            beside: prefix, baseline: baseline, terms: terms, folder: environment["TMPDIR"] ?? "/tmp")
        return try await comparison.compare(into: draft) { read in
            try SourceVerification.checkUntouched(read, since: opened)
        } onBatch: { _, _ in
        }
    }
}
