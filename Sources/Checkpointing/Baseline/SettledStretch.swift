import ImportCore

/// Finds out how far a file is settled, record by record as the next baseline takes them over.
struct SettledStretch {
    private let fingerprint: SourceFingerprint?
    private var marks: ArraySlice<NightMark>
    private let firstRecord: Int
    private let firstEntry: Int
    /// Whether a repeated key ends in a rejection: that has to be reported every night.
    private let reportsRepeats: Bool

    private var records = 0
    private var entries = 0
    /// The last record of this file that one before it repeats the key of, from 0 over all files.
    private var lastCounterpart = -1
    private var isOver = false
    private(set) var settled: SettledFile?

    /// - Parameters:
    ///   - file: its number in the night's source.
    ///   - firstRecord: the place of its first record there, from 0 over all files.
    ///   - firstEntry: the place of its first entry in the next baseline.
    init(of file: Int, in facts: NightFacts, firstRecord: Int, firstEntry: Int) {
        fingerprint = facts.sources.indices.contains(file) ? facts.sources[file] : nil
        marks = (facts.marks.flatMap { $0.indices.contains(file) ? $0[file] : nil } ?? [])[...]
        self.firstRecord = firstRecord
        self.firstEntry = firstEntry
        reportsRepeats = facts.terms.duplicates == .reject
        marks = marks.drop { $0.position.record == 0 }
    }

    mutating func add(_ record: NightRecord, _ ending: NextBaseline.Ending) {
        guard !isOver else { return }
        switch ending {
        case .taken: entries += 1
        case .passedOver: note(record)
        case .open: isOver = true
        }
        guard !isOver else { return }
        records += 1
        passMarks()
    }

    /// One that repeats a key counts for nothing as long as the one that counts stands before the same mark: of another
    /// file, or of what comes later, nobody knows whether it stays.
    private mutating func note(_ record: NightRecord) {
        guard record.standing == .repeated else { return }
        if reportsRepeats || record.counterpart < firstRecord { isOver = true }
        lastCounterpart = max(lastCounterpart, record.counterpart)
    }

    private mutating func passMarks() {
        while let mark = marks.first, mark.position.record <= records {
            marks.removeFirst()
            guard mark.position.record == records, lastCounterpart < firstRecord + records, let fingerprint else {
                continue
            }
            settled = SettledFile(
                fingerprint: fingerprint, end: mark.position, firstRecord: firstRecord, firstEntry: firstEntry,
                entries: entries, skips: mark.skips)
        }
    }
}
