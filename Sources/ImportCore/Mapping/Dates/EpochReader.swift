/// Reads a count of seconds or milliseconds since 1970-01-01T00:00:00Z, which may be negative.
///
/// Seconds may have a fraction (`1665000000.25`); milliseconds are whole. A number in scientific notation has been
/// through a spreadsheet and lost digits: it is refused.
enum EpochReader: Sendable {
    case seconds, milliseconds

    func read(_ cursor: inout ByteCursor) -> DateResult {
        let isNegative = cursor.take(UInt8(ascii: "-"))
        if !cursor.nextIsDigit { cursor.fail(.syntax) }
        var count = 0
        while cursor.nextIsDigit {
            let digit = cursor.number(digits: 1)
            // More than any year has; a longer number is still read to its end, and then out of range.
            if count < 1_000_000_000_000_000 { count = count * 10 + digit }
        }
        var microseconds: Int
        var isCut = false
        switch self {
        case .seconds:
            let limit = 1_000_000_000_000
            microseconds = min(count, limit) * 1_000_000
            if cursor.take(UInt8(ascii: ".")) {
                let fraction = cursor.fraction()
                microseconds += fraction.microseconds
                isCut = fraction.isCut
            }
        case .milliseconds: microseconds = count * 1000
        }
        if isNegative { microseconds = -microseconds }

        if let failure = cursor.finish() { return .failure(failure) }
        let range = CivilTime.representableSeconds
        guard microseconds >= range.lowerBound * 1_000_000, microseconds < (range.upperBound + 1) * 1_000_000 else {
            return .failure(.outOfRange)
        }
        return .time(Timestamp(microseconds: Int64(microseconds)), isCut: isCut)
    }
}
