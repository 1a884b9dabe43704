import ArgumentParser
import Checkpointing
import Foundation
import ImportCore
import PingBackAPI

/// Takes back what the plan's runs created.
struct UndoCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        abstract: "Takes back what the plan's runs created at a destination, and leaves alone what was changed since.",
        discussion: """
              $ pingback-import undo samples/zendesk/plan.yaml --to postgres --dry-run
              $ pingback-import undo samples/zendesk/plan.yaml --to postgres --yes

            What was changed, answered, or is referred to by other tables stays, and is listed with the reason, one JSON \
            object a line, in a file beside the plan (*.postgres.undo.jsonl). The command may be stopped at any moment; \
            repeated, it goes on. It removes the run's checkpoint before it deletes anything, so that a run afterwards \
            begins anew.

            PingBack's API deletes nothing. There the conversations that the run opened are closed, but for those that \
            somebody wrote into or ended since; the checkpoint stays, and knows what is in.
            """)

    @Argument(help: "The plan.")
    var plan: String

    @Option(help: ArgumentHelp("The destination of the plan.", valueName: "name"))
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
        Console.about(plan: file.plan.name, destination: to)
        let choice = try DestinationChoice(to, in: file)
        let lock = dryRun ? nil : try RunLock(forCheckpoint: path(in: file))
        defer { lock?.release() }
        return try await DestinationSetup.lend(choice, for: file) { setup in
            if let api = setup.destination as? APIDestination { return try await close(file, at: api, lock: lock) }
            guard let destination = setup.destination as? any Undoing else {
                preconditionFailure("what a run wrote into any destination can be deleted or closed")
            }
            return try await undo(file, at: destination) { extent in
                if let lock { try await forget(path(in: file), holding: lock, destination: extent.destination) }
            }
        }
    }

    private func path(in file: PlanFile) -> String { checkpoint ?? file.checkpoint(for: to) }

    /// Closes what the run opened through the API, by its checkpoint.
    private func close(_ file: PlanFile, at api: APIDestination, lock: RunLock?) async throws -> ExitStatus {
        let path = path(in: file)
        guard FileManager.default.fileExists(atPath: path) else {
            throw DestinationError.noCheckpoint(path, destination: to)
        }
        let checkpoint =
            if let lock { try await CheckpointFile.open(holding: lock) } else {
                try await CheckpointFile.openForReading(path)
            }
        let status: ExitStatus
        do {
            let found = try await checkpoint.binding()?.destination ?? ""
            guard try await api.prepare() == found else { throw DestinationError.otherCheckpoint(path, found: found) }
            let closing = Closing(api, opened: try await opened(checkpoint)) { entries in
                try await checkpoint.commit(entries, progress: nil)
            }
            status = try await undo(file, at: closing)
        } catch {
            try? await checkpoint.close()
            throw error
        }
        try await checkpoint.close()
        return status
    }

    /// What the run created and nobody has closed, as far as the checkpoint knows.
    private func opened(_ checkpoint: CheckpointFile) async throws -> [AttemptEntry] {
        var opened: [AttemptEntry] = []
        for entry in try await checkpoint.entries(in: [.done]) where entry.attempt > 0 && entry.remoteID != nil {
            if try await checkpoint.entry(for: entry.record, step: .close)?.state != .done { opened.append(entry) }
        }
        return opened
    }

    private func undo(
        _ file: PlanFile, at destination: any Undoing,
        beforeDeleting: @escaping @Sendable (UndoExtent) async throws -> Void = { _ in }
    ) async throws -> ExitStatus {
        let extent = try await destination.prepareToUndo()
        for notice in extent.notices { console.note(notice) }
        if !dryRun && !extent.isEmpty {
            try Question(text: question(extent, plan: file.plan.name), command: "repeat the command with")
                .ask(isAnswered: yes)
        }
        let list = output ?? (dryRun || extent.isEmpty ? nil : file.undone(at: to))
        let steps = StepTalk(console: console, showsProgress: talk.showsProgress)
        var file: AtomicFile?
        if let list { file = try await AtomicFile.create(list) }
        let observer = UndoTalk(steps, total: extent.conversations + extent.customers, list: file) {
            try await beforeDeleting(extent)
        }
        let control = RunControl()
        let isDryRun = dryRun
        let figures = try await SignalWatch.draining(control, console: console) {
            try await destination.undo(isDryRun: isDryRun, control: control, observer: observer)
        }
        steps.clearLine()
        if control.stopReason == nil { try await file?.finish() } else { await file?.discard() }
        return tell(figures, deed: extent.deed, list: list, stopped: control.stopReason)
    }

    /// Removes the checkpoint, where it is that of this destination: what it says would no longer be so.
    private func forget(_ path: String, holding lock: RunLock, destination: String) async throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let checkpoint = try await CheckpointFile.open(holding: lock)
        if let binding = try await checkpoint.binding(), binding.destination != destination {
            try await checkpoint.close(keepingLock: true)
            return console.note(
                "the checkpoint \(path) belongs to another destination, \(binding.destination), and stays")
        }
        try await checkpoint.remove()
    }

    private func question(_ extent: UndoExtent, plan: String) -> String {
        let conversations = Figures.counted(extent.conversations, "conversation")
        switch extent.deed {
        case .delete:
            return "This deletes what the plan \(plan) created in \(to): at most \(conversations) and "
                + "\(Figures.counted(extent.customers, "customer"))."
        case .close: return "This closes what the plan \(plan) opened in \(to): at most \(conversations)."
        }
    }

    private func tell(
        _ figures: UndoFigures, deed: UndoExtent.Deed, list: String?, stopped: ExitStatus?
    ) -> ExitStatus {
        if figures.seen > 0 { console.say(table(figures, deed: deed).text) }
        if let list, figures.left > 0, stopped == nil { console.say("what is left alone, and why: \(list)") }
        let conversations = Figures.counted(figures.conversations, "conversation")
        let (verb, done, sum) =
            switch deed {
            case .delete:
                ("delete", "deleted", "\(conversations) and \(Figures.counted(figures.customers, "customer"))")
            case .close: ("close", "closed", conversations)
            }
        if let stopped {
            console.conclude("\(to): stopped; \(sum) were \(done); repeat the command, and it goes on")
            return stopped
        }
        let left = "\(Figures.grouped(figures.left)) left alone"
        if figures.seen == 0 {
            console.conclude("\(to): nothing of this plan is there" + (deed == .close ? " that is not closed" : ""))
        } else {
            console.conclude(
                dryRun
                    ? "\(to): would \(verb) \(sum), \(left); nothing was written" : "\(to): \(done) \(sum), \(left)")
        }
        return figures.left > 0 ? .someRejected : .done
    }

    private func table(_ figures: UndoFigures, deed: UndoExtent.Deed) -> FigureTable {
        var table = FigureTable()
        switch deed {
        case .delete:
            table.add("conversations deleted", figures.conversations)
            table.add("  messages", figures.messages)
            table.add("customers deleted", figures.customers)
            table.addIfAny("gone before", figures.gone)
            table.add("conversations left alone", figures.leftConversations)
            table.add("customers left alone", figures.leftCustomers)
        case .close:
            table.add("conversations closed", figures.conversations)
            table.addIfAny("gone", figures.gone)
            table.add("conversations left alone", figures.leftConversations)
        }
        return table
    }
}
