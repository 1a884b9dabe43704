import ArgumentParser
import Checkpointing
import Foundation
import ImportCore

/// Settles what a run left in doubt, and sends nothing.
struct ReconcileCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Settles requests whose answers were lost: looks them up, and carries out what a person decided.",
        discussion: """
              $ pingback-import reconcile samples/zendesk/plan.yaml
              $ pingback-import reconcile samples/zendesk/plan.yaml --to sandbox --quiet

            Nothing new is sent. What is found counts as created; what is not there is kept in doubt, or released for the \
            next run to send, as in_doubt: absent in the plan says. What stays in doubt is listed in in-doubt.csv in the \
            rejects folder, with the conversations that may be it. Fill in its column "decision" and give it back with \
            --decisions: "created ID" (it is this conversation), "absent" (it is not there: the next run sends it), or \
            "skip" (leave it out, whatever became of it). A conversation named so is read first, and has to look like the \
            request, or --yes is needed. With one wrong decision none is carried out. The command may be repeated.

            Ends with 0 where nothing is in doubt any more, else with 5.
            """)

    @Argument(help: "The plan.")
    var plan: String

    @Option(help: ArgumentHelp("A destination of the plan.", valueName: "name"))
    var to = "sandbox"

    @Option(help: ArgumentHelp("The list of doubts, with decisions filled in.", valueName: "file"))
    var decisions: String?

    @Option(help: ArgumentHelp("The run's checkpoint; by default beside the plan.", valueName: "file"))
    var checkpoint: String?

    @Option(
        help: ArgumentHelp("The folder for in-doubt.csv; by default that of the run's rejects.", valueName: "folder"))
    var rejects: String?

    @Flag(help: "Take a conversation at its word that does not look like the request.")
    var yes = false

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func execute() async throws -> ExitStatus {
        let file = try PlanFile(plan, destination: to)
        Console.about(plan: file.plan.name, destination: to)
        let choice = try DestinationChoice(to, in: file)
        let stated = if let decisions { try await InDoubtFile.decisions(in: decisions) } else { [StatedDecision]() }
        let path = checkpoint ?? file.checkpoint(for: to)
        guard FileManager.default.fileExists(atPath: path) else {
            console.conclude("\(file.plan.name): no run to \(to) has begun")
            return .done
        }
        let lock = try RunLock(forCheckpoint: path)
        defer { lock.release() }
        let checkpoint = try await CheckpointFile.open(holding: lock)
        let status: ExitStatus
        do {
            status = try await reconcile(file, choice, checkpoint, stated)
        } catch {
            try? await checkpoint.close()
            throw error
        }
        try await checkpoint.close()
        return status
    }

    private func reconcile(
        _ file: PlanFile, _ choice: DestinationChoice, _ checkpoint: CheckpointFile, _ stated: [StatedDecision]
    ) async throws -> ExitStatus {
        let progress = try await checkpoint.progress()
        let list = InDoubtFile(
            folder: rejects ?? file.rejects(for: to), fileNames: progress?.files.map(\.name) ?? [])
        guard let progress, try await !checkpoint.unsettled().isEmpty else {
            try await list.refresh([])
            let about = stated.isEmpty ? "" : "; what the decisions are about is settled already"
            console.conclude("\(file.plan.name): nothing is in doubt\(about)")
            return .done
        }
        return try await DestinationSetup.lend(choice, for: file) { setup in
            let destination = try await setup.destination.prepare()
            // What a record is mapped to now makes no difference: what was sent is known by what is kept of it.
            try await checkpoint.binding()?.check(
                CheckpointBinding(
                    planName: file.plan.name, businessID: file.plan.businessID.lowercased(), destinationName: to,
                    destination: destination, identity: file.plan.identity, meaning: file.plan.meaning(at: to)),
                checkpoint: checkpoint.path, plan: file.path, acceptsMeaning: true)
            let steps = StepTalk(console: console, showsProgress: talk.showsProgress)
            let outcome = try await DoubtReconciliation(
                checkpoint: checkpoint, destination: setup.destination, progress: progress, clock: SystemClock(),
                onEvent: { steps.noted($0) }
            ).run(stated, acceptsUnlike: yes)
            try await list.refresh(outcome.open)
            return try tell(outcome, list: list, name: file.plan.name)
        }
    }

    private func tell(
        _ outcome: DoubtReconciliation.Outcome, list: InDoubtFile, name: String
    ) throws -> ExitStatus {
        for place in outcome.moot { console.say("\(place): no longer in doubt, passed over") }
        for attempt in outcome.attempts {
            try Console.print(
                "\(list.fileName(of: attempt.record)) record \(attempt.record.number): \(words(for: attempt))")
        }
        let states = outcome.attempts.map(\.state)
        let counts: [(AttemptState, String)] = [
            (.done, "created"), (.released, "to be sent by the next run"), (.refused, "left out"),
            (.inDoubt, "still in doubt"),
        ]
        let figures = counts.map { state, words in "\(Figures.grouped(states.count { $0 == state })) \(words)" }
        if !outcome.open.isEmpty { console.say("in doubt, for a person to decide: \(list.path)") }
        console.conclude("\(name): of \(Figures.counted(states.count, "doubt")) " + figures.joined(separator: ", "))
        return outcome.open.isEmpty ? .done : .someInDoubt
    }

    private func words(for attempt: AttemptEntry) -> String {
        switch attempt.state {
        case .done: "created, conversation \(attempt.remoteID ?? "unknown")"
        case .released: "not there; the next run sends it"
        case .refused: "left out"
        case .inDoubt, .intent: "in doubt: \(attempt.detail ?? "not looked up yet")"
        }
    }
}
