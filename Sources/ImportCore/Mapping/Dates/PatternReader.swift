/// A pattern of Unicode's date letters (UTS #35, part 4), compiled into steps.
///
/// Each run of letters reads exactly what UTS #35 says it writes: `dd` two digits, `d` one or two, `MMM` an English
/// month's short name in any case, `SSS` three digits. An offset (`Z`, `X`, `x`, of any length) is read in every form:
/// they cannot be mistaken for one another.
struct PatternReader: Sendable {
    enum Step: Sendable, Equatable {
        case year, shortYear
        case month(width: Int), monthName(isShort: Bool)
        case day(width: Int)
        case weekday(isShort: Bool)
        case hour(width: Int), halfDayHour(width: Int), halfDay
        case minute(width: Int), second(width: Int), fraction(digits: Int)
        case offset
        case literal(UInt8), blank
    }

    private let steps: [Step]
    let readsOffset: Bool
    private let months: MonthNames

    /// Reads nothing.
    init() {
        steps = []
        readsOffset = false
        months = MonthNames([])
    }

    /// - Parameter months: the names that `MMM` and `MMMM` read; English ones where there are none.
    init(_ pattern: String, months: [MonthName] = []) throws(DateProgramError) {
        self.months = MonthNames(months)
        steps = try PatternCompiler.compile(pattern)
        readsOffset = steps.contains(.offset)
    }

    func read(_ cursor: inout ByteCursor) -> CivilTime {
        var civil = CivilTime()
        var weekday: Int?
        var isAfternoon: Bool?
        for index in steps.indices {
            switch steps[index] {
            case .year: civil.year = cursor.number(digits: 4)
            case .shortYear:
                // POSIX strptime %y: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068.
                let year = cursor.number(digits: 2)
                civil.year = year < 69 ? 2000 + year : 1900 + year
            case .month(let width): civil.month = number(width, &cursor)
            case .monthName where !months.isEmpty: civil.month = cursor.month(of: months)
            case .monthName(let isShort): civil.month = cursor.name(of: .months, isShort: isShort) + 1
            case .day(let width): civil.day = number(width, &cursor)
            case .weekday(let isShort): weekday = cursor.name(of: .weekdays, isShort: isShort)
            case .hour(let width): civil.hour = number(width, &cursor)
            case .halfDayHour(let width):
                civil.hour = number(width, &cursor)
                if !(1...12).contains(civil.hour) { cursor.fail(.impossible) }
            case .halfDay: isAfternoon = readHalfDay(&cursor)
            case .minute(let width): civil.minute = number(width, &cursor)
            case .second(let width): civil.second = number(width, &cursor)
            case .fraction(let digits): (civil.microsecond, civil.isCut) = cursor.fraction(digits: digits)
            case .offset: civil.offset = cursor.offset()
            case .literal(let byte): cursor.expect(byte)
            case .blank: cursor.expectBlank()
            }
        }
        if let isAfternoon { civil.hour = civil.hour % 12 + (isAfternoon ? 12 : 0) }
        // A weekday that contradicts the date: one of the two is wrong, and nobody can say which.
        if let weekday, civil.failure == nil, civil.weekday != weekday { cursor.fail(.impossible) }
        return civil
    }

    @inline(__always)
    private func number(_ width: Int, _ cursor: inout ByteCursor) -> Int {
        width == 1 ? cursor.shortNumber() : cursor.number(digits: 2)
    }

    private func readHalfDay(_ cursor: inout ByteCursor) -> Bool {
        let isAfternoon = cursor.take(UInt8(ascii: "P")) || cursor.take(UInt8(ascii: "p"))
        if !isAfternoon, !cursor.take(UInt8(ascii: "A")) { cursor.expect(UInt8(ascii: "a")) }
        if !cursor.take(UInt8(ascii: "M")) { cursor.expect(UInt8(ascii: "m")) }
        return isAfternoon
    }
}
