import ArgumentParser
import Checkpointing
import FileReading
import Foundation
import ImportCore

/// The dry run over the whole source.
struct ValidateCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Checks the whole file against the plan and writes nothing but reports; no network without --to.",
        discussion: """
              $ pingback-import validate samples/zendesk/plan.yaml
              $ pingback-import validate samples/zendesk/plan.yaml --output valid.jsonl

              $ pingback-import validate samples/zendesk/plan.yaml --to postgres

            With --to postgres it also asks the database, and writes nothing there, what a run would meet: whether it \
            could begin, which channels and customers do not exist or are ambiguous, and what is there already.

            Rejected records come back in their original bytes in the rejects folder, and why in rejections.jsonl.
            """)

    @Argument(help: "The plan.")
    var plan: String

    @Option(help: ArgumentHelp("Also ask this destination of the plan; in this version postgres.", valueName: "name"))
    var to: String?

    @Option(help: ArgumentHelp("A file for what would be sent: one conversation a line, as JSON.", valueName: "file"))
    var output: String?

    @OptionGroup var reports: ReportOptions
    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func execute() async throws -> ExitStatus {
        let file = try PlanFile(plan, destination: to)
        guard let to else { return try await validate(file, asking: nil) }
        return try await DestinationSetup.lend(DestinationChoice(to, in: file).only("validate"), for: file) { setup in
            guard let destination = setup.destination as? any DryRunning else {
                throw DestinationError.notYet("validate", destination: to)
            }
            for notice in try await destination.prepareDryRun() { console.warn("note: " + notice) }
            return try await validate(file, asking: destination)
        }
    }

    private func validate(_ file: PlanFile, asking destination: (any DryRunning)?) async throws -> ExitStatus {
        let started = Date()
        let clock = ContinuousClock.now
        let session = try await PlanSession.open(file, destination: to)
        try await PlanCheck(session: session, console: console).run(refusesZonelessTimes: false)
        let report = try await ReportFiles.open(
            folder: reports.rejects ?? session.file.rejects(for: "validate"), format: session.reportFormat(),
            lengths: [:])
        let output = try await OutputFile.create(self.output)
        let talk = RunTalk(
            console: console, showsProgress: talk.showsProgress, sizes: session.opened.sizes)
        let result = try await validate(
            session.records(), session: session, report: report, output: output, talk: talk, asking: destination)
        talk.clearLine()
        try await output?.finish()

        let status: ExitStatus = result.books.records.rejected > 0 ? .someRejected : .done
        tell(result, session: session)
        if let path = reports.summary {
            let seconds = clock.duration(to: .now) / .seconds(1)
            try await SummaryFile(
                run: nil, plan: session.plan.name, destination: to, status: status.rawValue, reason: "validated",
                books: result.books, seconds: seconds, startedAt: started, finishedAt: Date(),
                process: SummaryFile.Process(seconds: seconds, requests: 0), foreseen: result.foreseen
            ).write(to: path)
        }
        return status
    }

    private func validate<Source: RecordSource>(
        _ source: Source, session: PlanSession, report: ReportFiles, output: OutputFile?, talk: RunTalk,
        asking destination: (any DryRunning)?
    ) async throws -> ValidationResult {
        let run = ValidationRun(
            source: source, preparation: session.preparation, businessID: session.plan.businessID,
            width: PlanSession.width, index: session.keyIndex(), duplicates: session.plan.duplicates,
            limit: RejectionLimit(session.plan.limits.rejections), mostRecords: reports.limit,
            headers: session.opened.headers,
            sourceBytes: session.opened.sizes?.reduce(0, +), report: report, observer: talk, destination: destination)
        return try await run.run { taken in try await output?.append(taken) }
    }

    private func tell(_ result: ValidationResult, session: PlanSession) {
        let records = result.books.records
        console.say(SummaryTable(books: result.books, isDryRun: true).text)
        if let to, let foreseen = result.foreseen {
            var table = FigureTable()
            table.add("there already", foreseen.present)
            table.addIfAny("  by this plan's runs", foreseen.recorded)
            table.add("customers found", foreseen.customersFound)
            table.add("customers to be created", foreseen.customersNew)
            for (code, count) in foreseen.refused.sorted(by: { $0.key < $1.key }) {
                table.add("rejected: \(code)", count)
            }
            console.say("in \(to):\n" + table.text)
        }
        if records.rejected > 0 {
            console.say(SummaryTable.text(result.tally, fileNames: session.opened.fileNames))
        }
        let unmapped = result.fill.unmapped(by: session.program.layout)
        if !unmapped.isEmpty {
            console.say("columns that the plan does not map, and how many records fill them:")
            for column in unmapped {
                let repeats = column.repeats > 1 ? " (\(column.repeats) times)" : ""
                console.say("  \(column.name)\(repeats): \(Figures.grouped(column.filled))")
            }
        }
        if result.isLimitPassed {
            console.say(
                "a run would stop: more than \(RejectionLimit(session.plan.limits.rejections).spoken) of the records are rejected"
            )
        }
        console.warn(
            "\(session.plan.name): \(Figures.grouped(records.read)) records read, \(Figures.grouped(records.valid)) valid, "
                + "\(Figures.grouped(records.rejected)) rejected"
                + (records.rejected > 0
                    ? "; see \(reports.rejects ?? session.file.rejects(for: "validate"))" : "; nothing was sent"))
    }
}
