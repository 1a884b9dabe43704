package import ImportCore

extension PostgresDestination: DryRunning {
    package func prepareDryRun() async throws -> [String] {
        settings.notices + (try await dryRunning.prepare()).notices
    }

    package func foresee(_ conversations: [Conversation]) async throws -> ForeseenBatch {
        var batch = await dryRunning.place(conversations)
        guard !conversations.isEmpty else { return batch }
        let counts = try await Patience(seconds: patience, control: RunControl()) { _ in }.retrying {
            try await dryRunning.count(conversations)
        }
        batch.present = counts.present
        batch.recorded = counts.recorded
        return batch
    }
}
