/// A comparison on its way. Fulfilled by `Checkpointing`, which keeps it in a file and joins what is in another order
/// than the night before.
package protocol NightDraft: Sendable {
    /// Takes the next records of the source, in order.
    func append(_ records: [NightRecord]) async throws

    /// Takes the next records of the source, in order, from the baseline: those that stand before the end of what was
    /// settled of a file.
    func append(_ settled: SettledFile) async throws

    /// Settles what every record is, and makes the comparison durable and whole.
    func finish(_ facts: NightFacts) async throws -> any Night
}

/// A night's comparison, complete: what is to become of every record of the source, and what the baseline has besides.
package protocol Night: Sendable {
    var facts: NightFacts { get }

    /// The records from a place on (from 0 over all files), in the source's order.
    func records(from ordinal: Int, count: Int) throws -> [NightRecord]

    /// What the baseline has of a record that it knows; nil of any other.
    func earlierEntry(of record: NightRecord) throws -> BaselineEntry?

    /// Calls `body` with each entry of the baseline that a full export no longer holds, in the baseline's order; with
    /// those that it did not hold the last time either only where they are asked for.
    func forEachVanished(includingEarlier: Bool, _ body: (BaselineEntry) async throws -> Void) async throws

    /// Replaces the baseline by what this night leaves behind.
    ///
    /// - Parameters:
    ///   - listsVanished: whether what has vanished is listed, so that it is not listed the next night.
    ///   - outcome: asked for each record that is new or changed, in the source's order, with its place.
    func replaceBaseline(
        runID: String, listsVanished: Bool, _ outcome: (NightRecord, RecordID) async throws -> NightOutcome
    ) async throws -> BaselineFacts
}

extension Night {
    /// The same, of a night that lists what has vanished.
    package func replaceBaseline(
        runID: String, _ outcome: (NightRecord, RecordID) async throws -> NightOutcome
    ) async throws -> BaselineFacts {
        try await replaceBaseline(runID: runID, listsVanished: true, outcome)
    }
}
