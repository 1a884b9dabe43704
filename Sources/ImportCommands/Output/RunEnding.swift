import FileReading
import ImportCore

/// What a person is told at the end of a process that wrote: the figures, where the lists are, and what to do next.
struct RunEnding {
    /// The plan's path.
    let plan: String
    let destination: String
    /// The folder of the rejected records.
    let rejects: String
    /// The folder of the lists that every process writes anew: what is in doubt, and steps that were refused.
    let lists: String
    let session: PlanSession
    let setup: DestinationSetup
    let console: Console

    /// - Parameters:
    ///   - files: the names of the files that the run's position counts.
    ///   - vanished: what a night found missing; nil for a run that is no night.
    func tell(
        _ result: RunResult, refusedSteps: [AttemptEntry], files: [String], vanished: Int? = nil, watch: RunWatch
    ) async throws {
        if let path = try await RefusedSteps.write(refusedSteps, files: session.opened.fileNames, in: lists) {
            console.say("steps that the destination refused: \(path)", .file)
        }
        let progress = result.progress
        watch.ends(
            progress, reason: result.reason, requests: result.requests.sent,
            sentence: "\(session.plan.name): \(result.reason); "
                + Sentence.figures(progress.books, destination: destination, vanished: vanished))
        console.say(
            SummaryTable(books: progress.books, isDryRun: false).text, .summary, SummaryTable.fields(progress.books))
        if progress.books.records.rejected > 0 { console.say("rejected records: \(rejects)", .file) }
        if let open = result.openDoubts { try await tell(open, of: progress) }
        if let data = setup.dataFile {
            console.say("look at the result: sqlite3 \(data) 'SELECT * FROM conversation LIMIT 5'")
        }
        if var failure = result.failure {
            failure.safe = failure.safe ?? Sentence.safe(progress, files: files)
            failure.hint = failure.hint ?? "repeat the same command; it continues from there"
            console.fail(failure)
        }
    }

    private func tell(_ open: [OpenDoubt], of progress: RunProgress) async throws {
        let list = InDoubtFile(folder: lists, fileNames: progress.files.map(\.name))
        try await list.refresh(open)
        guard !open.isEmpty else { return }
        console.say(
            "in doubt, for a person to decide: \(list.path)\n"
                + "to look again without sending anything: pingback-import reconcile \(plan) --to \(destination)",
            .file)
    }
}
