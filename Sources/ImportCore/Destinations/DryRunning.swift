/// A destination that can say, without writing, what a run would meet there.
package protocol DryRunning: Sendable {
    /// Looks at the destination as a run would before its first record.
    ///
    /// - Throws: where a run would not begin.
    /// - Returns: what a person should know.
    func prepareDryRun() async throws -> [String]

    /// What a run would meet with these conversations; called with all of a source, in file order.
    func foresee(_ conversations: [Conversation]) async throws -> ForeseenBatch
}

/// What only a destination knows of some conversations.
package struct ForeseenBatch: Sendable {
    /// Those that it would refuse, by index.
    package var refused: [Int: Finding] = [:]
    /// Those that are there already.
    package var present = 0
    /// Of these, those that the plan's own runs created.
    package var recorded = 0
    /// Customers who are there, and whom no conversation before these had.
    package var customersFound = 0
    /// Customers whom a run would create.
    package var customersNew = 0

    package init() {}
}

/// The same for a whole source.
package struct ForeseenFigures: Sendable, Equatable, Encodable {
    package var present = 0
    package var recorded = 0
    package var customersFound = 0
    package var customersNew = 0
    /// Refused records by rejection code.
    package var refused: [String: Int] = [:]

    package init() {}

    mutating func enter(_ batch: ForeseenBatch) {
        present += batch.present
        recorded += batch.recorded
        customersFound += batch.customersFound
        customersNew += batch.customersNew
        for finding in batch.refused.values { refused[finding.code.rawValue, default: 0] += 1 }
    }
}
