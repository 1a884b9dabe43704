import ImportCore

/// The entries of the next baseline, as they come.
struct NextBaseline {
    /// What a record leaves behind.
    enum Ending {
        /// Its entry says what it says.
        case taken
        /// No entry: another record counts in its place, or none does.
        case passedOver
        /// No entry, or one that says something else: it has to be looked at again.
        case open
    }

    let night: NightFile
    let writer: BaselineWriter
    private var entries: [BaselineEntry] = []
    /// Entries so far.
    private(set) var count = 0
    /// The block of the baseline that was looked into last, and the place of its first entry.
    private var earlier: [BaselineEntry] = []
    private var earlierStart = 0

    init(night: NightFile, writer: BaselineWriter) {
        self.night = night
        self.writer = writer
    }

    mutating func add(
        _ record: NightRecord, at place: RecordID, _ outcome: (NightRecord, RecordID) async throws -> NightOutcome
    ) async throws -> Ending {
        switch night.verdict(on: record) {
        case .new:
            guard case .isIn(let id) = try await outcome(record, place) else { return .open }
            return try take(record, as: id)
        case .unchanged(let id), .remapped(_, let id): return try take(record, as: id)
        case .changed:
            switch try await outcome(record, place) {
            case .isIn(let id): return try take(record, as: id)
            case .isOut: try keepEarlier(of: record)
            case .isOpen(let groups):
                try keepEarlier(of: record) { entry in
                    entry.hashes = entry.hashes.doubting(groups.intersection(record.groups), between: record.hashes)
                }
            }
            return .open
        // What is only older is taken as it is, which spares looking up its entry.
        case .older(let id) where record.groups.isEmpty: return try take(record, as: id)
        case .skipped where !record.isKnown: return .passedOver
        case .rejected, .older, .skipped, .heldBack:
            try keepEarlier(of: record)
            return .open
        case .repeated: return .passedOver
        }
    }

    private mutating func take(_ record: NightRecord, as id: RecordID) throws -> Ending {
        try keep(BaselineEntry(key: record.key, hashes: record.hashes, record: id, updatedAt: record.updatedAt))
        return .taken
    }

    private mutating func keepEarlier(
        of record: NightRecord, _ alter: (inout BaselineEntry) -> Void = { _ in }
    ) throws {
        guard record.isKnown else { return }
        if !earlier.indices.contains(record.counterpart - earlierStart) {
            earlierStart = record.counterpart / BlockLayout.entriesInBlock * BlockLayout.entriesInBlock
            earlier = try night.earlierBlock(from: earlierStart)
        }
        var entry = earlier[record.counterpart - earlierStart]
        entry.isVanished = false
        alter(&entry)
        try keep(entry)
    }

    mutating func keep(_ entry: BaselineEntry) throws {
        count += 1
        entries.append(entry)
        if entries.count == BaselineFile.portion { try flush() }
    }

    mutating func flush() throws {
        try writer.append(entries)
        entries.removeAll(keepingCapacity: true)
    }
}
