extension MessageColumns {
    /// Puts the messages of each record in the order of their times. One without a time stays behind the one that it
    /// follows in the file, and equal times keep the file's order.
    mutating func sortByTime(_ ranges: [Range<Int>]) {
        var order: [Int]?
        for range in ranges where range.count > 1 {
            var effective: [Timestamp] = []
            effective.reserveCapacity(range.count)
            var last = Timestamp.none
            for row in range {
                if times[row].isPresent { last = times[row] }
                effective.append(last)
            }
            if zip(effective, effective.dropFirst()).allSatisfy({ $0 <= $1 }) { continue }
            let sorted = range.sorted { left, right in
                let (one, other) = (effective[left - range.lowerBound], effective[right - range.lowerBound])
                return one == other ? left < right : one < other
            }
            var whole = order ?? Array(contents.indices)
            whole.replaceSubrange(range, with: sorted)
            order = whole
        }
        guard let order else { return }
        contents = order.map { contents[$0] }
        senders = order.map { senders[$0] }
        times = order.map { times[$0] }
        ids = order.map { ids[$0] }
    }
}
