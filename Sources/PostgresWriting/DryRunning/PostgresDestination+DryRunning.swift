package import ImportCore

extension PostgresDestination: DryRunning {
    package func prepareDryRun() async throws -> [String] {
        settings.notices + (try await preflight.retrying { try await dryRunning.prepare() }).notices
    }

    package func foresee(_ conversations: [Conversation]) async throws -> ForeseenBatch {
        var batch = await dryRunning.place(conversations)
        guard !conversations.isEmpty else { return batch }
        let patience = Patience(seconds: patience, control: RunControl()) { _ in }
        let counts = try await patience.retrying { try await dryRunning.count(conversations) }
        batch.present = counts.present
        batch.recorded = counts.recorded
        // What is in counts as present in a run, too, whatever is known of it now.
        let refused = batch.refused.keys.sorted()
        if counts.present > 0, !refused.isEmpty {
            let there = try await patience.retrying {
                try await dryRunning.present(among: refused.map { conversations[$0] })
            }
            for index in there { batch.refused[refused[index]] = nil }
        }
        return batch
    }
}
