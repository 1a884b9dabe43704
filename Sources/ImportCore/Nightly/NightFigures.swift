/// What a comparison counts. Every record read stands in one of `new`, `unchanged`, `changed`, `repeated`, `rejected`,
/// `older` and `skipped`.
package struct NightFigures: Sendable, Equatable, Codable {
    package var read = 0
    package var new = 0
    package var unchanged = 0
    package var changed = 0
    /// Records in whose place another one of the same key counts.
    package var repeated = 0
    package var rejected = 0
    /// Known records that are older than `since` looks at.
    package var older = 0
    /// Records that a rule of the plan passes over.
    package var skipped = 0
    /// New ones among them that are older than that: late arrivals.
    package var late = 0
    /// Not counted as read: the last record of a file that does not end with a line end.
    package var heldBack = 0
    /// In the baseline, and for the first time not in the source.
    package var vanished = 0
    /// In the baseline as vanished, and in the source again.
    package var returned = 0

    package init() {}

    package var toBeSent: Int { new + changed }

    /// How many records the night rejects: repeated keys among them, where the plan says so.
    package func rejected(by duplicates: Plan.DuplicateKeys) -> Int {
        rejected + (duplicates == .reject ? repeated : 0)
    }

    package var isBalanced: Bool {
        read == new + unchanged + changed + repeated + rejected + older + skipped && late <= new
    }

    /// Enters a record whose standing is settled.
    ///
    /// - Parameter mark: what is older is late, in milliseconds since 1970; nil for nothing.
    package mutating func enter(_ record: NightRecord, since mark: Int64?) {
        guard record.standing != .heldBack else {
            heldBack += 1
            return
        }
        read += 1
        switch record.standing {
        case .new:
            new += 1
            if let mark, record.updatedAt != BaselineEntry.noTime, record.updatedAt < mark { late += 1 }
        case .unchanged: unchanged += 1
        case .changed: changed += 1
        case .repeated: repeated += 1
        case .rejected: rejected += 1
        case .older: older += 1
        case .skipped: skipped += 1
        case .heldBack: break
        }
    }
}

/// What a night's comparison belongs to, and what it found.
package struct NightFacts: Sendable, Equatable, Codable {
    package var terms: NightTerms
    /// The source's files as they were read.
    package var sources: [SourceFingerprint] = []
    /// How many records each file holds, those held back with them.
    package var recordsOfFiles: [Int] = []
    package var figures = NightFigures()
    /// Why records were passed over by rules of the plan.
    package var skips = Books.Skips()
    /// The latest `updated_at` of this night and those before it, in milliseconds since 1970.
    package var latestUpdate: Int64?
    /// The places at which what is settled of each file may end; nil in a comparison of an older program.
    package var marks: [[NightMark]]?
    /// The files that were read only from where an earlier night has settled them.
    package var grown: [GrownFile]?

    package init(terms: NightTerms) {
        self.terms = terms
        latestUpdate = terms.baseline?.latestUpdate
    }

    /// The place in the source of the record that stands there, from 0 over all files.
    package func place(of ordinal: Int) -> RecordID {
        var rest = ordinal
        for (file, count) in recordsOfFiles.enumerated() {
            if rest < count { return RecordID(file: file, number: rest + 1) }
            rest -= count
        }
        preconditionFailure("a record's place is looked for behind the last one")
    }

    /// Where a record stands in the source, from 0 over all files.
    package func ordinal(of place: RecordID) -> Int {
        recordsOfFiles.prefix(place.file).reduce(0, +) + place.number - 1
    }
}

/// Everything but the source that decides how a night's records stand: a comparison made on other terms is made again.
package struct NightTerms: Sendable, Equatable, Codable {
    package var binding: CheckpointBinding
    /// Nil in the first night.
    package var baseline: BaselineFacts?
    package var export: SyncOptions.Export
    package var duplicates: Plan.DuplicateKeys
    /// In seconds; nil where every record is compared.
    package var overlap: Double?
    /// Whether the plan maps records otherwise than when the baseline was taken. Then all are compared, whatever `since`
    /// says.
    package var changesMeaning: Bool
    /// Whether records that differ are only taken over into the new baseline, since the plan maps them otherwise.
    package var remaps: Bool
    /// What besides the plan's meaning decides what records become: where it is another than the night before, no file
    /// counts as settled. Nil where nothing is to count as settled.
    package var reading: String?

    /// - Parameter acceptsMeaning: whether what the plan maps otherwise now is to be sent.
    package init(
        binding: CheckpointBinding, baseline: BaselineFacts?, options: SyncOptions, duplicates: Plan.DuplicateKeys,
        acceptsMeaning: Bool, reading: String? = nil
    ) {
        self.reading = reading
        self.binding = binding
        self.baseline = baseline
        export = options.export
        self.duplicates = duplicates
        overlap = options.overlap
        changesMeaning = baseline.map { $0.binding.meaning.map(\.text) != binding.meaning.map(\.text) } ?? false
        remaps = changesMeaning && !acceptsMeaning
    }

    /// Known records that are older are not compared, in milliseconds since 1970; nil where all are.
    package var mark: Int64? {
        guard !changesMeaning, let overlap, let latest = baseline?.latestUpdate else { return nil }
        return latest - Int64(overlap * 1000)
    }

    /// How many records the last export held that tonight's is measured by; nil where there was none. A full one is not
    /// measured by an incremental one that came between.
    package var recordsExpected: Int? {
        guard let baseline else { return nil }
        guard export == .full, baseline.knowsFullExport else { return baseline.recordsRead }
        return baseline.recordsOfFullExport
    }

    /// The files that the night before has settled, as far as that still holds tonight.
    package var settled: [SettledFile] {
        guard !changesMeaning, reading != nil, let baseline, baseline.reading == reading else { return [] }
        return baseline.settled ?? []
    }
}
