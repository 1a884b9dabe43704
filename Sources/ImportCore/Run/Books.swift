/// The run's figures. They must balance: records read = valid + rejected + skipped, valid = the sum of
/// `conversations`, and messages read = the sum of the others.
package struct Books: Sendable, Equatable, Codable {
    package struct Entries: Sendable, Equatable, Codable {
        package var read = 0
        package var blank = 0
        package var grouped = 0
        package var orphaned = 0
    }

    package struct Records: Sendable, Equatable, Codable {
        package var read = 0
        package var valid = 0
        package var rejected = 0
        package var skipped = 0
    }

    package struct Rejections: Sendable, Equatable, Codable {
        package var byUs = 0
        package var byDestination = 0
    }

    package struct Conversations: Sendable, Equatable, Codable {
        package var created = 0
        package var updated = 0
        package var unchanged = 0
        package var alreadyPresent = 0
        package var inDoubt = 0
        package var notSent = 0

        package var sum: Int { created + updated + unchanged + alreadyPresent + inDoubt + notSent }
    }

    /// The messages of the records that are valid or rejected: the opening one, and those of the list in the record.
    /// Where a conversation is present already, it has those that it came in with.
    package struct Messages: Sendable, Equatable, Codable {
        package var read = 0
        package var created = 0
        /// The plan leaves them out, or the destination does not carry them: a create request holds the opening message
        /// only.
        package var dropped = 0
        /// Of records that are rejected.
        package var rejected = 0
        package var inDoubt = 0
        package var notSent = 0

        package var sum: Int { created + dropped + rejected + inDoubt + notSent }
    }

    /// The records passed over, by reason: a rule's of the plan, or one of the three that every plan may have.
    package struct Skips: Sendable, Equatable, Codable {
        /// Another record with the same key counts.
        package static let repeatedKey = "repeated-key"
        /// Older than a night looks at.
        package static let older = "older"
        /// Every field is empty, and the plan says `repairs: [blank-records]`.
        package static let blankRecord = "blank-record"

        package private(set) var byReason: [String: Int] = [:]

        package init() {}

        package init(from decoder: any Decoder) throws {
            byReason = try decoder.singleValueContainer().decode([String: Int].self)
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(byReason)
        }

        package mutating func count(_ reason: String, _ number: Int = 1) {
            let count = byReason[reason, default: 0] + number
            byReason[reason] = count == 0 ? nil : count
        }

        package var total: Int { byReason.values.reduce(0, +) }

        package mutating func add(_ other: Self, _ sign: Int = 1) {
            for (reason, number) in other.byReason { count(reason, sign * number) }
        }
    }

    package struct Customers: Sendable, Equatable, Codable {
        package var created = 0
    }

    /// What was done to conversations after they were created.
    package struct Steps: Sendable, Equatable, Codable {
        package var assigned = 0
        package var resolved = 0
        package var closed = 0
        package var refused = 0
        /// Begun, or still to be done: whether the destination has it is not known, and it is safe to repeat.
        package var inDoubt = 0

        package init() {}

        package mutating func count(_ step: Step, _ state: AttemptState, _ number: Int) {
            switch (state, step) {
            case (_, .create), (.released, _): break
            case (.done, .assign): assigned += number
            case (.done, .resolve): resolved += number
            case (.done, .close): closed += number
            case (.refused, _): refused += number
            case (.intent, _), (.inDoubt, _): inDoubt += number
            }
        }
    }

    /// Differences between the source and the destination in a night, each as one line of the list of drift.
    package struct Drifts: Sendable, Equatable, Codable {
        package var kept = 0
        package var overwritten = 0
        package var notCarried = 0

        package init() {}

        package mutating func count(_ ending: Drift.Ending) {
            switch ending {
            case .kept: kept += 1
            case .overwritten: overwritten += 1
            case .notCarried: notCarried += 1
            }
        }
    }

    /// What a night did not read again of files that only grew: its bytes were compared with those of the night before. The
    /// records are counted as if they had been read.
    package struct Checked: Sendable, Equatable, Codable {
        package var files = 0
        package var records = 0
        package var bytes = 0

        package init() {}
    }

    package struct Requests: Sendable, Equatable, Codable {
        package var sent = 0
        package var retried = 0
        /// By HTTP status.
        package var byStatus: [String: Int] = [:]

        package init() {}
    }

    package var entries = Entries()
    package var records = Records()
    package var rejections = Rejections()
    package var skipped = Skips()
    package var conversations = Conversations()
    package var messages = Messages()
    package var customers = Customers()
    package var steps = Steps()
    package var drift = Drifts()
    /// By the word for a field that the destination does not carry, the conversations that had something in it: of those
    /// that were created, are in doubt, or will be sent again.
    package var lost: [String: Int] = [:]
    package var limits: [String: Int] = [:]
    package var repairs: [String: Int] = [:]
    package var requests = Requests()
    package var checked = Checked()

    package init() {}

    /// What a run that is done with these figures tells the shell.
    package var status: ExitStatus {
        conversations.inDoubt > 0 || steps.inDoubt > 0
            ? .someInDoubt : records.rejected > 0 || steps.refused > 0 ? .someRejected : .done
    }

    /// Whether the figures add up; a run whose books do not is a bug, and says so.
    package var balance: Bool {
        records.read == records.valid + records.rejected + records.skipped
            && records.valid == conversations.sum
            && records.rejected == rejections.byUs + rejections.byDestination
            && messages.read == messages.sum
    }
}

extension Books {
    /// Enters what became of a changed conversation; one that was refused is entered as a rejection is.
    package mutating func count(_ outcome: UpdateOutcome) {
        switch outcome.result {
        case .updated: conversations.updated += 1
        case .unchanged: conversations.unchanged += 1
        case .notReached:
            conversations.notSent += 1
            return
        case .refused: return
        }
        for drift in outcome.drifts { self.drift.count(drift.ending) }
    }
}

extension KeyedDecodingContainer {
    /// Books that were written before records could be passed over by reason name none.
    func decode(_ type: Books.Skips.Type, forKey key: Key) throws -> Books.Skips {
        try decodeIfPresent(type, forKey: key) ?? Books.Skips()
    }

    /// Books that were written before a night left out what it had settled have none.
    func decode(_ type: Books.Checked.Type, forKey key: Key) throws -> Books.Checked {
        try decodeIfPresent(type, forKey: key) ?? Books.Checked()
    }

    /// Books that were written before there were nights have none; chosen over the general form where `Books` is decoded.
    func decode(_ type: Books.Drifts.Type, forKey key: Key) throws -> Books.Drifts {
        try decodeIfPresent(type, forKey: key) ?? Books.Drifts()
    }
}

extension Books.Requests {
    static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum.sent += right.sent
        sum.retried += right.retried
        sum.byStatus.merge(right.byStatus, uniquingKeysWith: +)
        return sum
    }
}
