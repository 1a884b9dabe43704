/// A record of a night's source, as it compares with the baseline.
package struct NightRecord: Sendable, Equatable {
    /// What is to become of it.
    package enum Standing: UInt8, Sendable, CaseIterable {
        /// Its key is not in the baseline.
        case new = 0
        /// It maps to what it mapped to.
        case unchanged = 1
        case changed = 2
        /// Another record of the night with the same key counts in its place.
        case repeated = 3
        /// It cannot be written, for what is wrong with it alone.
        case rejected = 4
        /// It is in the baseline with this `updated_at`, and older than `since` looks at.
        case older = 5
        /// The last of a file that does not end with a line end: it may be cut short, its key too.
        case heldBack = 6
        /// A rule of the plan passes it over.
        case skipped = 7
    }

    package var key: KeyFingerprint
    package var hashes: ContentHashes
    /// In milliseconds since 1970; `BaselineEntry.noTime` where the record has none.
    package var updatedAt: Int64
    package var standing: Standing
    /// Of a changed record, and of an older one, the groups of fields that differ.
    package var groups: ContentGroups = []
    /// The place in the baseline of the entry with its key; of a repeated record, the place in the night's source of the one
    /// that counts. Both from 0; -1 for none.
    package var counterpart = -1
    /// By what the checkpoint knows the conversation of that entry.
    package var record = Self.noRecord

    package init(
        key: KeyFingerprint, hashes: ContentHashes, updatedAt: Int64 = BaselineEntry.noTime, standing: Standing = .new
    ) {
        self.key = key
        self.hashes = hashes
        self.updatedAt = updatedAt
        self.standing = standing
    }

    package static let noRecord = RecordID(rawValue: -1)

    /// Whether the key can be compared with others.
    package var hasKey: Bool { key != .none && standing != .heldBack }
    /// Whether the baseline has an entry with its key.
    package var isKnown: Bool { counterpart >= 0 && standing != .repeated }
}

extension NightRecord {
    /// Settles what the record is beside the baseline's entry with the same key.
    ///
    /// - Parameters:
    ///   - place: where the entry stands in the baseline, from 0.
    ///   - mark: known records before it are not compared, in milliseconds since 1970; nil for none.
    package mutating func compare(with entry: BaselineEntry, at place: Int, since mark: Int64?) {
        counterpart = place
        record = entry.record
        guard standing == .new else { return }
        groups = hashes.groups(differingFrom: entry.hashes)
        // A change that could not be written left the old entry with its old time: it is older than the mark, too, and
        // still has to be carried.
        if let mark, updatedAt != BaselineEntry.noTime, updatedAt < mark, updatedAt <= entry.updatedAt {
            standing = .older
            return
        }
        standing = groups.isEmpty ? .unchanged : .changed
    }
}
