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

              $ pingback-import validate samples/zendesk/plan.yaml --to sandbox
              $ pingback-import validate samples/zendesk/plan.yaml --to postgres

            With --to api or sandbox it shows, with counts, what of this file the API carries, turns into something \
            else, or loses, how many people opening messages could reach, and whether a run would begin. The API is asked \
            whose the token is, which channels there are and, where the plan assigns, who is in the team. Nothing is \
            written there.

            With --to postgres it also asks the database, and writes nothing there, what a run would meet: whether it \
            could begin, which channels and customers do not exist or are ambiguous, and what is there already.

            Rejected records come back in their original bytes in the rejects folder, and why in rejections.jsonl.
            """)

    @Argument(help: "The plan.")
    var plan: String

    @Option(
        help: ArgumentHelp(
            "Also ask this destination of the plan; for api and sandbox also: how long a run takes.",
            valueName: "name"))
    var to: String?

    @Option(help: ArgumentHelp("A file for what would be sent: one conversation a line, as JSON.", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp("Accept that these are left behind, as run would; by commas.", valueName: "words"))
    var acceptLoss: String?

    @OptionGroup var transport: TransportOptions
    @OptionGroup var reports: ReportOptions
    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func validate() throws {
        if to == nil && (!transport.isEmpty || acceptLoss != nil) {
            throw ValidationError("--accept-loss, --ca, --allow-http and --token-stdin go with --to")
        }
    }

    func execute() async throws -> ExitStatus {
        let file = try PlanFile(plan, destination: to)
        Console.about(plan: file.plan.name, destination: to)
        guard let to else { return try await validate(file, asking: nil, consent: nil) }
        try transport.check(besides: file.plan.source.files)
        let choice = try DestinationChoice(to, in: file, transport: transport)
        let consent =
            choice.api == nil
            ? nil
            : try WriteConsent(to: choice, plan: file.path, acceptedLoss: acceptLoss.words)
        // The sandbox inside the program has nothing to tell, and would leave its data behind.
        if case .inside = choice.kind { return try await validate(file, asking: nil, consent: consent) }
        return try await DestinationSetup.lend(choice, for: file) { setup in
            if let destination = setup.destination as? any DryRunning {
                for notice in try await destination.prepareDryRun() { console.note(notice) }
                return try await validate(file, asking: destination, consent: consent)
            }
            _ = try await setup.destination.prepare()
            for line in await setup.destination.findings() { console.say(line) }
            for notice in await setup.destination.notices() { console.note(notice) }
            let requests = await setup.destination.requestCounts().sent
            return try await validate(file, asking: nil, consent: consent, requests: requests)
        }
    }

    /// - Parameters:
    ///   - consent: what a run would need; nil where nothing is counted for that.
    ///   - requests: sent before.
    private func validate(
        _ file: PlanFile, asking destination: (any DryRunning)?, consent: WriteConsent?, requests: Int = 0
    ) async throws -> ExitStatus {
        let started = Date()
        let clock = ContinuousClock.now
        let session = try await PlanSession.open(file, destination: to)
        try await PlanCheck(session: session, console: console).run(refusesZonelessTimes: false)
        let report = try await ReportFiles.open(
            folder: reports.rejects ?? session.file.rejects(for: "validate"), format: session.reportFormat(),
            writing: session.reportWriting, lengths: [:])
        let output = try await OutputFile.create(self.output)
        let talk = RunTalk(
            console: console, showsProgress: talk.showsProgress, sizes: session.opened.sizes)
        var figures = consent.map { _ in FidelityFigures() }
        let options = to.flatMap { session.plan.destinations.api(named: $0) }
        var workload = Workload()
        let result = try await validate(
            session.records(), session: session, report: report, talk: talk, asking: destination
        ) { taken in
            figures?.enter(taken)
            if let options { workload.enter(taken, assigns: options.assigning != .none) }
            try await output?.append(taken)
        }
        talk.clearLine()
        try await output?.finish()

        let status: ExitStatus = result.books.records.rejected > 0 ? .someRejected : .done
        tell(result, session: session)
        if let consent, let figures { tell(figures, consent, session: session) }
        if let to, let options {
            console.say(
                ForecastTalk(options: options, destination: to).text(workload, spending: MessageSpending()), .forecast)
        }
        conclude(result, session: session)
        if let path = reports.summary {
            let seconds = clock.duration(to: .now) / .seconds(1)
            try await SummaryFile(
                run: nil, plan: session.plan.name, destination: to, status: status.rawValue, reason: "validated",
                books: result.books, seconds: seconds, startedAt: started, finishedAt: Date(),
                process: SummaryFile.Process(seconds: seconds, requests: requests), foreseen: result.foreseen
            ).write(to: path)
        }
        return status
    }

    private func validate<Source: RecordSource>(
        _ source: Source, session: PlanSession, report: ReportFiles, talk: RunTalk,
        asking destination: (any DryRunning)?, _ conversations: (TakenBatch) async throws -> Void
    ) async throws -> ValidationResult {
        let run = ValidationRun(
            source: source, preparation: session.preparation, businessID: session.plan.businessID,
            width: PlanSession.width, index: session.keyIndex(), duplicates: session.plan.duplicates,
            limit: RejectionLimit(session.plan.limits.rejections), mostRecords: reports.limit,
            headers: session.headers,
            sourceBytes: session.opened.sizes?.reduce(0, +), report: report, observer: talk, destination: destination)
        return try await run.run(conversations)
    }

    /// What would become of the conversations there, and what a run would want to hear before.
    private func tell(_ figures: FidelityFigures, _ consent: WriteConsent, session: PlanSession) {
        console.say(
            FidelityTable(consent.fidelity, destination: to ?? "", plan: session.plan, figures: figures).text)
        if figures.withText > 0 { console.say("opening messages: \(figures.recipients)") }
        for need in [
            consent.unacceptedLoss(figures, plan: session.plan), consent.openingMessages(figures, plan: session.plan),
        ].compactMap(\.self) {
            console.say("a run would stop: \(need.report.message)" + (need.report.hint.map { "\n  try: " + $0 } ?? ""))
        }
    }

    private func tell(_ result: ValidationResult, session: PlanSession) {
        let records = result.books.records
        console.say(SummaryTable(books: result.books, isDryRun: true).text, .summary, SummaryTable.fields(result.books))
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
        let absent = session.program.absentColumns
        if !absent.isEmpty {
            console.say("columns that the preset knows and the file does not have: \(absent.joined(separator: ", "))")
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
    }

    private func conclude(_ result: ValidationResult, session: PlanSession) {
        let records = result.books.records
        console.conclude(
            "\(session.plan.name): \(Figures.grouped(records.read)) records read, \(Figures.grouped(records.valid)) valid, "
                + "\(Figures.grouped(records.rejected)) rejected"
                + (records.rejected > 0
                    ? "; see \(reports.rejects ?? session.file.rejects(for: "validate"))" : "; nothing was sent"))
    }
}
