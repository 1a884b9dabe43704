import Foundation

/// A moment as a person reads it who knows what time it is: `20:00`, `Tuesday 04:10`, `2026-12-01 00:00`.
package enum MomentText {
    private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    /// What is nearer than this, in seconds, is told to the second.
    private static let near = 600

    /// - Parameters:
    ///   - moment: in seconds since 1970, as `now`.
    ///   - zone: an IANA name, which is shown; nil for the machine's own zone, which is not.
    package static func of(_ moment: Int, now: Int, zone: String? = nil) -> String {
        let clock = zone.flatMap { ZoneName.zone(named: $0) } ?? .current
        func local(_ moment: Int) -> Int {
            moment + clock.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment)))
        }
        let second = (local(moment) % 86_400 + 86_400) % 86_400
        let day = (local(moment) - second) / 86_400
        let today = (local(now) - (local(now) % 86_400 + 86_400) % 86_400) / 86_400
        var time = two(second / 3600) + ":" + two(second / 60 % 60)
        if second % 60 != 0 && abs(moment - now) < near { time += ":" + two(second % 60) }
        let date = CivilTime.date(daysSince1970: day)
        let prefix =
            switch day - today {
            case 0: ""
            // A weekday alone is the next one of that name.
            case 1...6:
                weekdays[CivilTime(year: date.year, month: date.month, day: date.day).weekday] + " "
            default: "\(date.year)-\(two(date.month))-\(two(date.day)) "
            }
        return prefix + time + (zone.map { " " + $0 } ?? "")
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
