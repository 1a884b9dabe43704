extension [UInt8] {
    mutating func appendDecimal(_ number: Int) {
        precondition(number >= 0, "only ids, counts and years are written")
        let start = count
        var rest = number
        repeat {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        self[start...].reverse()
    }

    /// A phrase of a `PhraseBook`, with a number in place of its `#`.
    mutating func appendPhrase(_ phrase: [UInt8], _ random: inout SplitMix64) {
        guard let mark = phrase.firstIndex(of: UInt8(ascii: "#")) else {
            self += phrase
            return
        }
        self += phrase[..<mark]
        appendDecimal(10_000 + random.below(90_000))
        self += phrase[(mark + 1)...]
    }

    /// Two digits.
    mutating func appendPadded(_ number: Int) {
        append(UInt8(ascii: "0") + UInt8(number / 10))
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    /// A time as ISO 8601 in UTC: `2021-03-04T05:06:07Z`. The day's date is found as in Howard Hinnant's
    /// "chrono-Compatible Low-Level Date Algorithms" (`civil_from_days`), for days since 1970 only.
    mutating func appendTime(_ seconds: Int) {
        let days = seconds / 86_400 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        appendDecimal(yearOfEra + era * 400 + (month <= 2 ? 1 : 0))
        append(UInt8(ascii: "-"))
        appendPadded(month)
        append(UInt8(ascii: "-"))
        appendPadded(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
        append(UInt8(ascii: "T"))
        let second = seconds % 86_400
        appendPadded(second / 3_600)
        append(UInt8(ascii: ":"))
        appendPadded(second / 60 % 60)
        append(UInt8(ascii: ":"))
        appendPadded(second % 60)
        append(UInt8(ascii: "Z"))
    }
}
