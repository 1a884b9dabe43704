/// How many opening messages a run has sent, month by month: what the checkpoint keeps, in the same transaction as the
/// intents and outcomes that it follows from, so that no kill gives anything back.
package struct MessageSpending: Sendable, Equatable {
    /// By month, the messages that were sent or may have been.
    private var used: [CalendarMonth: Int] = [:]
    /// The records, by their number in the checkpoint, whose message counts and whose outcome is not known yet, each with
    /// the month that it counts for: should it turn out not to have been sent, that month gets it back.
    private var open: [Int: CalendarMonth] = [:]

    package init() {}

    /// As the checkpoint keeps it, and `Decodable` reads it. Written with every intent, so by hand: several times as fast
    /// as by `JSONEncoder`.
    package var json: [UInt8] {
        var text = JSONText()
        // One month is usually all there is.
        var last: (month: CalendarMonth, name: String)?
        func name(_ month: CalendarMonth) -> String {
            if let last, last.month == month { return last.name }
            let name = month.description
            last = (month, name)
            return name
        }
        text.beginObject()
        text.key("used")
        text.beginObject()
        for (month, count) in used {
            text.key(name(month))
            text.number(count)
        }
        text.endObject()
        text.key("open")
        text.beginObject()
        for (record, month) in open {
            text.key(String(record))
            text.string(name(month))
        }
        text.endObject()
        text.endObject()
        return text.bytes
    }

    package func used(in month: CalendarMonth) -> Int { used[month] ?? 0 }

    /// Of all months.
    package var total: Int { used.values.reduce(0, +) }

    /// The last month in which anything was sent.
    package var lastMonth: CalendarMonth? { used.keys.max() }

    /// The month that a record's message counts for while its outcome is not known; nil for any other record.
    func openMonth(of record: RecordID) -> CalendarMonth? { open[Int(record.rawValue)] }

    /// Counts a record's message, which is about to be sent.
    mutating func spend(_ record: RecordID, in month: CalendarMonth) {
        giveBack(record)
        used[month, default: 0] += 1
        open[Int(record.rawValue)] = month
    }

    /// A record's message is known to be sent, if it is one that counts.
    ///
    /// - Returns: whether it is.
    @discardableResult
    mutating func keep(_ record: RecordID) -> Bool { open.removeValue(forKey: Int(record.rawValue)) != nil }

    /// A record's message is known not to be sent, if it is one that counts.
    ///
    /// - Returns: whether it is.
    @discardableResult
    mutating func giveBack(_ record: RecordID) -> Bool {
        guard let month = open.removeValue(forKey: Int(record.rawValue)) else { return false }
        used[month, default: 1] -= 1
        return true
    }
}

extension MessageSpending: Decodable {
    private enum CodingKeys: String, CodingKey { case used, open }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        for (name, count) in try container.decode([String: Int].self, forKey: .used) {
            guard let month = CalendarMonth(name) else {
                throw DecodingError.dataCorruptedError(forKey: .used, in: container, debugDescription: "not a month")
            }
            used[month] = count
        }
        open = try container.decode([Int: CalendarMonth].self, forKey: .open)
    }
}
