/// A batch after mapping and before validation: one array a field, one element a record, the text in the batch's slab.
///
/// Columns instead of one struct a record: each rule of the plan then runs over the whole batch in one tight loop.
package struct DraftBatch: Sendable {
    package var records: RecordBatch
    /// By `TextField.rawValue`; an empty array where the plan has no rule for the field.
    package var texts: [[ByteRange]] = Array(repeating: [], count: TextField.allCases.count)
    /// By `TimeField.rawValue`; an empty array where the plan has no rule for the field.
    package var times: [[Timestamp]] = Array(repeating: [], count: TimeField.allCases.count)
    /// `ConversationStatus.rawValue`, or 0 for none.
    package var statuses: [UInt8] = []
    package var messages = MessageColumns()
    /// Rows of `messages` that belong to each record; empty where the plan reads no messages.
    package var messageRanges: [Range<Int>] = []
    /// For each record, how many of its messages the plan leaves out; empty where it leaves none out.
    package var droppedMessages: [Int32] = []
    /// Changes made to values on the way, by name; each is counted and reported, none is silent.
    package var repairs: [String: Int] = [:]
    /// For each record, why it is passed over: the index in `skipReasons`, from 1, or 0 where it is not; empty where the
    /// plan passes none over.
    package var skips: [UInt8] = []
    package var skipReasons: [String] = []
    /// What is wrong so far, in no particular order.
    package var findings: [BatchFinding] = []

    package init(records: RecordBatch) { self.records = records }

    /// Passes records over, whatever the plan's rules say of them.
    mutating func skip(_ indices: [Int], reason: String) {
        guard !indices.isEmpty else { return }
        if skips.isEmpty { skips = Array(repeating: 0, count: records.records.count) }
        skipReasons.append(reason)
        for index in indices { skips[index] = UInt8(skipReasons.count) }
    }

    package func isSkipped(_ index: Int) -> Bool { !skips.isEmpty && skips[index] > 0 }

    /// Why a rule of the plan passes a record over; nil where none does.
    package func skipReason(of index: Int) -> String? {
        isSkipped(index) ? skipReasons[Int(skips[index]) - 1] : nil
    }
}

package struct MessageColumns: Sendable {
    package var contents: [ByteRange] = []
    /// `SenderType.rawValue`, or 0 for none.
    package var senders: [UInt8] = []
    package var times: [Timestamp] = []
    package var ids: [ByteRange] = []

    /// The messages of a batch, by its records.
    struct OfRecords {
        var columns: MessageColumns
        var ranges: [Range<Int>]
        var dropped: [Int32]
    }
}

/// A finding about the record at `index` of the batch.
package struct BatchFinding: Sendable {
    package var index: Int
    package var finding: Finding

    package init(index: Int, finding: Finding) {
        self.index = index
        self.finding = finding
    }
}
