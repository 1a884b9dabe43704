import FileReading
import Foundation
import ImportCore
import TextConverting

/// A plan with its source opened and its rules compiled: what every verb that reads records begins with.
struct PlanSession: Sendable {
    let file: PlanFile
    let opened: OpenedSource
    let program: MappingProgram
    let preparation: Preparation

    var plan: Plan { file.plan }

    /// - Parameters:
    ///   - source: files to read in place of the plan's, relative to the working directory.
    ///   - destination: what records are mapped for, where it asks for something of its own; nil for none.
    ///   - readsAhead: whether the whole source is read before any record counts, as `duplicates: last` must have it.
    static func open(
        _ file: PlanFile, source: [String] = [], destination: String? = nil, readsAhead: Bool = false
    ) async throws -> PlanSession {
        let plan = file.plan
        if !readsAhead { try plan.checkTakesRecordsInOrder() }
        let opened = try OpenedSource.open(
            source.isEmpty ? plan.source.files : source, relativeTo: source.isEmpty ? file.folder : "",
            format: plan.source.format, dialect: plan.source.dialect, encoding: plan.source.encoding,
            unpacking: plan.limits.unpacking)
        var lookups: [LookupRule: any LookupTable] = [:]
        for rule in plan.lookups where lookups[rule] == nil {
            lookups[rule] = try await CSVLookupTable.read(rule, relativeTo: file.folder, plan: file.path)
        }
        let program = try MappingCompiler.compile(
            plan, headers: opened.headers.map { $0.naming(plan.source.headers) }, fileNames: opened.fileNames,
            lookups: lookups, converters: TextConverters.all(limit: plan.limits.fieldBytes),
            listReader: { JSONFieldReader(columns: $0, limits: plan.limits) },
            reference: destination.flatMap { plan.reference(at: $0) })
        return PlanSession(
            file: file, opened: opened, program: program,
            preparation: Preparation(program: program, limits: plan.limits, hash: KeyFingerprints.hash))
    }

    /// Each file's header, in which columns go by the plan's names, too; empty for JSON.
    var headers: [CSVHeader] { headers(of: opened) }

    private func headers(of opened: OpenedSource) -> [CSVHeader] {
        opened.headers.map { $0.naming(plan.source.headers) }
    }

    /// The records, read for this plan's rules.
    ///
    /// - Parameters:
    ///   - takesFingerprints: whether what is read is hashed, for a checkpoint.
    ///   - grown: files that are read only from where they are settled on.
    func records(
        barrier: SourcePosition? = nil, takesFingerprints: Bool = false, grown: [GrownFile] = []
    ) -> any RecordSource {
        opened.records(
            program.layout, columns: program.layout.columns(in: headers), limits: plan.limits,
            barrier: barrier, takesFingerprints: takesFingerprints, grown: grown)
    }

    /// The records of one file, read for this plan's rules as far as nothing is taken from a stream.
    func look(at index: Int) throws -> any RecordSource {
        let one = try opened.look(at: index)
        return one.records(program.layout, columns: program.layout.columns(in: headers(of: one)), limits: plan.limits)
    }

    /// Reads the source once and counts what it holds; only for one that can be read again.
    func count() async throws -> FidelityFigures {
        try await CountingRun(
            source: records(), preparation: preparation, businessID: plan.businessID, width: Self.width,
            index: { keyIndex() }, duplicates: plan.duplicates
        ).run()
    }

    /// An empty index of keys, which spills to the folder for temporary files.
    func keyIndex() -> SpillingKeyIndex { SpillingKeyIndex(folder: Self.scratchFolder) }

    /// For what does not fit into memory.
    static var scratchFolder: String { ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp" }

    /// Pieces in flight: one for each core, and two that wait, so that no core does while one is handed over.
    static var width: Int { ProcessInfo.processInfo.activeProcessorCount + 2 }
}
