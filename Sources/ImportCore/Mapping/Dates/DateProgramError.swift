/// Why a plan's `date` or `zone` cannot be compiled. Whoever knows the plan's line puts it before the message.
package enum DateProgramError: Error, Equatable, Sendable {
    case unknownLetters(String)
    case openQuote
    case missing(String)
    case repeated(String)
    case runTogether(String, String)
    case halfDayMissing
    case halfDayUnused
    /// The pattern reads no offset, and no zone is stated: no value would ever be a moment.
    case zoneMissing
    case unknownZone(String, nearest: [String])

    package var message: String {
        switch self {
        case .unknownLetters(let letters): "`\(letters)` is not part of a date pattern"
        case .openQuote: "a quote in the date pattern is not closed"
        case .missing(let part): "the date pattern reads no \(part)"
        case .repeated(let part): "the date pattern reads the \(part) twice"
        case .runTogether(let left, let right):
            "in the date pattern nothing tells where `\(left)` ends and `\(right)` begins"
        case .halfDayMissing: "`h` counts to twelve, and the date pattern reads no AM or PM"
        case .halfDayUnused: "`a` reads AM or PM, and the date pattern has no `h` that counts to twelve"
        case .zoneMissing: "the date pattern reads no offset from UTC, and no zone is stated"
        case .unknownZone(let name, _): "`\(name)` is not a time zone's name"
        }
    }

    package var hint: String {
        switch self {
        case .unknownLetters(let letters): Self.hint(letters: letters)
        case .openQuote: "two quotes ('') stand for one"
        case .missing: "a moment needs year, month and day, and each of hour, minute, second the one before it"
        case .repeated: "each part of a moment is read once"
        case .runTogether(let left, _): "write `\(left)\(left)` if it always has two digits, or put what separates them"
        case .halfDayMissing: "add `a`, or write `H` for hours from 0 to 23"
        case .halfDayUnused: "write `h` for hours from 1 to 12, or leave `a` out"
        case .zoneMissing:
            "add `zone` beside it, or to `source` for all times, with an IANA name such as Europe/Berlin, or UTC"
        case .unknownZone(_, let nearest):
            nearest.isEmpty
                ? "zones have the names of the IANA time zone database, such as Europe/Berlin, or UTC"
                : "did you mean \(nearest.joined(separator: ", "))?"
        }
    }

    private static func hint(letters: String) -> String {
        switch letters.first {
        case "Y": "`Y` is the year that a week belongs to; the year is `yyyy` or `yy`"
        case "y": "the year is `yyyy` or `yy`"
        case "D": "`D` is the day of the year; the day of the month is `d` or `dd`"
        case "M": "the month is `M`, `MM`, `MMM` or `MMMM`"
        case "k", "K": "the hour is `H` from 0 to 23, `h` from 1 to 12"
        case "z", "V", "v", "O": "names of zones are ambiguous; put the name in quotes, and state it as `zone`"
        case "T": "text stands in quotes: yyyy-MM-dd'T'HH:mm:ss"
        default: "text stands in quotes; the letters are y M d E H h a m s S Z X, of Unicode's UTS #35"
        }
    }
}
