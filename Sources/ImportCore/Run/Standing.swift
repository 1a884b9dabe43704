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

    /// Whether it was sent at least once: then its messages are counted as far as the destination carries them.
    fileprivate var wasSent: Bool {
        switch self {
        case .created, .inDoubt, .notSent: true
        case .uncounted, .alreadyPresent, .rejectedByUs, .rejectedByDestination: false
        }
    }
}

/// What of a conversation's text goes with its creation.
struct Carriage: Sendable, Equatable {
    /// 1 where it opens with a message.
    var opening = 0
    /// Messages that a create request cannot hold.
    var dropped = 0

    init(opening: Int, dropped: Int = 0) {
        self.opening = opening
        self.dropped = dropped
    }

    init(_ conversation: Conversation) {
        opening = conversation.withBytes(.initialMessage, { _ in }) == nil ? 0 : 1
        let ranges = conversation.batch.drafts.messageRanges
        dropped = ranges.isEmpty ? 0 : ranges[conversation.index].count
    }
}

extension Books {
    /// Counts a record elsewhere than before.
    mutating func move(from before: Standing, to now: Standing, _ carriage: Carriage) {
        guard before != now else { return }
        count(before, -1)
        count(now, 1)
        if before == .created { messages.created -= carriage.opening }
        if now == .created { messages.created += carriage.opening }
        if before.wasSent != now.wasSent { messages.dropped += now.wasSent ? carriage.dropped : -carriage.dropped }
    }

    mutating func count(_ standing: Standing, _ step: Int = 1) {
        guard standing != .uncounted else { return }
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
}

/// Records of another input that left no row in the checkpoint: those whose key is in already, and those that were
/// rejected and are not known as rejected from before.
///
/// They are counted for the input read last only: its repetition would count the same records again.
package struct PassingCounts: Sendable, Equatable, Codable {
    package var alreadyPresent = 0
    package var rejected = 0
    package var skipped = 0

    package init() {}

    static func += (left: inout Self, right: Self) {
        left.alreadyPresent += right.alreadyPresent
        left.rejected += right.rejected
        left.skipped += right.skipped
    }
}

extension Books {
    mutating func enter(_ passing: PassingCounts) { count(passing, 1) }

    package mutating func forget(_ passing: PassingCounts) { count(passing, -1) }

    private mutating func count(_ passing: PassingCounts, _ sign: Int) {
        let all = passing.alreadyPresent + passing.rejected + passing.skipped
        entries.read += sign * all
        records.read += sign * all
        records.valid += sign * passing.alreadyPresent
        conversations.alreadyPresent += sign * passing.alreadyPresent
        records.rejected += sign * passing.rejected
        rejections.byUs += sign * passing.rejected
        records.skipped += sign * passing.skipped
    }
}
