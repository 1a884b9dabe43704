/// A look at the first records of a source, before anything is written: what a plan gets wrong for all of them must not
/// show only when the first ones are sent.
package struct SourceSample: Sendable {
    /// So many records of a file are looked at: enough to meet what is usual in an export, read in a moment.
    package static let size = 1_000

    /// A time without an offset from UTC, of which the plan does not say where it was meant.
    package struct ZonelessTime: Sendable, Equatable {
        package var place: Place
        package var field: String?
    }

    package private(set) var presence: PathPresence
    /// The first of its kind.
    package private(set) var zonelessTime: ZonelessTime?

    package init(_ program: MappingProgram) { presence = PathPresence(program.layout) }

    /// Looks at the first records of a source. Paths are looked for in the first ones of all sources entered.
    ///
    /// - Parameter isCut: whether the source may end within a record; its times are not looked at then.
    package mutating func enter(
        _ source: some RecordSource, isCut: Bool, preparation: Preparation, businessID: String
    ) async throws {
        var preparation = preparation
        preparation.keepsCells = true
        let pipeline = BatchPipeline(source: source, preparation: preparation, businessID: businessID, width: 1)
        var left = Self.size
        var sample = self
        try await pipeline.forEach { batch in
            sample.presence.enter(batch.records, atMost: min(left, max(Self.size - sample.presence.records, 0)))
            if sample.zonelessTime == nil && !isCut {
                let found = batch.content.findings.first { $0.finding.code == .dateZoneNeeded && $0.index < left }
                sample.zonelessTime = found.map {
                    ZonelessTime(place: batch.place(at: $0.index), field: $0.finding.field)
                }
            }
            left -= min(left, batch.records.records.count)
            return left > 0
        }
        self = sample
    }
}
