import ArgumentParser
import Checkpointing
import Foundation
import ImportCore

/// Takes back what the plan's runs created.
struct UndoCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: "Deletes what the plan's runs created at a destination, and leaves alone what was changed since.",
        discussion: """
              $ pingback-import undo samples/zendesk/plan.yaml --to postgres --dry-run
              $ pingback-import undo samples/zendesk/plan.yaml --to postgres --yes

            What was changed, answered, or is referred to by other tables stays, and is listed with the reason, one JSON \
            object a line, in a file beside the plan (*.postgres.undo.jsonl). The command may be stopped at any moment; \
            repeated, it goes on. It removes the run's checkpoint before it deletes anything, so that a run afterwards \
            begins anew.
            """)

    @Argument(help: "The plan.")
    var plan: String

    @Option(help: ArgumentHelp("The destination of the plan; in this version postgres.", valueName: "name"))
    var to: String

    @Option(help: ArgumentHelp("The run's checkpoint; by default beside the plan.", valueName: "file"))
    var checkpoint: String?

    @Option(help: ArgumentHelp("A file for the list of what is left alone.", valueName: "file"))
    var output: String?

    @Flag(help: "Show what would be deleted, and write nothing but --output.")
    var dryRun = false

    @Flag(help: "Answer yes to every question.")
    var yes = false

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func execute() async throws -> ExitStatus {
        let file = try PlanFile(plan, destination: to)
        return try await DestinationSetup.lend(DestinationChoice(to, in: file).only("undo"), for: file) { setup in
            guard let destination = setup.destination as? any Undoing else {
                throw DestinationError.notYet("undo", destination: to)
            }
            return try await undo(file, at: destination)
        }
    }

    private func undo(_ file: PlanFile, at destination: any Undoing) async throws -> ExitStatus {
        let extent = try await destination.prepareToUndo()
        for notice in extent.notices { console.warn("note: " + notice) }
        let path = checkpoint ?? file.checkpoint(for: to)
        if !dryRun && !extent.isEmpty {
            try Question(
                text: "This deletes what the plan \(file.plan.name) created in \(to): at most "
                    + "\(Figures.counted(extent.conversations, "conversation")) and "
                    + "\(Figures.counted(extent.customers, "customer")).",
                command: "repeat the command with"
            ).ask(isAnswered: yes)
        }
        let lock = dryRun ? nil : try RunLock(forCheckpoint: path)
        defer { lock?.release() }
        let list = output ?? (dryRun || extent.isEmpty ? nil : file.undone(at: to))
        let steps = StepTalk(console: console, showsProgress: talk.showsProgress)
        var file: AtomicFile?
        if let list { file = try await AtomicFile.create(list) }
        let observer = UndoTalk(steps, total: extent.conversations + extent.customers, list: file) {
            if let lock { try await forget(path, holding: lock, destination: extent.destination) }
        }
        let control = RunControl()
        let isDryRun = dryRun
        let figures = try await SignalWatch.draining(control, console: console) {
            try await destination.undo(isDryRun: isDryRun, control: control, observer: observer)
        }
        steps.clearLine()
        if control.stopReason == nil { try await file?.finish() } else { await file?.discard() }
        return tell(figures, list: list, stopped: control.stopReason)
    }

    /// Removes the checkpoint, where it is that of this destination: what it says would no longer be so.
    private func forget(_ path: String, holding lock: RunLock, destination: String) async throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let checkpoint = try await CheckpointFile.open(holding: lock)
        if let binding = try await checkpoint.binding(), binding.destination != destination {
            try await checkpoint.close(keepingLock: true)
            return console.warn(
                "note: the checkpoint \(path) belongs to another destination, \(binding.destination), and stays")
        }
        try await checkpoint.remove()
    }

    private func tell(_ figures: UndoFigures, list: String?, stopped: ExitStatus?) -> ExitStatus {
        var table = FigureTable()
        table.add("conversations deleted", figures.conversations)
        table.add("  messages", figures.messages)
        table.add("customers deleted", figures.customers)
        table.addIfAny("gone before", figures.gone)
        table.add("conversations left alone", figures.leftConversations)
        table.add("customers left alone", figures.leftCustomers)
        if figures.seen > 0 { console.say(table.text) }
        if let list, figures.left > 0, stopped == nil { console.say("what is left alone, and why: \(list)") }
        let sum =
            "\(Figures.counted(figures.conversations, "conversation")) and "
            + "\(Figures.counted(figures.customers, "customer"))"
        if let stopped {
            console.warn("\(to): stopped; \(sum) were deleted; repeat the command, and it goes on")
            return stopped
        }
        let left = "\(Figures.grouped(figures.left)) left alone"
        if figures.seen == 0 {
            console.warn("\(to): nothing of this plan is there")
        } else {
            console.warn(
                dryRun
                    ? "\(to): would delete \(sum), \(left); nothing was written" : "\(to): deleted \(sum), \(left)")
        }
        return figures.left > 0 ? .someRejected : .done
    }
}
