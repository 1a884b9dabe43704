import ArgumentParser
import Foundation
import ImportCore

/// Where the runs of a plan stand.
struct StatusCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows where the runs of a plan stand, from their checkpoints.",
        discussion: """
              $ pingback-import status samples/zendesk/plan.yaml
              $ pingback-import status samples/zendesk/plan.yaml --history
              $ pingback-import status samples/zendesk/plan.yaml --history --json

            It needs no lock, and can be asked at any time. The history has the last 400 processes that worked with the \
            checkpoint; the figures are those of the run when the process ended.
            """)

    @Argument(help: "The plan.")
    var plan: String

    @Option(help: ArgumentHelp("Only the run to this destination of the plan.", valueName: "name"))
    var to: String?

    @Option(help: ArgumentHelp("The checkpoint; by default beside the plan.", valueName: "file"))
    var checkpoint: String?

    @Flag(help: "Also the processes that worked with the checkpoint, the oldest first.")
    var history = false

    @Flag(help: "One JSON object a line for each run, for programs.")
    var json = false

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
            let standing = try await RunStanding.read(path, destination: name, plan: file.plan, withHistory: history)
            if json {
                try Console.print(
                    Array(SummaryFile.encoder.encode(StatusDocument(standing, plan: file.plan.name))) + [0x0A])
            } else {
                try show(standing, plan: file.plan)
            }
            if checkpoint != nil { break }
        }
        if !isAny && !json {
            try Console.print("\(file.plan.name): no run has begun")
        }
        return .done
    }

    private func show(_ standing: RunStanding, plan: Plan) throws {
        let (path, name, doubts) = (standing.path, standing.destination, standing.doubts)
        guard let progress = standing.progress else {
            try Console.print("\(plan.name) to \(name): begun, nothing committed yet (\(path))")
            try tell(doubts, name: name)
            return try tell(standing.history)
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
        for line in standing.outlook.lines { try Console.print("  " + line) }
        try tell(doubts, name: name)
        if name == "postgres", plan.destinations.postgres?.load == .fresh, !progress.isFinished {
            try Console.print(
                "  load: fresh: after a kill or a lost server, constraints and indexes are missing there; run goes on "
                    + "with it, run --abandon-fresh only rebuilds them")
        }
        try Console.print(
            "  status \(progress.status.map { String($0) } ?? "unknown"), checkpoint \(path)")
        try tell(standing.history)
    }

    private func tell(_ history: [ProcessEntry]?) throws {
        guard let history else { return }
        try Console.print(history.isEmpty ? "  no process is in its history" : HistoryTable(entries: history).text)
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
