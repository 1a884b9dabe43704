/// What the write phase of a night does with a record.
package enum NightVerdict: Sendable, Equatable {
    /// To be created.
    case new
    /// In, and as it was; `record` is what the checkpoint knows its conversation by.
    case unchanged(record: RecordID)
    /// To be updated in these groups of fields.
    case changed(ContentGroups, record: RecordID)
    /// It differs, but because the plan maps it otherwise now: the new baseline takes it, and nothing is sent.
    case remapped(ContentGroups, record: RecordID)
    /// The record at this place of the source has the same key, and counts.
    case repeated(of: RecordID)
    /// What is wrong with it alone stands in its batch.
    case rejected
    /// Known, and older than `since` looks at.
    case older(record: RecordID)
    /// A rule of the plan passes it over.
    case skipped
    case heldBack
}

/// What became of a record that was new or changed, for the next baseline.
package enum NightOutcome: Sendable, Equatable {
    /// The destination has it as the source does; `record` is what the checkpoint knows it by.
    case isIn(record: RecordID)
    /// The destination does not have it, or nobody knows: it is tried again, or settled, the next night. A changed one
    /// keeps its old entry, and so is found changed again.
    case isOut
    /// Nobody knows how much of a change arrived. It is found changed again in these groups, also where the source has
    /// gone back to what it said before.
    case isOpen(ContentGroups)
}
