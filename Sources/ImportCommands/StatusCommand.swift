import ArgumentParser
import Checkpointing
import Foundation
import ImportCore

/// Where the runs of a plan stand.
struct StatusCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows where the runs of a plan stand, from their checkpoints.",
        discussion: """
              $ pingback-import status samples/zendesk/plan.yaml
            """)

    @Argument(help: "The plan.")
    var plan: String

    @Option(help: ArgumentHelp("Only the run to this destination of the plan.", valueName: "name"))
    var to: String?

    @Option(help: ArgumentHelp("The checkpoint; by default beside the plan.", valueName: "file"))
    var checkpoint: String?

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func execute() async throws -> ExitStatus {
        let file = try PlanFile(plan)
        let names = to.map { [$0] } ?? ["sandbox", "api", "postgres"]
        var isAny = false
        for name in names {
            let path = checkpoint ?? file.checkpoint(for: name)
            guard FileManager.default.fileExists(atPath: path) else { continue }
            isAny = true
            try await show(path, name: name, plan: file.plan)
            if checkpoint != nil { break }
        }
        if !isAny {
            try Console.print("\(file.plan.name): no run has begun")
        }
        return .done
    }

    private func show(_ path: String, name: String, plan: Plan) async throws {
        let checkpoint = try await CheckpointFile.openForReading(path)
        let progress = try await checkpoint.progress()
        let doubts = try await checkpoint.unsettled()
        let outlook = try await StatusOutlook(
            checkpoint, options: plan.destinations.api(named: name), progress: progress)
        try await checkpoint.close()
        guard let progress else {
            try Console.print("\(plan.name) to \(name): begun, nothing committed yet (\(path))")
            return try tell(doubts, name: name)
        }
        let state =
            progress.isFinished
            ? "finished" : progress.finishedAt == nil ? "running or killed" : progress.reason ?? "stopped"
        try Console.print("\(plan.name) to \(name): \(state)")
        try Console.print(SummaryTable(books: progress.books, isDryRun: false).text)
        try Console.print(
            "  file \(progress.position.file + 1), record \(Figures.grouped(progress.position.record)), "
                + "byte \(Figures.grouped(progress.position.offset))")
        if let ahead = progress.recordsAhead {
            try Console.print(
                "  \(Figures.grouped(ahead)) \(ahead == 1 ? "record" : "records") behind it read with --limit, and counted "
                    + "when the batch that they belong to is whole")
        }
        for line in outlook.lines { try Console.print("  " + line) }
        try tell(doubts, name: name)
        if name == "postgres", plan.destinations.postgres?.load == .fresh, !progress.isFinished {
            try Console.print(
                "  load: fresh: after a kill or a lost server, constraints and indexes are missing there; run goes on "
                    + "with it, run --abandon-fresh only rebuilds them")
        }
        try Console.print(
            "  status \(progress.status.map { String($0) } ?? "unknown"), checkpoint \(path)")
    }

    private func tell(_ doubts: [AttemptEntry], name: String) throws {
        guard let oldest = doubts.map(\.startedAt).min() else { return }
        let since = Timestamp(microseconds: oldest / 1000 * 1_000_000).iso8601
        try Console.print(
            "  \(Figures.grouped(doubts.count)) sent since \(since) without a known answer; the next run looks them up first"
        )
        try Console.print("  to look them up without sending: pingback-import reconcile \(plan) --to \(name)")
    }
}
