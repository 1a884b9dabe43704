package import ImportCore

extension PostgresDestination {
    /// How long a rebuild is tried after a failure that may have used up the plan's patience already, in seconds: locks
    /// of a session that was cut off are gone by then.
    private static let patienceAfterFailure: Double = 30

    /// Puts back what a fresh load left dropped, and does nothing else.
    ///
    /// - Returns: how many constraints and indexes were missing.
    package func abandonFreshLoad(
        note: @escaping @Sendable (DestinationEvent) -> Void
    ) async throws -> Int {
        try await Patience(seconds: patience, control: RunControl()) { note($0) }.retrying {
            try await session.rebuildLeftConstraints()
        }
    }

    /// - Parameter failure: what stopped the load.
    /// - Returns: what is to be told then.
    func rebuild(after failure: any Error, feed: any ConversationFeed, journal: any Journal) async -> any Error {
        do {
            let patience = Patience(
                seconds: min(self.patience, Self.patienceAfterFailure), feed: feed, journal: journal)
            try await rebuild(patience, journal)
            return failure
        } catch {
            guard let failure = failure as? any PresentableError else { return failure }
            return PostgresError.leftDropped(failure.report)
        }
    }

    /// Puts back what the load took out of the way, if it did.
    func rebuild(_ patience: Patience, _ journal: any Journal) async throws {
        guard await session.mayBeDropped else { return }
        await journal.note(.step("rebuilding the constraints and indexes that load: fresh dropped"))
        let count = try await patience.retrying { try await session.rebuildConstraints() }
        await journal.note(.step("\(count) constraints and indexes are rebuilt and validated"))
    }

    func drop(run: RunNumbers, _ patience: Patience, _ journal: any Journal) async throws {
        let count = try await patience.retrying { try await session.dropConstraints(run: run) }
        await journal.note(.step("load: fresh: \(count) constraints and indexes are dropped until the end of the load"))
    }
}
