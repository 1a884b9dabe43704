import ImportCore

/// What nights are meant to do, in the plainest words: dictionaries in memory, nothing clever.
struct NightModel {
    var known: [KeyFingerprint: BaselineEntry] = [:]
    var latestUpdate: Int64?

    struct Outcome {
        var records: [NightRecord] = []
        var figures = NightFigures()
        var vanished: Set<KeyFingerprint> = []
    }

    /// Compares a night's records; `place` of counterparts in the baseline is left out, since it is an order.
    func compare(_ records: [NightRecord], terms: NightTerms) -> Outcome {
        var outcome = Outcome()
        var mark: Int64?
        if let overlap = terms.overlap, let latestUpdate, !terms.changesMeaning {
            mark = latestUpdate - Int64(overlap * 1000)
        }
        var members: [KeyFingerprint: [Int]] = [:]
        for (index, record) in records.enumerated() where record.standing != .heldBack && record.key != .none {
            members[record.key, default: []].append(index)
        }
        for (index, record) in records.enumerated() {
            var record = record
            if let group = members[record.key], record.standing != .heldBack {
                let kept = kept(of: group, in: records, terms.duplicates)
                if index == kept {
                    if let entry = known[record.key] { compare(&record, entry, mark) }
                } else if record.standing != .rejected {
                    record.standing = .repeated
                    record.counterpart = kept
                }
            }
            outcome.figures.enter(record, since: mark)
            outcome.records.append(record)
        }
        for entry in known.values {
            if members[entry.key] != nil {
                if entry.isVanished { outcome.figures.returned += 1 }
            } else if terms.export == .full, !entry.isVanished {
                outcome.figures.vanished += 1
                outcome.vanished.insert(entry.key)
            }
        }
        return outcome
    }

    private func kept(of group: [Int], in records: [NightRecord], _ duplicates: Plan.DuplicateKeys) -> Int {
        guard duplicates == .last else { return group[0] }
        let writable = group.filter { records[$0].standing != .rejected }
        return writable.max { (records[$0].updatedAt, $0) < (records[$1].updatedAt, $1) } ?? group[0]
    }

    private func compare(_ record: inout NightRecord, _ entry: BaselineEntry, _ mark: Int64?) {
        record.record = entry.record
        guard record.standing != .rejected else { return }
        record.groups = record.hashes.groups(differingFrom: entry.hashes)
        if let mark, record.updatedAt != BaselineEntry.noTime, record.updatedAt < mark,
            record.updatedAt <= entry.updatedAt
        {
            record.standing = .older
        } else {
            record.standing = record.groups.isEmpty ? .unchanged : .changed
        }
    }

    /// Takes over what a night did.
    mutating func take(_ outcome: Outcome, terms: NightTerms, failing: Set<UInt64>) {
        var seen: Set<KeyFingerprint> = []
        for (index, record) in outcome.records.enumerated() {
            guard record.standing != .heldBack, record.key != .none else { continue }
            seen.insert(record.key)
            var entry = BaselineEntry(
                key: record.key, hashes: record.hashes, record: record.record, updatedAt: record.updatedAt)
            let isWritten = !failing.contains(record.key.low)
            switch record.standing {
            case .new:
                entry.record = RecordID(file: 0, number: index + 1)
                if isWritten { known[record.key] = entry }
            case .unchanged: known[record.key] = entry
            case .changed: if isWritten || terms.remaps { known[record.key] = entry }
            case .older: if record.groups.isEmpty { known[record.key] = entry }
            case .repeated, .rejected, .skipped, .heldBack: break
            }
            if record.standing != .repeated { known[record.key]?.isVanished = false }
        }
        for key in known.keys where !seen.contains(key) && terms.export == .full { known[key]?.isVanished = true }
        for record in outcome.records where record.updatedAt != BaselineEntry.noTime {
            latestUpdate = max(latestUpdate ?? record.updatedAt, record.updatedAt)
        }
    }
}
