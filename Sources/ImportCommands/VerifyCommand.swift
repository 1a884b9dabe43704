import ArgumentParser
import Checkpointing
import FileReading
import Foundation
import ImportCore
import PingBackAPI

/// Compares what is at a destination with the source.
struct VerifyCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Reads back what is at a destination and compares it with the source, field by field.",
        discussion: """
              $ pingback-import verify samples/zendesk/plan.yaml --to postgres
              $ pingback-import verify samples/zendesk/plan.yaml --to postgres --sample 100

            The source is mapped anew, as a run would, and nothing is written. What is missing or differs is listed, one \
            JSON object a line, with the names of the fields and without their values, in a file beside the plan \
            (*.postgres.verify.jsonl). A record that the run rejected is no difference. Through the API as much is compared \
            as it shows: customer, opening message, status and assignee.
            """)

    @Argument(help: "The plan.")
    var plan: String

    @Option(help: ArgumentHelp("The destination of the plan.", valueName: "name"))
    var to: String

    @Option(
        help: ArgumentHelp("Compare so many conversations, chosen at random; by default all.", valueName: "number"))
    var sample: Int?

    @Option(help: ArgumentHelp("The run's checkpoint; by default beside the plan.", valueName: "file"))
    var checkpoint: String?

    @Option(help: ArgumentHelp("A file for the list of differences.", valueName: "file"))
    var output: String?

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func validate() throws {
        if let sample, sample < 1 { throw ValidationError("--sample is a number of conversations, from 1") }
    }

    func execute() async throws -> ExitStatus {
        let file = try PlanFile(plan, destination: to)
        Console.about(plan: file.plan.name, destination: to)
        let choice = try DestinationChoice(to, in: file)
        let session = try await PlanSession.open(file)
        if sample != nil && !session.opened.canReadAgain {
            throw ValidationError("--sample reads the source twice, and this one can be read once")
        }
        try await PlanCheck(session: session, console: console).run(refusesZonelessTimes: true)
        return try await DestinationSetup.lend(choice, for: file) { setup in
            if let api = setup.destination as? APIDestination { return try await verify(session, at: api) }
            guard let destination = setup.destination as? any Verifying else {
                preconditionFailure("every destination can be read back")
            }
            return try await verify(session, at: destination)
        }
    }

    private func verify(_ session: PlanSession, at api: APIDestination) async throws -> ExitStatus {
        let path = checkpoint ?? session.file.checkpoint(for: to)
        guard FileManager.default.fileExists(atPath: path) else {
            throw DestinationError.noCheckpoint(path, destination: to)
        }
        let checkpoint = try await CheckpointFile.openForReading(path)
        let status: ExitStatus
        do {
            let found = try await checkpoint.binding()?.destination ?? ""
            guard try await api.prepare() == found else { throw DestinationError.otherCheckpoint(path, found: found) }
            status = try await verify(
                session, at: ReadBack(api) { try await checkpoint.entry(for: $0, step: $1) })
        } catch {
            try? await checkpoint.close()
            throw error
        }
        try await checkpoint.close()
        return status
    }

    private func verify(_ session: PlanSession, at destination: any Verifying) async throws -> ExitStatus {
        let target = try await destination.prepareToVerify()
        for notice in target.notices { console.note(notice) }
        let list = output ?? session.file.differences(at: to)
        let file = try await AtomicFile.create(list)
        let steps = StepTalk(console: console, showsProgress: talk.showsProgress)
        let observer = VerifyTalk(steps, list: file, fileNames: session.opened.fileNames)
        let run = VerifyRun(
            source: { session.records() }, preparation: session.preparation, businessID: session.plan.businessID,
            width: PlanSession.width, index: { session.keyIndex() }, duplicates: session.plan.duplicates,
            fileNames: session.opened.fileNames, sample: sample,
            rejected: try await rejected(session, at: target.destination))
        let control = RunControl()
        let figures = try await SignalWatch.draining(control, console: console) {
            try await run.run(at: destination, control: control, observer: observer)
        }
        steps.clearLine()
        if let stopped = control.stopReason {
            await file.discard()
            console.conclude(
                "\(session.plan.name): stopped; \(Figures.grouped(figures.compared)) compared, no list written")
            return stopped
        }
        try await file.finish()
        tell(figures, name: session.plan.name, list: list)
        return figures.wrong > 0 ? .someRejected : .done
    }

    /// The records that the run rejected, also those that the destination refused; by its checkpoint, where it has one
    /// and it is this destination's.
    private func rejected(_ session: PlanSession, at destination: String) async throws -> Set<RecordID> {
        let path = checkpoint ?? session.file.checkpoint(for: to)
        guard FileManager.default.fileExists(atPath: path) else {
            console.say("note: there is no checkpoint \(path); what the server refused counts as missing")
            return []
        }
        let checkpoint = try await CheckpointFile.openForReading(path)
        let binding = try await checkpoint.binding()
        let isFinished = try await checkpoint.progress()?.isFinished ?? false
        let entries = try await checkpoint.entries(in: [.refused])
        try await checkpoint.close()
        guard binding?.destination == destination else {
            console.say("note: the checkpoint \(path) belongs to another destination, and is not read")
            return []
        }
        if !isFinished { console.note("the run is not finished; what it has not read yet counts as missing") }
        return Set(entries.map(\.record))
    }

    private func tell(_ figures: VerifyFigures, name: String, list: String) {
        var table = FigureTable()
        table.add("conversations of the source", figures.valid)
        table.add("compared", figures.compared)
        table.addIfAny("rejected by the run, not there", figures.rejected)
        table.add("missing", figures.missing)
        table.add("differing", figures.differing)
        table.addIfAny("  messages missing", figures.messagesMissing)
        table.addIfAny("  messages that the source does not have", figures.messagesExtra)
        table.addIfAny("  messages differing", figures.messagesDiffering)
        table.addIfAny("  customers missing", figures.customersMissing)
        table.addIfAny("  customers differing", figures.customersDiffering)
        console.say(table.text)
        if figures.wrong > 0 { console.say("what differs, and where: \(list)") }
        console.conclude("\(name): " + sentence(figures))
    }

    private func sentence(_ figures: VerifyFigures) -> String {
        let compared = Figures.counted(figures.compared, "conversation")
        guard figures.wrong == 0 else {
            return "of \(compared) \(sample == nil ? "compared" : "sampled") \(Figures.grouped(figures.missing)) "
                + "\(figures.missing == 1 ? "is" : "are") missing, \(Figures.grouped(figures.differing)) "
                + "\(figures.differing == 1 ? "differs" : "differ")"
        }
        guard sample != nil else { return "\(compared) compared, none differs" }
        return "of \(compared) sampled none differs: "
            + SampleConfidence.sentence(sample: figures.compared, total: figures.valid)
    }
}
