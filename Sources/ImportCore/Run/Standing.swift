/// Where the books count a record.
///
/// For every record before the committed position, and every record of another input, this follows from its row in the
/// checkpoint: both change in one commit. So a kill at any moment leaves books that tell the truth.
enum Standing: Sendable, Equatable {
    /// Not read yet, as far as the books know.
    case uncounted
    case created, alreadyPresent, inDoubt, notSent
    case rejectedByUs, rejectedByDestination

    init(_ entry: AttemptEntry) {
        self =
            switch entry.state {
            // Attempts count from 1: nothing was ever sent for this record.
            case .done where entry.attempt == 0: .alreadyPresent
            case .done: .created
            // What has no outcome after a kill is in doubt, so it counts as that from its intent on.
            case .intent, .inDoubt: .inDoubt
            case .released: .notSent
            case .refused where entry.attempt == 0: .rejectedByUs
            case .refused: .rejectedByDestination
            }
    }

    var isRejected: Bool { self == .rejectedByUs || self == .rejectedByDestination }

    /// Whether the books count what the record lost on its way to the destination. What was sent and never arrived will
    /// be sent again, so it stays counted: when that is found out the record itself may not be at hand.
    fileprivate var countsLoss: Bool { self == .created || self == .inDoubt || self == .notSent }
}

/// The messages of a record, by what a create request does with them.
struct Carriage: Sendable, Equatable {
    /// Messages that are created with it.
    var opening = 0
    /// Messages that the destination cannot hold, and those that the plan leaves out.
    var dropped = 0
    /// Fields that the destination does not carry.
    var lost: FidelitySet = []

    init(opening: Int, dropped: Int = 0) {
        self.opening = opening
        self.dropped = dropped
    }

    /// Those of a record, valid or not; one that could not be read has none that anybody knows of.
    init(of index: Int, in batch: ConversationBatch, carriesHistory: Bool = false, losing: FidelitySet = []) {
        let conversation = batch.conversation(at: index)
        dropped = Self.unwanted(of: index, in: batch)
        if !losing.isEmpty { lost = conversation.fidelityFields.intersection(losing) }
        if carriesHistory {
            opening = conversation.messageCount
            return
        }
        opening = conversation.withBytes(.initialMessage, { _ in }) == nil ? 0 : 1
        let ranges = batch.drafts.messageRanges
        dropped += ranges.isEmpty ? 0 : ranges[index].count
    }

    /// Of a dry run: nobody asks which destination it would be, and so what it would carry.
    init(unsent index: Int, in batch: ConversationBatch) {
        self.init(of: index, in: batch)
        let unwanted = Self.unwanted(of: index, in: batch)
        (opening, dropped) = (total - unwanted, unwanted)
    }

    private static func unwanted(of index: Int, in batch: ConversationBatch) -> Int {
        let dropped = batch.drafts.droppedMessages
        return dropped.isEmpty ? 0 : Int(dropped[index])
    }

    var total: Int { opening + dropped }
}

extension AttemptEntry {
    /// The messages of a request whose record is not at hand, as far as its row tells.
    var carriage: Carriage { Carriage(opening: content?.messageDigest == nil ? 0 : 1) }
}

extension Books {
    /// Counts a record elsewhere than before.
    ///
    /// - Parameter formerly: its messages as they were counted, where they are others now: a rejected record may be
    ///   corrected, or mapped anew.
    mutating func move(
        from before: Standing, _ formerly: Carriage? = nil, to now: Standing, _ carriage: Carriage
    ) {
        count(before, formerly ?? carriage, -1)
        count(now, carriage, 1)
        if before.countsLoss != now.countsLoss { count(carriage.lost, now.countsLoss ? 1 : -1) }
    }

    mutating func count(_ loss: FidelitySet, _ step: Int) {
        for field in loss.fields {
            let sum = lost[field.name, default: 0] + step
            lost[field.name] = sum == 0 ? nil : sum
        }
    }

