extension MessageColumns.OfRecords {
    /// Puts each record's opening message in front of its others.
    ///
    /// - Parameters:
    ///   - texts: one for each record, or none at all; a record without one is left as it is.
    ///   - senders: one for each record.
    ///   - times: one for each record, or none at all.
    mutating func putInFront(_ texts: [ByteRange], senders: [UInt8], times: [Timestamp]) {
        guard !texts.isEmpty else { return }
        var opened = MessageColumns()
        var openedRanges: [Range<Int>] = []
        openedRanges.reserveCapacity(ranges.count)
        for (record, range) in ranges.enumerated() {
            let start = opened.contents.count
            if texts[record].isPresent {
                opened.contents.append(texts[record])
                opened.senders.append(senders[record])
                opened.times.append(times.isEmpty ? .none : times[record])
                opened.ids.append(.none)
            }
            opened.contents += columns.contents[range]
            opened.senders += columns.senders[range]
            opened.times += columns.times[range]
            opened.ids += columns.ids[range]
            openedRanges.append(start..<opened.contents.count)
        }
        columns = opened
        ranges = openedRanges
    }
}
