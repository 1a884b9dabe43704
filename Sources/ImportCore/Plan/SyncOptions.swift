/// How a plan is synchronised night by night.
package struct SyncOptions: Sendable, Equatable {
    /// What an export holds.
    package enum Export: String, Sendable, Codable, CaseIterable {
        /// All tickets there are: what it no longer holds has vanished.
        case full
        /// Some of them, such as what changed lately: nothing can be said of the others.
        case incremental
    }

    /// How many records a source must hold, so that half an export is not taken for a whole one.
    package enum Expectation: Sendable, Equatable, Codable {
        /// Per cent of those that the last night with a full export read: one with part of it says nothing of the whole.
        case share(Double)
        case records(Int)
    }

    package var export: Export
    package var expectation: Expectation?
    /// How far behind the latest `updated_at` of the last night a known record counts as looked at, in seconds; nil where
    /// every record is compared (no `since`).
    package var overlap: Double?
    /// What is done where somebody has changed the conversation in PingBack, too.
    package var onDrift: DriftRule

    package init(
        export: Export, expectation: Expectation? = nil, overlap: Double? = nil, onDrift: DriftRule = .keep
    ) {
        self.export = export
        self.expectation = expectation
        self.overlap = overlap
        self.onDrift = onDrift
    }

    /// The overlap where the plan names none: two days, so that an export that was late once misses nothing.
    package static let standardOverlap: Double = 2 * 86_400
}
