/// What a night leaves behind of one conversation, so that the next one can tell whether its record has changed.
package struct BaselineEntry: Sendable, Equatable {
    package var key: KeyFingerprint
    package var hashes: ContentHashes
    /// The record whose create step the checkpoint keeps: there the destination's id stands.
    package var record: RecordID
    /// In milliseconds since 1970; `noTime` where the record has none.
    package var updatedAt: Int64
    /// Whether a full export did not hold it the last time. It stays, since its conversation does: when it comes back, it
    /// is no new one.
    package var isVanished: Bool

    package init(
        key: KeyFingerprint, hashes: ContentHashes, record: RecordID, updatedAt: Int64 = BaselineEntry.noTime,
        isVanished: Bool = false
    ) {
        self.key = key
        self.hashes = hashes
        self.record = record
        self.updatedAt = updatedAt
        self.isVanished = isVanished
    }

    /// Before every other time.
    package static let noTime = Int64.min
}

/// What a baseline says of itself.
package struct BaselineFacts: Sendable, Equatable, Codable {
    /// The night that wrote it.
    package var runID: String
    /// The plan and the destination that it belongs to.
    package var binding: CheckpointBinding
    package var entries: Int
    /// Entries of conversations that the source no longer holds.
    package var vanished: Int
    /// Records that the night read.
    package var recordsRead: Int
    /// Records that the last night with a full export read: what `expect` is measured by. Nil where there was none.
    package var recordsOfFullExport: Int?
    /// The latest `updated_at` that a night has read, in milliseconds since 1970; nil where no record had one.
    package var latestUpdate: Int64?
    /// Whether nights that left no `recordsOfFullExport` had none: baselines from before there was this figure do not say.
    package var knowsFullExport: Bool { settled != nil }
    /// What besides the plan's meaning decides what records become, as the night had it; nil in an older baseline.
    package var reading: String?
    /// How far the night's files are settled; nil in an older baseline.
    package var settled: [SettledFile]?

    package init(
        runID: String, binding: CheckpointBinding, entries: Int, vanished: Int, recordsRead: Int, latestUpdate: Int64?,
        recordsOfFullExport: Int? = nil, reading: String? = nil, settled: [SettledFile]? = nil
    ) {
        self.runID = runID
        self.binding = binding
        self.entries = entries
        self.vanished = vanished
        self.recordsRead = recordsRead
        self.latestUpdate = latestUpdate
        self.recordsOfFullExport = recordsOfFullExport
        self.reading = reading
        self.settled = settled
    }
}
