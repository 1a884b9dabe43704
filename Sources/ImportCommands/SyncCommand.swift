import ArgumentParser
import Checkpointing
import FileReading
import Foundation
import ImportCore

/// The nightly import.
struct SyncCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Brings over what is new or changed since the last night, and nothing else.",
        discussion: """
              $ pingback-import sync samples/nightly/nightly.yaml
              $ pingback-import sync samples/nightly/nightly.yaml --log-format json --metrics pingback.prom --wait-lock 10m

            Made for cron, a systemd timer, or a Kubernetes CronJob. The source is read and compared with what the last
            night left behind (a file beside the checkpoint); only then is anything written. New records are created,
            changed ones are updated as far as the destination can, what has not changed costs nothing, and what has
            vanished from a full export is listed and never deleted. Of a file that only grew, what the last night has
            settled is checked, byte for byte by its hash, and not read again.

            The plan says what an export holds (sync: {export: full | incremental}), and may say how many records must be
            there (expect: at_least 90%): an export that is empty or far too small ends the night with status 65 before
            it writes.

            Where somebody changed in PingBack what the source changed, too, PingBack keeps it (on_drift: keep), or the
            source wins (overwrite); either way both values stand in drift.jsonl, beside the rejected records of the
            night, in a folder of the night's own.

            A night that was stopped, by a quota, a signal or a failure, is continued by the next: what is in is in.
            """)

    @Argument(help: "The plan.")
    var plan: String

    @OptionGroup var writing: WritingOptions

    @Flag(help: "Send also what only the plan maps otherwise than the night before.")
    var acceptChangedPlan = false

    @Flag(help: "Read files from their beginning also where they only grew since the last night.")
    var readWhole = false

    @OptionGroup var transport: TransportOptions

    @Option(
        help: ArgumentHelp(
            "The folder in which each night has one for its rejected records and lists; by default beside the plan.",
            valueName: "folder"))
    var rejects: String?

    @Option(help: ArgumentHelp("A file for the summary as JSON.", valueName: "file"))
    var summary: String?

    @OptionGroup var watching: WatchOptions
    @OptionGroup var talk: TalkOptions

    private var to: String { writing.to }
    var console: Console { talk.console }

    func execute() async throws -> ExitStatus {
        let watch = RunWatch(plan: plan, destination: to, summary: summary, options: watching, console: console)
        return try await watch.over { try await sync(watch) }
    }

    private func sync(_ watch: RunWatch) async throws -> ExitStatus {
        let file = try PlanFile(plan, destination: to)
        let path = writing.checkpoint ?? file.checkpoint(for: to)
        watch.reads(file, checkpoint: path)
        guard let options = file.plan.sync else { throw SyncError.noOptions(plan: plan) }
        try transport.check(besides: file.plan.source.files)
        let destination = try DestinationChoice(to, in: file, transport: transport).waiting(writing.wait)
        let consent = try WriteConsent(to: destination, plan: file.path, acceptedLoss: writing.acceptLoss.words)
        // Before the files are opened: while it waits, somebody may still be writing them.
        let lock = try await watching.lock(forCheckpoint: path, console: console)
        defer { lock.release() }
        let session = try await PlanSession.open(file, destination: to, readsAhead: true)
        guard session.opened.canReadAgain else { throw SyncError.readOnce(plan: plan) }
        try await PlanCheck(session: session, console: console).run(refusesZonelessTimes: true)
        let checkpoint = try await CheckpointFile.open(holding: lock)
        let status: ExitStatus
        do {
            try await watch.enters(checkpoint)
            status = try await DestinationSetup.lend(destination, for: file) { setup in
                let night = NightSession(
                    session: session, options: options, checkpoint: checkpoint, path: path, destinationName: to,
                    acceptsChangedPlan: acceptChangedPlan, readsWhole: readWhole)
                return try await sync(night, setup: setup, consent: consent, watch: watch)
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

    private func sync(
        _ night: NightSession, setup: DestinationSetup, consent: WriteConsent, watch: RunWatch
    ) async throws -> ExitStatus {
        let updating = setup.updating { [checkpoint = night.checkpoint] in
            try await checkpoint.entry(for: $0, step: $1)
        }
        let fingerprint = try await setup.destination.prepare()
        for line in await setup.destination.findings() where to != "sandbox" { console.say(line) }
        for notice in await setup.destination.notices() { console.note(notice) }
        let binding = try await night.bind(destination: fingerprint)
        let lists = rejects ?? night.session.file.rejects(for: to)
        if let cutOff = try await night.recover(setup.destination.traits) {
            console.say("the last night was cut off: what it brought in is known again")
            let drift = "\(lists)/\(cutOff)/\(DriftFile.name)"
            if !cutOff.isEmpty, FileManager.default.fileExists(atPath: drift) {
                console.say("what it overwrote, or was about to, beside other drift: \(drift)", .file)
            }
        }
        let compared = try await night.compare(binding: binding, consent: consent)
        for line in NightTalk.lines(compared.facts, plan: night.session.plan) { console.say(line) }

        let progress = try await RunProgress.beginNight(
            after: try await night.checkpoint.progress(), runID: UUID().uuidString.lowercased(), in: night.checkpoint,
            clock: SystemClock())
        let folder = lists + "/" + progress.runID
        // Before the baseline forgets that they were there.
        if let path = try await VanishedFile.write(compared, night.checkpoint, in: folder) {
            console.say("vanished from the source: \(path)", .file)
        }
        let runTalk = RunTalk(
            console: console, showsProgress: talk.showsProgress, sizes: night.session.opened.sizes,
            window: night.session.plan.destinations.api(named: to).flatMap { SendingWindow($0.window) })
        let control = RunControl()
        let result = try await SignalWatch.draining(control, console: console) {
            try await night.write(
                compared, from: progress, to: setup.destination, updating, folder: folder, observer: runTalk,
                control: control)
        }
        runTalk.clearLine()
        NightFile.remove(beside: night.path)
        try await RunEnding(
            plan: plan, destination: to, rejects: folder, lists: lists, session: night.session, setup: setup,
            console: console
        ).tell(
            result, refusedSteps: try await night.checkpoint.refusedSteps(), files: night.session.opened.fileNames,
            vanished: compared.facts.figures.vanished, watch: watch)
        return result.status
    }
}
