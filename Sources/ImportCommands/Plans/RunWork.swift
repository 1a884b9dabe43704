import Checkpointing
import FileReading
import Foundation
import ImportCore

/// The work of one process of a run: puts the parts together for the source's own type, and runs them.
struct RunWork: Sendable {
    let session: PlanSession
    let checkpoint: CheckpointFile
    let destination: any Destination
    let rejects: String
    let mostRecords: Int?
    let input: RunInput
    /// How many conversations the source is expected to hold; nil where nothing tells.
    var expected: Int?

    /// Where the rejected records of another input go: beside those of the plan's own, which stay as they are.
    static func otherRejects(in rejects: String) -> String { rejects + "/source" }

    func run(from before: RunProgress?, observer: any RunObserver, control: RunControl) async throws -> RunResult {
        let progress = try await RunProgress.begin(
            before, reading: input, runID: UUID().uuidString.lowercased(), in: checkpoint, expected: expected,
            clock: SystemClock())
        Console.about(run: progress.runID)
        let isOther = input == .other
        let report = try await ReportFiles.open(
            folder: isOther ? Self.otherRejects(in: rejects) : rejects, format: session.reportFormat(),
            writing: session.reportWriting, lengths: isOther ? [:] : progress.reportLengths)
        let parts = RunParts(
            source: { [session] in session.records(barrier: $0, takesFingerprints: true) },
            preparation: session.preparation,
            businessID: session.plan.businessID, width: PlanSession.width, index: { [session] in session.keyIndex() },
            duplicates: session.plan.duplicates, limit: RejectionLimit(session.plan.limits.rejections),
            mostRecords: mostRecords, destination: destination, checkpoint: checkpoint, report: report,
            observer: observer, control: control, clock: SystemClock(), progress: progress,
            isOtherInput: isOther, wasFinished: before?.isFinished ?? false,
            fileNames: session.opened.fileNames, canReadAgain: session.opened.canReadAgain)
        return try await ImportRun(parts).run()
    }
}

extension PlanSession {
    /// What the rejected records are written as.
    func reportFormat() throws -> ReportFiles.Format {
        switch opened.format {
        case .csv: .csv(header: try opened.headerBytes())
        case .jsonl: .jsonLines
        }
    }

    /// In the source's own encoding.
    var reportWriting: ReportFiles.Writing {
        guard let encoding = opened.encoding else { return ReportFiles.Writing() }
        return ReportFiles.Writing(
            lineFeed: encoding.lineFeed, carriageReturn: encoding.carriageReturn, mark: encoding.mark)
    }
}
