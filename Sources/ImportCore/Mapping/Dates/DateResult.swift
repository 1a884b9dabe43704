/// What a value read as a date turned out to be: a moment, or the reason why it is none. Nothing in it is allocated.
package enum DateResult: Sendable, Equatable {
    /// `isCut`: digits other than zero stood behind the sixth of the fraction and were left off.
    case time(Timestamp, isCut: Bool)
    case failure(DateFailure)
}

/// Why a value is no moment.
package enum DateFailure: UInt8, Sendable, CaseIterable {
    /// It is not written the way the plan says.
    case syntax
    /// No calendar or clock shows it: 31 February, month 13, 24:00, a leap second, a weekday that the date is not.
    case impossible
    /// A local time that the clocks ran through twice.
    case ambiguous
    /// A local time that the clocks skipped.
    case missingHour
    /// It states no offset from UTC, and the plan states no zone. A plan whose values do that must not run.
    case zoneNeeded
    /// Not within the years 0001 to 9999 of UTC.
    case outOfRange

    package var code: RejectionCode {
        switch self {
        case .syntax: .dateSyntax
        case .impossible: .dateImpossible
        case .ambiguous: .dateAmbiguous
        case .zoneNeeded: .dateZoneNeeded
        case .missingHour: .dateMissingHour
        case .outOfRange: .dateRange
        }
    }
}
