/// The words for a value that is no moment; made only when there is one.
extension DateProgram {
    /// What is wrong with a value that `parse` refused, for the record's findings.
    package func finding(
        _ failure: DateFailure, value: UnsafeBufferPointer<UInt8>, field: String
    ) -> Finding {
        let shown = "\"" + ShownValue.text(value) + "\""
        let message =
            switch failure {
            case .syntax: "\(shown) is not written as \(patternName)"
            case .impossible: "\(shown) is no date and time that a calendar and a clock can show"
            case .ambiguous: "\(shown) came twice in \(zoneName ?? "this zone"): the clocks were put back"
            case .missingHour: "\(shown) never came in \(zoneName ?? "this zone"): the clocks were put forward over it"
            case .zoneNeeded: "\(shown) states no offset from UTC, and the plan states no zone"
            case .outOfRange: "\(shown) is not within the years 0001 to 9999"
            }
        return Finding(failure.code, field: field, message, hint: hint(failure, value: value))
    }

    private var patternName: String {
        switch pattern {
        case .iso8601: "an ISO 8601 date and time"
        case .epochSeconds: "seconds since 1970"
        case .epochMilliseconds: "milliseconds since 1970"
        case .pattern(let text): "`\(text)`"
        }
    }

    private func hint(_ failure: DateFailure, value: UnsafeBufferPointer<UInt8>) -> String {
        switch failure {
        case .syntax: syntaxHint(value)
        case .impossible: "correct the record; a weekday, where there is one, must be the date's"
        case .ambiguous: "state `ambiguous: earlier` or `ambiguous: later` with the zone"
        case .missingHour: "correct the record, or check that the zone is right"
        case .zoneNeeded: "add `zone` to this date, with an IANA name such as Europe/Berlin, or UTC"
        case .outOfRange:
            pattern == .epochSeconds && Self.reads(value, as: .epochMilliseconds)
                ? "it reads as milliseconds: `date: epoch_ms`" : "correct the record"
        }
    }

    private func syntaxHint(_ value: UnsafeBufferPointer<UInt8>) -> String {
        if let first = value.first, let last = value.last, first <= 0x20 || last <= 0x20 {
            return "blanks stand around it: `convert: trim` takes them away"
        }
        if pattern == .iso8601, Self.reads(value, as: .epochSeconds) || Self.reads(value, as: .epochMilliseconds) {
            return "a number of seconds is `date: epoch`, of milliseconds `date: epoch_ms`"
        }
        if pattern != .iso8601, Self.reads(value, as: .iso8601) { return "it reads as `date: iso8601`" }
        if case .pattern(let text) = pattern, text.contains("MMM") || text.contains("EEE") {
            return "correct the record or the pattern; names of months and days are read in English"
        }
        return "correct the record, or say with `date` how it is written"
    }

    private static func reads(_ value: UnsafeBufferPointer<UInt8>, as pattern: DatePattern) -> Bool {
        guard let program = try? DateProgram(pattern: pattern, zone: nil) else { return false }
        return switch program.parse(value) {
        case .time, .failure(.zoneNeeded): true
        case .failure: false
        }
    }
}
