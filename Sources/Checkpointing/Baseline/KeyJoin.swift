import ImportCore

/// Settles the records that did not find their entry nearby, and those whose key another record has: joins by key what is
/// in any order.
///
/// Both sides are spread over parts by key, and each part is joined in memory; what comes of it is spread over parts by
/// place, and entered into the night's file in order. So every byte is read and written a fixed number of times, in
/// order, and memory is that of one part. Only keys that the filter holds are looked at: where few records are new, few
/// entries and records go this way.
struct KeyJoin {
    private let records: BlockFileWriter
    private let baseline: BaselineFile?
    private let filter: KeyFilter
    private let folder: String
    private let rule: RepeatedKey
    /// Places of the night's source in one part.
    private let rangeBlocks: Int

    init(_ records: BlockFileWriter, baseline: BaselineFile?, filter: KeyFilter, terms: NightTerms, folder: String) {
        self.records = records
        self.baseline = baseline
        self.filter = filter
        self.folder = folder
        rule = RepeatedKey(terms: terms)
        let blocks = BlockLayout.blocks(of: records.count)
        let partitions = ScratchPartitions<RepeatedKey.Member>.partitions
        rangeBlocks = max(1, (blocks + partitions - 1) / partitions)
    }

    /// - Parameter take: called with the place of each entry that a record counts against, and the entry.
    func run(_ take: (Int, BaselineEntry) -> Void) throws(BaselineError) {
        let members = try spreadRecords()
        let entries = try spreadEntries()
        let settled = ScratchPartitions<RepeatedKey.Member>(folder: folder)
        for part in 0..<ScratchPartitions<PlacedEntry>.partitions {
            try join(members.entries(of: part), entries.entries(of: part), into: settled, take)
        }
        try enter(settled)
    }

    /// Far from the bits by which the filter chooses.
    private static func part(of key: KeyFingerprint) -> Int { Int(key.low >> 54) }

    private func spreadRecords() throws(BaselineError) -> ScratchPartitions<RepeatedKey.Member> {
        let parts = ScratchPartitions<RepeatedKey.Member>(folder: folder)
        for block in 0..<BlockLayout.blocks(of: records.count) {
            var found: [RepeatedKey.Member] = []
            try records.revise(block: block) { (held: inout [NightRecord]) in
                for (index, record) in held.enumerated() where record.hasKey && filter.mayContain(record.key) {
                    found.append(
                        RepeatedKey.Member(ordinal: block * BlockLayout.entriesInBlock + index, record: record))
                }
                return false
            }
            for member in found { try parts.append(member, to: Self.part(of: member.record.key)) }
        }
        return parts
    }

    private func spreadEntries() throws(BaselineError) -> ScratchPartitions<PlacedEntry> {
        let parts = ScratchPartitions<PlacedEntry>(folder: folder)
        guard let baseline else { return parts }
        var start = 0
        while start < baseline.facts.entries {
            let portion = try baseline.entries(
                from: start, count: min(BaselineFile.portion, baseline.facts.entries - start))
            for (index, entry) in portion.enumerated() where filter.mayContain(entry.key) {
                try parts.append(PlacedEntry(place: start + index, entry: entry), to: Self.part(of: entry.key))
            }
            start += portion.count
        }
        return parts
    }

    private func join(
        _ members: [RepeatedKey.Member], _ entries: [PlacedEntry],
        into settled: ScratchPartitions<RepeatedKey.Member>, _ take: (Int, BaselineEntry) -> Void
    ) throws(BaselineError) {
        guard !members.isEmpty else { return }
        var places: [KeyFingerprint: Int] = [:]
        places.reserveCapacity(entries.count)
        for (index, entry) in entries.enumerated() { places[entry.entry.key] = index }
        // By key, and by place where it repeats: the parts keep the order in which the records were added.
        let order = members.indices.sorted { left, right in
            let (one, other) = (members[left].record.key, members[right].record.key)
            return (one.low, one.high, left) < (other.low, other.high, right)
        }
        var start = 0
        while start < order.count {
            let key = members[order[start]].record.key
            var end = start + 1
            while end < order.count, members[order[end]].record.key == key { end += 1 }
            defer { start = end }
            let entry = places[key].map { entries[$0] }
            let isAlone = end - start == 1
            if isAlone && (entry == nil || members[order[start]].record.isKnown) { continue }
            var group = order[start..<end].map { members[$0] }
            rule.settle(&group, entry: entry.map { ($0.place, $0.entry) })
            if let entry { take(entry.place, entry.entry) }
            for member in group {
                let block = member.ordinal / BlockLayout.entriesInBlock
                try settled.append(member, to: block / rangeBlocks)
            }
        }
    }

    /// Puts the settled records into the place of what was known of them.
    private func enter(_ settled: ScratchPartitions<RepeatedKey.Member>) throws(BaselineError) {
        for part in 0..<ScratchPartitions<RepeatedKey.Member>.partitions {
            let members = try settled.entries(of: part)
            guard !members.isEmpty else { continue }
            var blocks: [Int: [RepeatedKey.Member]] = [:]
            for member in members { blocks[member.ordinal / BlockLayout.entriesInBlock, default: []].append(member) }
            for (block, members) in blocks.sorted(by: { $0.key < $1.key }) {
                try records.revise(block: block) { (held: inout [NightRecord]) in
                    for member in members { held[member.ordinal % BlockLayout.entriesInBlock] = member.record }
                    return true
                }
            }
        }
    }
}
