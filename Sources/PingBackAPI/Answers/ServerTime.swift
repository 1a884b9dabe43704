import Foundation

/// Reads the times of PingBack's objects: ISO 8601, with or without a fraction and a zone; without one it is UTC.
enum ServerTime {
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    /// Milliseconds since 1970; nil where the text is no such time.
    static func milliseconds(_ text: String) -> Int64? {
        guard
            let match = text.wholeMatch(
                of: #/(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|z|[+-]\d\d:?\d\d)?/#)
        else { return nil }
        let (_, year, month, day, hour, minute, second, fraction, zone) = match.output
        let parts = [year, month, day, hour, minute, second].compactMap { Int($0) }
        guard parts.count == 6,
            let whole = milliseconds(
                year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4], second: parts[5])
        else { return nil }
        let thousandths = fraction.flatMap { Int64(($0 + "00").prefix(3)) } ?? 0
        return whole + thousandths - offset(zone)
    }

    static func milliseconds(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) -> Int64? {
        let parts = DateComponents(
            calendar: calendar, year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        guard parts.isValidDate, let date = parts.date else { return nil }
        return Int64(date.timeIntervalSince1970) * 1000
    }

    static func year(of date: Date) -> Int { calendar.component(.year, from: date) }

    private static func offset(_ zone: Substring?) -> Int64 {
        guard let zone, let sign = zone.first, sign == "+" || sign == "-" else { return 0 }
        let digits = zone.filter(\.isNumber)
        let minutes = (Int64(digits.prefix(2)) ?? 0) * 60 + (Int64(digits.suffix(2)) ?? 0)
        return (sign == "-" ? -minutes : minutes) * 60_000
    }
}
