/// A batch whose records are on their way: what became of each so far.
///
/// A batch is closed when every record of it has an outcome; batches are closed in order, and only then enter the
/// reports, so that these are the same however the requests overtook each other.
struct OpenBatch: Sendable {
    enum Outcome: Sendable {
        case created
        /// Its key came in with another input.
        case alreadyPresent
        case refused(code: RejectionCode, words: String)
        case inDoubt

        var isRefused: Bool { if case .refused = self { true } else { false } }
    }

    /// When the batch's records enter the books.
    enum Counting: Sendable, Equatable {
        /// All together, when the batch is closed and the position moves behind it.
        case byBatch
        /// The same, but the batch ended before its piece did: it is shown, and read again by the next process.
        case partial
        /// Each with its own outcome: the position is not theirs. `passing` is counted when the batch is closed.
        case byRecord(passing: PassingCounts)
    }

    let taken: TakenBatch
    let counting: Counting
    private let carriesHistory: Bool
    /// Of each record, the fields that the destination does not carry; empty where it carries all.
    private let losses: [FidelitySet]
    private var outcomes: [Int: Outcome] = [:]
    private var judgement = RejectionJudgement()

    init(_ selected: SelectedBatch, traits: DestinationTraits) {
        carriesHistory = traits.carriesHistory
        let drafts = selected.taken.batch.drafts
        let lost = traits.fidelity.lost
        losses =
            lost.isEmpty
            ? [] : drafts.records.records.indices.map { drafts.fidelityFields(of: $0).intersection(lost) }
        taken = selected.taken
        counting = selected.counting
        outcomes = selected.outcomes
    }

    var isClosed: Bool { outcomes.count == taken.accepted.count }

    /// Enters what became of a record; a later word replaces an earlier one.
    ///
    /// - Returns: whether the record is one of the batch's.
    mutating func enter(_ entry: AttemptEntry) -> Bool {
        guard let index = taken.batch.index(of: entry.record) else { return false }
        outcomes[index] = Outcome(entry)
        return true
    }

    func index(of record: RecordID) -> Int? { taken.batch.index(of: record) }

    func isInDoubt(_ record: RecordID) -> Bool {
        guard let index = index(of: record), case .inDoubt = outcomes[index] else { return false }
        return true
    }

    /// Whether the rejection limit is passed by what is known of the batch so far. What is judged anew stands before
    /// the position, and counts when all of it is done.
    mutating func passes(_ limit: RejectionLimit, before books: Books) -> Bool {
        if case .byRecord = counting { return false }
        return judgement.passes(limit, taken, before: books.records) { [outcomes] in outcomes[$0]?.isRefused } != nil
    }

    /// What the batch adds to the books; records without an outcome count as not sent.
    func add(to books: inout Books) {
        switch counting {
        case .byRecord(let passing): books.enter(passing)
        case .byBatch, .partial:
            books.enterFindings(of: taken, carriesHistory: carriesHistory)
            for index in taken.accepted {
                books.count(
                    outcomes[index]?.standing ?? .notSent,
                    Carriage(of: index, in: taken.batch, carriesHistory: carriesHistory))
            }
            countLosses(in: &books)
        }
    }

    /// Summed up first: the books hold them by name.
    private func countLosses(in books: inout Books) {
        guard !losses.isEmpty else { return }
        var counts = Array(repeating: 0, count: FidelityField.allCases.count)
        for index in taken.accepted {
            switch outcomes[index] {
            case .created, .inDoubt: counts.count(losses[index])
            case .alreadyPresent, .refused, nil: break
            }
        }
        for field in FidelityField.allCases where counts[field.rawValue] > 0 {
            books.lost[field.name, default: 0] += counts[field.rawValue]
        }
    }

    /// What goes into the reports: our rejections and the destination's, in file order.
    func rejectedRecords(fileNames: [String]) -> [RejectedRecord] {
        var merged = taken
        for (index, outcome) in outcomes {
            guard case .refused(let code, let words) = outcome else { continue }
            let finding = Finding(code, words, hint: "correct the record, then run it again with --source")
            let rejection = Rejection(place: taken.batch.place(at: index), findings: [finding])
            merged.rejected.append(TakenBatch.RejectedIndex(index: index, rejection: rejection))
        }
        merged.rejected.sort { $0.index < $1.index }
        return merged.rejectedRecords(fileNames: fileNames)
    }

    /// The checkpoint's rows for what needed no request: what we rejected ourselves, and what is in already.
    ///
    /// - Parameters:
    ///   - withPresent: whether what is in already gets a row: not where the destination itself remembers it.
    ///   - isKnown: of a batch whose records enter the books one by one, whether this one is among them.
    func entries(at time: Int64, withPresent: Bool, where isKnown: (RecordID) -> Bool) -> [AttemptEntry] {
        let isByBatch = counting == .byBatch
        let rejected = taken.rejected.compactMap { rejected -> AttemptEntry? in
            guard isByBatch || isKnown(taken.batch.id(at: rejected.index)) else { return nil }
            return AttemptEntry(
                record: taken.batch.id(at: rejected.index), state: .refused, attempt: 0,
                keyFingerprint: taken.batch.content.keyFingerprints[rejected.index].low,
                code: rejected.rejection.findings.first?.code, startedAt: time,
                messages: Carriage(of: rejected.index, in: taken.batch, carriesHistory: carriesHistory).total)
        }
        let present = outcomes.compactMap { index, outcome -> AttemptEntry? in
            guard isByBatch, withPresent, case .alreadyPresent = outcome else { return nil }
            return AttemptEntry(
                record: taken.batch.id(at: index), state: .done, attempt: 0,
                keyFingerprint: taken.batch.content.keyFingerprints[index].low, startedAt: time)
        }
        return (rejected + present).sorted { $0.record < $1.record }
    }
}

extension OpenBatch.Outcome {
    fileprivate var standing: Standing {
        switch self {
        case .created: .created
        case .alreadyPresent: .alreadyPresent
        case .refused: .rejectedByDestination
        case .inDoubt: .inDoubt
        }
    }

    /// Nil while nothing is settled: what is on its way, and what was provably not applied.
    init?(_ entry: AttemptEntry) {
        switch entry.state {
        case .done: self = entry.attempt == 0 ? .alreadyPresent : .created
        case .refused:
            self = .refused(
                code: entry.code ?? .refused, words: entry.detail ?? "the destination refused the record")
        case .inDoubt: self = .inDoubt
        case .released, .intent: return nil
        }
    }
}
