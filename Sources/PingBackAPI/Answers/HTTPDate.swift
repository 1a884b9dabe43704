import Foundation

/// Reads the three forms of a date in an HTTP header (RFC 9110, 5.6.7): IMF-fixdate, RFC 850, and asctime.
enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Seconds since 1970; nil for anything else. `now` only tells which century a year of two digits is in.
    static func seconds(_ text: String, now: Date = Date()) -> Int64? {
        // Without commas and dashes the first two forms are the same row of words; asctime has its year at the end.
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
        guard words.count == 6 || words.count == 5 else { return nil }
        let isASCTime = words.count == 5
        guard isASCTime || words[5] == "GMT" else { return nil }
        let (day, month, yearText, time) =
            isASCTime ? (words[2], words[1], words[4], words[3]) : (words[1], words[2], words[3], words[4])
        let clock = time.split(separator: ":").map { Int($0) }
        guard let day = Int(day), let month = months.firstIndex(of: month), var year = Int(yearText), year >= 0,
            clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2]
        else { return nil }
        if yearText.count == 2 {
            year += 2000
            // More than 50 years ahead means the past (RFC 9110).
            if year > ServerTime.year(of: now) + 50 { year -= 100 }
        }
        return ServerTime.milliseconds(
            year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second
        ).map { $0 / 1000 }
    }
}
