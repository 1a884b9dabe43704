/// What is to be done with each record of a night: the comparison with the last night, and what the checkpoint knows besides.
///
/// A key that is new to the baseline may be in the checkpoint all the same: it came in by `run`, was settled since, or was
/// sent by a process that was killed. It is not sent again. One that was refused, or provably never arrived, takes its old
/// place in the checkpoint.
struct NightPlan: Sendable {
    enum Verdict: Sendable, Equatable {
        /// Under this number, as this attempt.
        case create(RecordID, attempt: Int)
        case update(ContentGroups, RecordID)
        /// Unchanged, or mapped otherwise by a plan whose changes are not sent.
        case asItWas
        /// In, and nothing tells what of it the source has changed: the first night takes it as it is.
        case present
        case inDoubt
        /// Older than the plan looks at.
        case passedOver
        case repeated(of: RecordID)
        case rejected
        /// A rule of the plan passes it over.
        case skipped
        case heldBack
    }

    let night: any Night
    /// The number of the night's first file: no record of another night has it.
    let firstFile: Int
    private let reading: NightReading
    let keys: KeyPlaces
    /// What may have changed of a conversation that came in beside the nights, or in one that was killed; nil in the first
    /// night, which takes all as it is.
    let uncertain: ContentGroups?

    /// - Parameter carriesHistory: whether the destination can compare all of a conversation with the source.
    init(_ night: any Night, _ checkpoint: any Checkpoint, fileNames: [String], carriesHistory: Bool) async throws {
        self.night = night
        reading = NightReading(night, fileNames: fileNames)
        keys = try await KeyPlaces(checkpoint, of: night.newKeys())
        firstFile = keys.nextFile
        uncertain = night.facts.terms.baseline == nil ? nil : carriesHistory ? .all : [.status, .assignee]
    }

    func verdicts(of batch: ConversationBatch) throws -> [Verdict] {
        try reading.verdicts(of: batch).enumerated().map { row, verdict in
            switch verdict {
            case .new: new(batch.content.keyFingerprints[row].low, at: batch.place(at: row).id)
            case .unchanged, .remapped: .asItWas
            case .changed(let groups, let record): .update(groups, record)
            case .older: .passedOver
            case .repeated(let first): .repeated(of: first)
            case .rejected: .rejected
            case .skipped: .skipped
            case .heldBack: .heldBack
            }
        }
    }

    /// What the record at a place of the source mapped to the night before; nil where the baseline does not know it.
    func hashesBefore(of place: RecordID) throws -> ContentHashes? {
        guard let record = try night.records(from: night.facts.ordinal(of: place), count: 1).first else { return nil }
        return try night.earlierEntry(of: record)?.hashes
    }

    private func new(_ key: UInt64, at place: RecordID) -> Verdict {
        switch keys.place(of: key) {
        case nil: .create(record(at: place), attempt: 1)
        case .mayBeSent(let record, let attempt)?: .create(record, attempt: attempt + 1)
        case .inDoubt?: .inDoubt
        case .isIn(let record, _)?: uncertain.map { .update($0, record) } ?? .present
        }
    }

    private func record(at place: RecordID) -> RecordID {
        RecordID(file: firstFile + place.file, number: place.number)
    }

    /// The numbers of earlier records that the night may use again.
    var reused: Set<RecordID> { keys.reused }

    /// How many conversations are to be updated, as far as that is known.
    var hasUpdates: Bool { night.facts.figures.changed > 0 || uncertain != nil && keys.hasPresent }

    /// Whether the source has to be read once more to send what is new, or to report what is wrong.
    func needsWriting(duplicates: Plan.DuplicateKeys) -> Bool {
        let figures = night.facts.figures
        return figures.new > 0 || figures.rejected(by: duplicates) > 0
    }

    /// What a night that is read no second time adds to the books.
    func passing(duplicates: Plan.DuplicateKeys) -> PassingCounts {
        let figures = night.facts.figures
        var passing = PassingCounts()
        passing.unchanged = figures.unchanged + (night.facts.terms.remaps ? figures.changed : 0)
        passing.skip(Books.Skips.older, figures.older)
        if duplicates != .reject { passing.skip(Books.Skips.repeatedKey, figures.repeated) }
        passing.skip(night.facts.skips)
        return passing
    }
}

extension Night {
    /// So many records are read at once.
    private static var page: Int { 100_000 }

    /// The keys that the baseline does not have.
    func newKeys() throws -> KeySet {
        var keys: [UInt64] = []
        guard facts.figures.new > 0 else { return KeySet() }
        keys.reserveCapacity(facts.figures.new)
        let total = facts.recordsOfFiles.reduce(0, +)
        for start in stride(from: 0, to: total, by: Self.page) {
            for record in try records(from: start, count: min(Self.page, total - start)) where record.standing == .new {
                keys.append(record.key.low)
            }
        }
        return KeySet(keys)
    }

    /// Replaces the baseline by what is known to be in: also for a night whose process was killed, by the next one.
    ///
    /// - Parameters:
    ///   - carriesHistory: whether the destination compares all of a conversation with what it has before it writes.
    ///   - listsVanished: whether what has vanished is listed, so that it is not listed the next night.
    ///   - unread: the first file number whose conversations were not compared with the source where they were found there
    ///     already; nil for none.
    ///   - isLeft: whether the change of a record, at its place of the source, is not done.
    package func leaveBaseline(
        runID: String, _ checkpoint: any Checkpoint, carriesHistory: Bool, listsVanished: Bool, unread: Int?,
        isLeft: (NightRecord, RecordID) -> Bool
    ) async throws -> BaselineFacts {
        try await leaveBaseline(
            runID: runID, keys: KeyPlaces(checkpoint, of: newKeys()), carriesHistory: carriesHistory,
            listsVanished: listsVanished, unread: unread, isLeft: isLeft)
    }

    /// - Parameter keys: what the checkpoint knows now of the keys that are new to the night.
    func leaveBaseline(
        runID: String, keys: KeyPlaces, carriesHistory: Bool, listsVanished: Bool, unread: Int?,
        isLeft: (NightRecord, RecordID) -> Bool
    ) async throws -> BaselineFacts {
        // Whose an assignee is at the API is told by the hash of the night before.
        let doubted: ContentGroups = carriesHistory ? .all : .status
        return try await replaceBaseline(runID: runID, listsVanished: listsVanished) { record, place in
            if facts.terms.remaps, record.standing == .changed { return .isIn(record: record.record) }
            if isLeft(record, place) { return record.standing == .changed ? .isOpen(doubted) : .isOut }
            if record.standing == .changed { return .isIn(record: record.record) }
            guard case .isIn(let created, let wasFound) = keys.place(of: record.key.low) else { return .isOut }
            if wasFound, let unread, created.file >= unread { return .isOut }
            return .isIn(record: created)
        }
    }
}
