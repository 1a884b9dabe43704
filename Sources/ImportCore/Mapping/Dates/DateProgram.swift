/// A plan's `date` and `zone`, compiled once, which reads any number of values without allocating.
///
/// Nothing is guessed: a value either says which moment it is, with the help of what the plan states, or fails.
package struct DateProgram: Sendable {
    private enum Form: Sendable {
        case iso8601, epoch(EpochReader), pattern
    }

    // Laid out side by side, and empty where there is none: taking an array out of an enum counts a reference, and all
    // threads would count the same one.
    private let form: Form
    private let reader: PatternReader
    private let zone: ZoneTable
    private let hasZone: Bool
    private let ambiguous: ZoneRule.Ambiguous
    let pattern: DatePattern
    let zoneName: String?

    /// - Parameter months: names of months in place of the English ones.
    package init(pattern: DatePattern, zone: ZoneRule?, months: [MonthName] = []) throws(DateProgramError) {
        var reader = PatternReader()
        switch pattern {
        case .iso8601: form = .iso8601
        case .epochSeconds: form = .epoch(.seconds)
        case .epochMilliseconds: form = .epoch(.milliseconds)
        case .pattern(let text):
            form = .pattern
            reader = try PatternReader(text, months: months)
            if !reader.readsOffset && zone == nil { throw .zoneMissing }
        }
        self.reader = reader
        self.pattern = pattern
        self.zone = if let zone { try ZoneTable(named: zone.name) } else { ZoneTable() }
        hasZone = zone != nil
        zoneName = zone?.name
        ambiguous = zone?.ambiguous ?? .reject
    }

    package func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> DateResult {
        var cursor = ByteCursor(bytes)
        let civil: CivilTime
        switch form {
        case .epoch(let epoch): return epoch.read(&cursor)
        case .iso8601: civil = ISO8601Reader.read(&cursor)
        case .pattern: civil = reader.read(&cursor)
        }
        if let failure = cursor.finish() ?? civil.failure { return .failure(failure) }
        return place(civil)
    }

    /// What is shown on the clock, as a moment.
    @inline(__always)
    private func place(_ civil: CivilTime) -> DateResult {
        let local = civil.secondsSince1970
        let seconds: Int
        if let offset = civil.offset {
            seconds = local - offset
        } else if hasZone {
            switch zone.moments(local: local) {
            case .once(let moment): seconds = moment
            case .never: return .failure(.missingHour)
            case .twice(let first, let second):
                switch ambiguous {
                case .earlier: seconds = first
                case .later: seconds = second
                case .reject: return .failure(.ambiguous)
                }
            }
        } else {
            return .failure(.zoneNeeded)
        }
        guard CivilTime.representableSeconds.contains(seconds) else { return .failure(.outOfRange) }
        let microseconds = Int64(seconds) * 1_000_000 + Int64(civil.microsecond)
        return .time(Timestamp(microseconds: microseconds), isCut: civil.isCut)
    }
}
