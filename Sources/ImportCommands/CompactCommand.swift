import ArgumentParser
import Checkpointing
import Foundation
import ImportCore

/// Housekeeping of a checkpoint.
struct CompactCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Writes a checkpoint anew, densely, and empties its log.",
        discussion: """
              $ pingback-import compact samples/zendesk/plan.yaml
              $ pingback-import compact samples/zendesk/plan.yaml --to sandbox --quiet

            Nothing that it remembers is left out: every row keeps a record from being sent twice, or says why it was \
            rejected. It takes the lock, needs room for about twice the file on the disk (status 73 before anything is \
            written where there is less), and may be killed at any moment. A checkpoint grows by the records of its \
            source, so this is worth its time after large changes only, not every night.
            """)

    @Argument(help: "The plan.")
    var plan: String

    @Option(help: ArgumentHelp("A destination of the plan.", valueName: "name"))
    var to = "sandbox"

    @Option(help: ArgumentHelp("The checkpoint; by default beside the plan.", valueName: "file"))
    var checkpoint: String?

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func execute() async throws -> ExitStatus {
        let file = try PlanFile(plan)
        Console.about(plan: file.plan.name, destination: to)
        let path = checkpoint ?? file.checkpoint(for: to)
        guard FileManager.default.fileExists(atPath: path) else {
            console.conclude("\(file.plan.name): no run to \(to) has begun")
            return .done
        }
        let lock = try RunLock(forCheckpoint: path)
        defer { lock.release() }
        let checkpoint = try await CheckpointFile.open(holding: lock)
        let compaction: Compaction
        do {
            compaction = try await checkpoint.compact()
        } catch {
            try? await checkpoint.close()
            throw error
        }
        try await checkpoint.close()
        console.conclude(
            "\(file.plan.name): \(path) had \(Figures.grouped(compaction.before)) bytes, and has "
                + "\(Figures.grouped(compaction.after))",
            [("bytes_before", .number(compaction.before)), ("bytes", .number(compaction.after))])
        return .done
    }
}
