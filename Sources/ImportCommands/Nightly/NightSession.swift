import Checkpointing
import FileReading
import Foundation
import ImportCore

/// A night, put together: what an earlier process left unfinished, the comparison, and the writing.
struct NightSession: Sendable {
    let session: PlanSession
    let options: SyncOptions
    let checkpoint: CheckpointFile
    /// The checkpoint's.
    let path: String
    let destinationName: String
    /// Whether what the plan maps otherwise than the night before is sent, and not only taken over.
    let acceptsChangedPlan: Bool
    /// Whether files are read from their beginning also where they only grew.
    let readsWhole: Bool

    /// A plan that maps otherwise is no reason to stop: the comparison sees what of it changes anything.
    func bind(destination: String) async throws -> CheckpointBinding {
        let now = CheckpointBinding(
            planName: session.plan.name, businessID: session.plan.businessID.lowercased(),
            destinationName: destinationName, destination: destination, identity: session.plan.identity,
            meaning: session.plan.meaning(at: destinationName))
        if let before = try await checkpoint.binding() {
            try before.check(now, checkpoint: path, plan: session.file.path, acceptsMeaning: true)
            if before == now { return now }
        }
        try await checkpoint.bind(now)
        return now
    }

    /// Takes over what a process that was killed brought in, so that it is compared with what was sent then.
    ///
    /// - Returns: the run of that process, empty where it had not begun to write; nil where there was none.
    func recover(_ traits: DestinationTraits) async throws -> String? {
        guard let night = try NightFile.pending(beside: path) else { return nil }
        var progress = try await checkpoint.progress()
        // Whether it listed what has vanished is not known: it may stand in two lists, and is missing in none.
        _ = try await night.leaveBaseline(
            runID: progress?.runID ?? "", checkpoint, carriesHistory: traits.carriesHistory, listsVanished: false,
            unread: night.facts.terms.baseline == nil ? nil : 0
        ) { record, _ in record.standing == .changed }
        if progress?.nights == nil {
            progress?.nights = 1
            try await checkpoint.commit([], progress: progress)
        }
        NightFile.remove(beside: path)
        return progress?.finishedAt == nil ? progress?.runID ?? "" : ""
    }

    /// Reads the source once and compares it with the night before. Ends the night where what is new may not be sent.
    func compare(binding: CheckpointBinding, consent: WriteConsent) async throws -> any Night {
        let baseline = try BaselineFile.open(beside: path)
        if baseline == nil, try await checkpoint.progress()?.nights ?? 0 > 0 {
            throw BaselineError.missing(path: BaselineFile.path(for: path))
        }
        let terms = NightTerms(
            binding: binding, baseline: baseline?.facts, options: options, duplicates: session.plan.duplicates,
            acceptsMeaning: acceptsChangedPlan, reading: try ReadingTerms(session).text)
        let grown = readsWhole ? [] : try await GrownFiles.find(terms.settled, in: session.opened)
        let night = try await compare(terms, baseline, grown: grown, consent)
        guard try night.rejectsSettled() else { return night }
        return try await compare(terms, baseline, grown: [], consent)
    }

    private func compare(
        _ terms: NightTerms, _ baseline: BaselineFile?, grown: [GrownFile], _ consent: WriteConsent
    ) async throws -> any Night {
        let draft = try await NightDraftFile.begin(
            beside: path, baseline: baseline, terms: terms, folder: PlanSession.scratchFolder)
        // Counted only where the plan leaves something open: it costs a look at every field.
        let isAgreed = (try? consent.check(nil, plan: session.plan)) != nil
        var figures = FidelityFigures()
        let night = try await comparison(terms, grown: grown).compare(
            into: draft, confirm: { [session] in try SourceVerification.checkUntouched($0, since: session.opened) },
            onBatch: { batch, rows in
                guard !isAgreed else { return }
                for row in batch.content.valid where rows.contains(row) { figures.enter(batch.conversation(at: row)) }
            })
        if !isAgreed, night.facts.figures.new > 0 { try consent.check(figures, plan: session.plan) }
        return night
    }

    private func comparison(_ terms: NightTerms, grown: [GrownFile]) -> NightComparison {
        NightComparison(
            source: session.records(takesFingerprints: true, grown: grown), preparation: preparation,
            businessID: session.plan.businessID, width: PlanSession.width, terms: terms,
            expectation: options.expectation, grown: grown)
    }

    private var preparation: Preparation {
        var preparation = session.preparation
        preparation.contentHash = ContentFingerprints.hash
        return preparation
    }

    /// Writes what the comparison found.
    ///
    /// - Parameter folder: for the night's rejected records and lists.
    func write(
        _ night: any Night, from progress: RunProgress, to destination: any Destination, _ updating: any Updating,
        folder: String, observer: any RunObserver, control: RunControl
    ) async throws -> RunResult {
        let report = try await ReportFiles.open(
            folder: folder, format: session.reportFormat(), writing: session.reportWriting, lengths: [:])
        let drift = try await DriftFile.open(folder: folder, lengths: [:])
        let parts = RunParts(
            source: { [session, grown = night.grown] in session.records(barrier: $0, grown: grown) },
            preparation: preparation,
            businessID: session.plan.businessID, width: PlanSession.width, index: { [session] in session.keyIndex() },
            duplicates: session.plan.duplicates, limit: RejectionLimit(session.plan.limits.rejections),
            mostRecords: nil, destination: destination, checkpoint: checkpoint, report: report, observer: observer,
            control: control, clock: SystemClock(), progress: progress, isOtherInput: true,
            night: NightWork(
                night: night, updating: updating, onDrift: options.onDrift, drift: drift,
                assigneeHash: ContentFingerprints.assignee),
            wasFinished: false, fileNames: session.opened.fileNames, canReadAgain: true)
        return try await ImportRun(parts).run()
    }
}
