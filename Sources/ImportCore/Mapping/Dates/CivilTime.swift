/// What a calendar and a clock show, in the proleptic Gregorian calendar, before it is known which moment that was.
struct CivilTime {
    var year = 1
    var month = 1
    var day = 1
    var hour = 0
    var minute = 0
    var second = 0
    var microsecond = 0
    /// Seconds east of UTC, where the value says so itself.
    var offset: Int?
    var isCut = false

    /// The years 0001 to 9999 of UTC, which RFC 3339's four digits can say (and PostgreSQL's and Python's dates too).
    static let representableSeconds = -62_135_596_800...253_402_300_799

    /// Whether a calendar and a clock can show it. RFC 3339 knows `:60` for leap seconds; no system that keeps tickets
    /// counts them, so it is refused like 24:00.
    @inline(__always)
    var failure: DateFailure? {
        if year == 0 || year > 9999 { return .outOfRange }
        let isPossible =
            (1...12).contains(month) && day >= 1 && day <= Self.days(inMonth: month, of: year)
            && hour < 24 && minute < 60 && second < 60
        return isPossible ? nil : .impossible
    }

    var secondsSince1970: Int {
        Self.daysSince1970(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
    }

    /// 0 for Monday to 6 for Sunday; 1970-01-01 was a Thursday.
    var weekday: Int { (Self.daysSince1970(year: year, month: month, day: day) + 719_164 * 7 + 3) % 7 }

    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    // Years are counted from 1 March, so that the leap day is a year's last. From March on, the months' lengths
    // (31, 30, 31, 30, 31, 31, 30, …) repeat every five months, which have 153 days: (153 m + 2) / 5 is the number of
    // days before month m, counted from 0 for March. 719,468 days lie between 0000-03-01 and 1970-01-01.

    static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let marchMonth = month > 2 ? month - 3 : month + 9
        let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
        return marchYear * 365 + leapDays + (153 * marchMonth + 2) / 5 + day - 1 - 719_468
    }

    /// The date of a day counted from 1970-01-01; for 0000-03-01 and later.
    static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        // 400 years have 146,097 days, 100 have 36,524 but the last hundred one more, 4 have 1,461 but the last four of
        // a century one less, a year has 365 but a leap year one more: `min` keeps that extra day in its own period.
        let (cycle, dayOfCycle) = (days + 719_468).quotientAndRemainder(dividingBy: 146_097)
        let century = min(dayOfCycle / 36_524, 3)
        let (leapCycle, dayOfLeapCycle) = (dayOfCycle - century * 36_524).quotientAndRemainder(dividingBy: 1_461)
        let year = min(dayOfLeapCycle / 365, 3)
        let dayOfYear = dayOfLeapCycle - year * 365
        let marchMonth = (5 * dayOfYear + 2) / 153
        let marchYear = cycle * 400 + century * 100 + leapCycle * 4 + year
        return (
            year: marchMonth < 10 ? marchYear : marchYear + 1,
            month: marchMonth < 10 ? marchMonth + 3 : marchMonth - 9,
            day: dayOfYear - (153 * marchMonth + 2) / 5 + 1
        )
    }
}
