import ArgumentParser
import Checkpointing
import FileReading
import Foundation
import ImportCore
import PingBackAPI
import PostgresWriting

/// The import.
struct RunCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Imports the source; the same command again continues where the last one ended.",
        discussion: """
              $ pingback-import run samples/zendesk/plan.yaml
              $ pingback-import run samples/zendesk/plan.yaml --limit 50

            A plan may keep a run to hours of the day (window) and to a number of opening messages a month
            (message_budget). Outside them the run stops with status 6 and says when it goes on: the same command
            continues it then. With --wait it waits for that itself; Ctrl-C ends the wait.

            Where another run of this plan to this destination is at work, it stops at once with status 75 and says which
            one; with --wait-lock 10m it waits so long for the other to end. For runs that nobody looks at:

              $ pingback-import run samples/zendesk/plan.yaml --log-format json --metrics zendesk.prom --wait-lock 10m

            Without --to the conversations go into the sandbox: a stand-in PingBack server inside the program, with its \
            data in one SQLite file beside the plan.

              $ pingback-import run samples/zendesk/plan.yaml --source samples/zendesk/tickets.json

            With --source the files named are read in place of the plan's, from their beginning and to their end: the
            rejected records, corrected in a copy, or a new export in place of one that changed. Records are told apart
            by their keys. One whose key is in already, or in doubt, counts as already present and is not sent; one
            whose key was rejected takes the rejected record's place; any other is a new record. So the command may be
            repeated after any interruption. A record that had no readable key when it was rejected stays counted as
            rejected, since nothing tells which record corrects it. What is rejected this time goes into the folder
            "source" beside the other rejects, written anew each time.

            A plan with load: fresh drops constraints and indexes of empty tables in Postgres, and rebuilds them in the
            end. After a kill they are missing: the same command goes on with the load, and --abandon-fresh only rebuilds
            them.

            With --to api the source is first read once and counted. What PingBack's API does not carry is shown, and the \
            run begins only when the plan accepts that (accept_loss), and agrees to opening messages (opening_messages: \
            send), which people may get. Nothing else answers for either.
            """)

    @Argument(help: "The plan.")
    var plan: String

    @OptionGroup var writing: WritingOptions

    @Flag(help: "Go on although the plan maps records differently: what is in stays, the rest is mapped anew.")
    var acceptChangedPlan = false

    @Flag(help: "Read the rejected records again, and send those that can be sent now.")
    var retryRejected = false

    @Option(
        help: ArgumentHelp(
            "Read this file in place of the plan's; may be repeated. What is in already is not sent again.",
            valueName: "file"))
    var source: [String] = []

    @Flag(
        help: """
            Make PingBack's tables first, and the channels that the plan names, in a Postgres database that has none of \
            them: to rehearse in.
            """)
    var createSchema = false

    @Flag(
        help: "Only rebuild the constraints and indexes that an interrupted load: fresh left dropped in Postgres.")
    var abandonFresh = false

    @Flag(help: "Answer yes to every question; it accepts no loss and sends no message.")
    var yes = false

    @OptionGroup var transport: TransportOptions

    @OptionGroup var reports: ReportOptions
    @OptionGroup var watching: WatchOptions
    @OptionGroup var talk: TalkOptions

    private var to: String { writing.to }
    var console: Console { talk.console }

    func validate() throws {
        if createSchema && to != "postgres" { throw ValidationError("--create-schema goes with --to postgres") }
        if abandonFresh && to != "postgres" { throw ValidationError("--abandon-fresh goes with --to postgres") }
        if abandonFresh && (createSchema || retryRejected || acceptChangedPlan || !source.isEmpty) {
            throw ValidationError("--abandon-fresh goes alone: nothing is read or imported")
        }
        guard !source.isEmpty else { return }
        if retryRejected || acceptChangedPlan {
            throw ValidationError(
                "--source goes alone: --retry-rejected and --accept-changed-plan read the plan's own source")
        }
    }

    func execute() async throws -> ExitStatus {
        let watch = RunWatch(
            plan: plan, destination: to, summary: reports.summary, options: watching, console: console)
        return try await watch.over { try await importSource(watch) }
    }

    private func importSource(_ watch: RunWatch) async throws -> ExitStatus {
        let file = try PlanFile(plan, destination: to)
        let checkpointPath = writing.checkpoint ?? file.checkpoint(for: to)
        watch.reads(file, checkpoint: checkpointPath)
        try transport.check(besides: source.isEmpty ? file.plan.source.files : source)
        let destination = try DestinationChoice(to, in: file, transport: transport).waiting(writing.wait)
        if abandonFresh { return try await abandonFreshLoad(destination, file) }
        let consent = try WriteConsent(
            to: destination, plan: file.path, acceptedLoss: writing.acceptLoss.words)
        // Before the files are opened: while it waits, somebody may still be writing them. A run that does not begin
        // leaves no file behind, so a lock that never was is not made yet.
        let isLockMade = FileManager.default.fileExists(atPath: RunLock.path(for: checkpointPath))
        let early = isLockMade ? try await watching.lock(forCheckpoint: checkpointPath, console: console) : nil
        defer { early?.release() }
        let session = try await PlanSession.open(file, source: source, destination: to)
        try checkSourceIsKept(file)
        try await PlanCheck(session: session, console: console).run(refusesZonelessTimes: true)
        let isNew = !FileManager.default.fileExists(atPath: checkpointPath)
        if isNew { try await ask(consent, session) }
        let lock: RunLock
        if let early {
            lock = early
        } else {
            lock = try await watching.lock(forCheckpoint: checkpointPath, console: console)
        }
        defer { lock.release() }
        let checkpoint = try await CheckpointFile.open(holding: lock)
        let status: ExitStatus
        do {
            try await watch.enters(checkpoint)
            status = try await DestinationSetup.lend(destination, for: file) { setup in
                try await run(
                    session, checkpoint: checkpoint, path: checkpointPath, setup: setup,
                    consent: isNew ? nil : consent, watch: watch)
            }
        } catch {
            await watch.leaves(checkpoint, .failure(error))
            try? await checkpoint.close()
            throw error
        }
        await watch.leaves(checkpoint, .success(status))
        try await checkpoint.close()
        return status
    }

    private func run(
        _ session: PlanSession, checkpoint: CheckpointFile, path: String, setup: DestinationSetup,
        consent: WriteConsent?, watch: RunWatch
    ) async throws -> ExitStatus {
        let binder = RunBinder(session: session, checkpoint: checkpoint, path: path, destinationName: to)
        // What can be known without the network is checked first: a changed input must not cost a request.
        let before = try await binder.checkInput(isOther: !source.isEmpty)
        let isWhole = source.isEmpty && !retryRejected && !acceptChangedPlan
        let finished =
            if isWhole, let before, try await binder.isFinished(before) { before } else { nil as RunProgress? }
        if finished == nil, let consent { try await ask(consent, session) }
        // The same command again continues the run, and must not make what it made.
        if createSchema, before == nil, let postgres = setup.destination as? PostgresDestination {
            try await postgres.createSchema()
        }
        let fingerprint = try await setup.destination.prepare()
        for line in await setup.destination.findings() where to != "sandbox" { console.say(line) }
        for notice in await setup.destination.notices() { console.note(notice) }
        try await binder.bind(destination: fingerprint, acceptsMeaning: acceptChangedPlan)

        if let finished {
            let status = finished.books.status
            watch.ends(
                finished, reason: "this run is finished, nothing was sent", requests: 0,
                sentence: "\(session.plan.name): this run is finished, nothing was sent; "
                    + Sentence.figures(finished.books, destination: to))
            return status
        }
        // Binding a changed plan may have left word in it.
        let progress = try await checkpoint.progress()
        let work = RunWork(
            session: session, checkpoint: checkpoint, destination: setup.destination,
            rejects: rejects(session.file), mostRecords: reports.limit,
            input: !source.isEmpty ? .other : retryRejected || acceptChangedPlan ? .sourceAndRejected : .source,
            expected: try await forecast(session, checkpoint: checkpoint))
        let talk = RunTalk(
            console: console, showsProgress: talk.showsProgress, sizes: session.opened.sizes,
            alreadyRead: before?.books.records.read ?? 0, mostRecords: reports.limit,
            window: session.plan.destinations.api(named: to).flatMap { SendingWindow($0.window) })
        let control = RunControl()
        let result = try await SignalWatch.draining(control, console: console) {
            try await work.run(from: progress, observer: talk, control: control)
        }
        talk.clearLine()
        try await RunEnding(
            plan: plan, destination: to, rejects: rejects(session.file), lists: rejects(session.file),
            session: session, setup: setup, console: console
        ).tell(
            result, refusedSteps: try await checkpoint.refusedSteps(),
            files: source.isEmpty ? session.opened.fileNames : result.progress.files.map(\.name), watch: watch)
        return result.status
    }

    private func abandonFreshLoad(_ destination: DestinationChoice, _ file: PlanFile) async throws -> ExitStatus {
        try await DestinationSetup.lend(destination, for: file) { setup in
            guard let postgres = setup.destination as? PostgresDestination else {
                preconditionFailure("--abandon-fresh goes with --to postgres, which validate() checks")
            }
            let steps = StepTalk(console: console, showsProgress: talk.showsProgress)
            let count = try await postgres.abandonFreshLoad { steps.noted($0) }
            console.conclude(
                count == 0
                    ? "\(to): no constraint or index is missing"
                    : "\(to): \(Figures.grouped(count)) constraints and indexes are rebuilt and validated")
            return .done
        }
    }

    /// Counts what would be sent, before the first request, and goes on where a person has agreed to what that means.
    private func ask(_ consent: WriteConsent, _ session: PlanSession) async throws {
        guard consent.isNeeded else { return }
        let figures = session.opened.canReadAgain ? try await session.count() : nil
        console.say(
            FidelityTable(consent.fidelity, destination: to, plan: session.plan, figures: figures).text)
        try consent.check(figures, plan: session.plan)
        if let figures, figures.withText > 0 { console.say("opening messages: \(figures.recipients)") }
    }

    /// Says how long it will take, as far as that can be known.
    ///
    /// - Returns: how many conversations the plan's source is expected to hold; nil where nothing tells.
    private func forecast(_ session: PlanSession, checkpoint: CheckpointFile) async throws -> Int? {
        guard source.isEmpty, let options = session.plan.destinations.api(named: to),
            let workload = try await ForecastTalk.workload(of: session, assigns: options.assigning != .none)
        else { return nil }
        let talk = ForecastTalk(options: options, destination: to)
        if talk.isWorthSaying, reports.limit == nil {
            let sent = try await checkpoint.sendingPace(since: .max).sent
            let spending = try await checkpoint.messageSpending()
            console.say(
                talk.text(workload.without(conversations: sent, messages: spending.total), spending: spending),
                .forecast)
        }
        return workload.conversations
    }

    private func rejects(_ file: PlanFile) -> String { reports.rejects ?? file.rejects(for: to) }

    /// The rejects of another input are written anew while it is read, so it may not be one of them.
    private func checkSourceIsKept(_ file: PlanFile) throws {
        let folder = URL(filePath: RunWork.otherRejects(in: rejects(file))).standardizedFileURL
            .resolvingSymlinksInPath()
        for path in source {
            let given = URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath()
            if given.deletingLastPathComponent().path == folder.path {
                throw ValidationError("\(path) is written anew by this run: give it a copy")
            }
        }
    }
}