    mutating func count(_ standing: Standing, _ carriage: Carriage, _ step: Int = 1) {
        guard standing != .uncounted else { return }
        count(carriage, of: standing, step)
        entries.read += step
        records.read += step
        switch standing {
        case .rejectedByUs, .rejectedByDestination: records.rejected += step
        default: records.valid += step
        }
        switch standing {
        case .uncounted: break
        case .created: conversations.created += step
        case .alreadyPresent: conversations.alreadyPresent += step
        case .inDoubt: conversations.inDoubt += step
        case .notSent: conversations.notSent += step
        case .rejectedByUs: rejections.byUs += step
        case .rejectedByDestination: rejections.byDestination += step
        }
    }

    private mutating func count(_ carriage: Carriage, of standing: Standing, _ step: Int) {
        switch standing {
        case .uncounted, .alreadyPresent: return
        case .rejectedByUs, .rejectedByDestination: messages.rejected += step * carriage.total
        case .created: messages.created += step * carriage.opening
        case .inDoubt: messages.inDoubt += step * carriage.opening
        case .notSent: messages.notSent += step * carriage.opening
        }
        messages.read += step * carriage.total
        if !standing.isRejected { messages.dropped += step * carriage.dropped }
    }
}

/// Records of another input, or of a night, that left no row in the checkpoint: those whose key is in already, and those
/// that were rejected and are not known as rejected from before.
///
/// They are counted for the input read last only: its repetition would count the same records again.
package struct PassingCounts: Sendable, Equatable, Codable {
    package var alreadyPresent = 0
    package var rejected = 0
    package private(set) var skipped = 0
    package private(set) var skips = Books.Skips()
    /// The messages of those that were rejected.
    package var rejectedMessages = 0
    /// Of a night: as they were, in doubt from before, and new ones that are not to be sent.
    package var unchanged = 0
    package var inDoubt = 0
    package var notSent = 0

    package init() {}

    /// Checkpoints from before there were nights have no figures of theirs.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        alreadyPresent = try values.decode(Int.self, forKey: .alreadyPresent)
        rejected = try values.decode(Int.self, forKey: .rejected)
        skipped = try values.decode(Int.self, forKey: .skipped)
        skips = try values.decode(Books.Skips.self, forKey: .skips)
        rejectedMessages = try values.decode(Int.self, forKey: .rejectedMessages)
        unchanged = try values.decodeIfPresent(Int.self, forKey: .unchanged) ?? 0
        inDoubt = try values.decodeIfPresent(Int.self, forKey: .inDoubt) ?? 0
        notSent = try values.decodeIfPresent(Int.self, forKey: .notSent) ?? 0
    }

    mutating func skip(_ reason: String, _ number: Int = 1) {
        skipped += number
        skips.count(reason, number)
    }

    /// What a batch passes over.
    mutating func skip(_ taken: TakenBatch) {
        for index in taken.skipped { skip(taken.batch.drafts.skipReason(of: index) ?? Books.Skips.repeatedKey) }
    }

    mutating func skip(_ skips: Books.Skips) {
        for (reason, number) in skips.byReason { skip(reason, number) }
    }

    static func += (left: inout Self, right: Self) {
        left.alreadyPresent += right.alreadyPresent
        left.rejected += right.rejected
        left.skipped += right.skipped
        left.skips.add(right.skips)
        left.rejectedMessages += right.rejectedMessages
        left.unchanged += right.unchanged
        left.inDoubt += right.inDoubt
        left.notSent += right.notSent
    }
}

extension Books {
    mutating func enter(_ passing: PassingCounts) { count(passing, 1) }

    package mutating func forget(_ passing: PassingCounts) { count(passing, -1) }

    private mutating func count(_ passing: PassingCounts, _ sign: Int) {
        let valid = passing.alreadyPresent + passing.unchanged + passing.inDoubt + passing.notSent
        let all = valid + passing.rejected + passing.skipped
        entries.read += sign * all
        records.read += sign * all
        records.valid += sign * valid
        conversations.alreadyPresent += sign * passing.alreadyPresent
        conversations.unchanged += sign * passing.unchanged
        conversations.inDoubt += sign * passing.inDoubt
        conversations.notSent += sign * passing.notSent
        records.rejected += sign * passing.rejected
        rejections.byUs += sign * passing.rejected
        records.skipped += sign * passing.skipped
        skipped.add(passing.skips, sign)
        messages.read += sign * passing.rejectedMessages
        messages.rejected += sign * passing.rejectedMessages
    }
}
