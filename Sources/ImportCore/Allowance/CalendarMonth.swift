/// A month of the calendar in UTC: what a message budget is counted by.
package struct CalendarMonth: Sendable, Hashable, Comparable {
    package var year: Int
    /// 1 to 12.
    package var month: Int

    private static let names = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    package init(year: Int, month: Int) {
        precondition((1...12).contains(month), "a year has the months 1 to 12")
        self.year = year
        self.month = month
    }

    /// The month of a moment in milliseconds since 1970.
    package init(milliseconds: Int64) {
        let days = Int((Double(milliseconds) / 86_400_000).rounded(.down))
        let date = CivilTime.date(daysSince1970: days)
        self.init(year: date.year, month: date.month)
    }

    /// Its first moment, in seconds since 1970.
    package var start: Int { CivilTime.daysSince1970(year: year, month: month, day: 1) * 86_400 }

    package var next: CalendarMonth {
        month == 12 ? CalendarMonth(year: year + 1, month: 1) : CalendarMonth(year: year, month: month + 1)
    }

    /// `November 2026`
    package var name: String { "\(Self.names[month - 1]) \(year)" }

    package static func < (left: Self, right: Self) -> Bool { (left.year, left.month) < (right.year, right.month) }
}

extension CalendarMonth: Decodable, CustomStringConvertible {
    /// `2026-11`
    package var description: String { "\(year)-\(month < 10 ? "0" : "")\(month)" }

    package init?(_ text: String) {
        let parts = text.split(separator: "-").map { Int($0) }
        guard parts.count == 2, let year = parts[0], let month = parts[1], (1...12).contains(month) else { return nil }
        self.init(year: year, month: month)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let month = CalendarMonth(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a month")
        }
        self = month
    }
}
