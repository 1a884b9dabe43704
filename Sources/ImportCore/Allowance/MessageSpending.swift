/// How many opening messages a run has sent, month by month: what the checkpoint keeps, in the same transaction as the
/// intents and outcomes that it follows from, so that no kill gives anything back.
package struct MessageSpending: Sendable, Equatable, Decodable {
    /// By month, the messages that were sent or may have been.
    private var used: [String: Int] = [:]
    /// The records, by their number in the checkpoint, whose message counts and whose outcome is not known yet, each with
    /// the month that it counts for: should it turn out not to have been sent, that month gets it back.
    private var open: [Int: CalendarMonth] = [:]

    package init() {}

    /// As the checkpoint keeps it, and `Decodable` reads it. Written with every intent, so by hand: several times as fast
    /// as by `JSONEncoder`.
    package var json: [UInt8] {
        var text = JSONText()
        text.beginObject()
        text.key("used")
        text.beginObject()
        for (month, count) in used {
            text.key(month)
            text.number(count)
        }
        text.endObject()
        text.key("open")
        text.beginObject()
        for (record, month) in open {
            text.key(String(record))
            text.string(month.description)
        }
        text.endObject()
        text.endObject()
        return text.bytes
    }

    package func used(in month: CalendarMonth) -> Int { used[month.description] ?? 0 }

    /// Of all months.
    package var total: Int { used.values.reduce(0, +) }

    /// The last month in which anything was sent.
    package var lastMonth: CalendarMonth? { used.keys.compactMap { CalendarMonth($0) }.max() }

    /// The month that a record's message counts for while its outcome is not known; nil for any other record.
    func openMonth(of record: RecordID) -> CalendarMonth? { open[Int(record.rawValue)] }

    /// Counts a record's message, which is about to be sent.
    mutating func spend(_ record: RecordID, in month: CalendarMonth) {
        giveBack(record)
        used[month.description, default: 0] += 1
        open[Int(record.rawValue)] = month
    }

    /// A record's message is known to be sent, if it is one that counts.
    mutating func keep(_ record: RecordID) { open[Int(record.rawValue)] = nil }

    /// A record's message is known not to be sent, if it is one that counts.
    mutating func giveBack(_ record: RecordID) {
        guard let month = open.removeValue(forKey: Int(record.rawValue)) else { return }
        used[month.description, default: 1] -= 1
    }
}
