import Checkpointing
import ImportCore

/// What a checkpoint says of its run, read without the lock: what `status` shows, as text or as JSON.
struct RunStanding: Sendable {
    let path: String
    let destination: String
    let progress: RunProgress?
    let doubts: [AttemptEntry]
    let outlook: StatusOutlook
    /// Nil where nobody asked for it.
    let history: [ProcessEntry]?

    static func read(_ path: String, destination: String, plan: Plan, withHistory: Bool) async throws -> RunStanding {
        let checkpoint = try await CheckpointFile.openForReading(path)
        let standing: RunStanding
        do {
            let progress = try await checkpoint.progress()
            let history = try await checkpoint.history()
            standing = RunStanding(
                path: path, destination: destination, progress: progress, doubts: try await checkpoint.unsettled(),
                outlook: try await StatusOutlook(
                    checkpoint, options: plan.destinations.api(named: destination), progress: progress,
                    history: history),
                history: withHistory ? history : nil)
        } catch {
            try? await checkpoint.close()
            throw error
        }
        try await checkpoint.close()
        return standing
    }
}
