/// Holds a run to the number of opening messages that its plan allows a month.
///
/// A message is promised before its intent, so that lanes that ask at the same time do not pass the budget together; it
/// counts from its intent on; it is given back when it is known not to have been sent.
struct MessageBudget: Sendable {
    private(set) var spending: MessageSpending
    /// Promised, and no intent yet.
    private var promised: [RecordID: CalendarMonth] = [:]
    /// On their way: each may still give its message back.
    private var underWay: Set<RecordID> = []
    /// The month and the budget that were last asked about; nil before.
    private var asked: (month: CalendarMonth, budget: Int?)?

    init(_ spending: MessageSpending) { self.spending = spending }

    /// Promises a message to a record, if the month's budget allows it.
    ///
    /// - Parameter budget: nil for none: then messages are only counted, for a budget that the plan may get later.
    mutating func promise(_ record: RecordID, in month: CalendarMonth, budget: Int?) -> MessagePromise {
        asked = (month, budget)
        if let budget {
            // A record that is sent again replaces its own message.
            let own = spending.openMonth(of: record) == month ? 1 : 0
            let others = promised.count { $0.key != record && $0.value == month }
            if spending.used(in: month) - own + others >= budget {
                return budget > 0 && (others > 0 || !underWay.isEmpty) ? .undecided : .usedUp
            }
        }
        promised[record] = month
        return .given
    }

    /// Follows what is about to become durable.
    ///
    /// - Returns: whether the spending may have changed, and has to become durable with it.
    mutating func enter(_ entries: [AttemptEntry]) -> Bool {
        var isChanged = false
        for entry in entries where entry.step == .create {
            if entry.state == .intent { underWay.insert(entry.record) } else { underWay.remove(entry.record) }
            switch entry.state {
            case .intent:
                if let month = promised.removeValue(forKey: entry.record) {
                    spending.spend(entry.record, in: month)
                    isChanged = true
                }
            case .done: if spending.keep(entry.record) { isChanged = true }
            case .refused, .released: if spending.giveBack(entry.record) { isChanged = true }
            // It counts as sent, as long as nobody knows better.
            case .inDoubt: break
            }
        }
        return isChanged
    }

    /// For the summary's `limits`; nil where this process asked for no message.
    var figures: [String: Int]? {
        guard let asked else { return nil }
        guard let budget = asked.budget else { return [:] }
        return [Self.limitKey: budget, Self.usedKey: spending.used(in: asked.month)]
    }

    static let limitKey = "message_budget"
    static let usedKey = "message_budget_used"
}

/// Whether a record's opening message may be sent.
package enum MessagePromise: Sendable {
    case given
    /// The budget is used up, unless one of the requests under way gives its message back: their answers decide.
    case undecided
    case usedUp
}
