import ImportCore
import Testing

@Suite struct DateProgramTests {
    // 2022-09-19T14:53:49Z
    private let moment: Int64 = 1_663_599_229_000_000

    @Test(arguments: [
        "2022-09-19T14:53:49Z", "2022-09-19t14:53:49z", "2022-09-19 14:53:49Z", "2022-09-19 14:53:49 Z",
        "2022-09-19T14:53:49+00:00", "2022-09-19T14:53:49+0000", "2022-09-19T14:53:49+00", "2022-09-19T14:53:49-00:00",
        "2022-09-19T04:53:49 -10:00", "2022-09-19T20:23:49+0530", "2022-09-19T14:53:49.000Z", "2022-09-19T14:53:49,0Z",
        "2022-09-20T14:52:49+23:59",
    ])
    func iso8601IsReadInAllFormsThatExportsWrite(text: String) throws {
        #expect(try parse(text, .iso8601) == .time(Timestamp(microseconds: moment), isCut: false))
    }

    @Test func aDateAloneIsMidnightOfTheZone() throws {
        #expect(try micros("2022-09-19", .iso8601, zone: "UTC") == 1_663_545_600_000_000)
        #expect(try micros("2022-09-19", .iso8601, zone: "Europe/Berlin") == 1_663_538_400_000_000)
        #expect(try micros("2022-09-19T14:53", .iso8601, zone: "UTC") == moment - 49_000_000)
    }

    @Test func fractionsAreCutToMicrosecondsAndItIsSaidWhenSomethingIsLost() throws {
        #expect(
            try parse("2022-09-19T14:53:49.1Z", .iso8601) == .time(.init(microseconds: moment + 100_000), isCut: false))
        #expect(
            try parse("2022-09-19T14:53:49.123456Z", .iso8601)
                == .time(.init(microseconds: moment + 123_456), isCut: false))
        #expect(
            try parse("2022-09-19T14:53:49.123456000Z", .iso8601)
                == .time(.init(microseconds: moment + 123_456), isCut: false))
        #expect(
            try parse("2022-09-19T14:53:49.123456789Z", .iso8601)
                == .time(.init(microseconds: moment + 123_456), isCut: true))
    }

    @Test(arguments: [
        "", " ", "2022", "2022-09", "2022-9-19", "22-09-19", "2022-09-19T", "2022-09-19T14", "2022-09-19T1453Z",
        "20220919",
        "2022-09-19T14:53:49.Z", "2022-09-19T14:53.5Z", "2022-09-19T14:53:49  Z", "2022-09-19T14:53:49+", "2022-09-19Z",
        "2022-09-19T14:53:49+1", "2022-09-19T14:53:49+01:", "2022-09-19T14:53:49+010", "2022-09-19T14:53:49Zx",
        " 2022-09-19T14:53:49Z", "2022-09-19T14:53:49Z ", "2022/09/19", "1663599229", "12022-09-19", "-022-09-19",
        "2022-09-19\u{0}14:53", "２０２２-09-19",
    ])
    func whatIsNotWrittenAsIso8601IsASyntaxError(text: String) throws {
        #expect(try parse(text, .iso8601, zone: "UTC") == .failure(.syntax))
    }

    @Test(arguments: [
        "2022-02-31", "2022-02-29", "1900-02-29", "2022-13-01", "2022-00-01", "2022-01-00", "2022-04-31", "2022-01-32",
        "2022-01-01T24:00:00Z", "2022-01-01T23:60:00Z", "2016-12-31T23:59:60Z", "2022-01-01T00:00:00+24:00",
        "2022-01-01T00:00:00+00:60",
    ])
    func whatNoCalendarShowsIsRefused(text: String) throws {
        #expect(try parse(text, .iso8601, zone: "UTC") == .failure(.impossible))
    }

    @Test func yearsRunFrom1To9999InUTC() throws {
        #expect(try micros("0001-01-01T00:00:00Z", .iso8601) == -62_135_596_800_000_000)
        #expect(try micros("9999-12-31T23:59:59.999999Z", .iso8601) == 253_402_300_799_999_999)
        #expect(try parse("0000-12-31T23:59:59Z", .iso8601) == .failure(.outOfRange))
        #expect(try parse("0001-01-01T00:00:00+00:01", .iso8601) == .failure(.outOfRange))
        #expect(try parse("9999-12-31T23:59:59-00:01", .iso8601) == .failure(.outOfRange))
    }

    @Test func aTimeWithoutZoneNeedsOneThatIsStated() throws {
        #expect(try parse("2022-09-19 14:53:49", .iso8601) == .failure(.zoneNeeded))
        #expect(try parse("2022-09-19", .iso8601) == .failure(.zoneNeeded))
        #expect(try micros("2022-09-19 14:53:49", .iso8601, zone: "America/New_York") == moment + 4 * 3_600_000_000)
        // An offset in the value wins over the stated zone.
        #expect(try micros("2022-09-19 14:53:49Z", .iso8601, zone: "America/New_York") == moment)
    }

    @Test func anHourThatTheClocksSkippedIsRefused() throws {
        #expect(try parse("2023-03-26 02:00:00", .iso8601, zone: "Europe/Berlin") == .failure(.missingHour))
        #expect(try parse("2023-03-26 02:59:59", .iso8601, zone: "Europe/Berlin") == .failure(.missingHour))
        #expect(try micros("2023-03-26 01:59:59", .iso8601, zone: "Europe/Berlin") == 1_679_792_399_000_000)
        #expect(try micros("2023-03-26 03:00:00", .iso8601, zone: "Europe/Berlin") == 1_679_792_400_000_000)
        // Samoa left a whole day out.
        #expect(try parse("2011-12-30 12:00:00", .iso8601, zone: "Pacific/Apia") == .failure(.missingHour))
        // Beyond the table, Foundation says the same.
        #expect(try parse("2200-03-30 02:30:00", .iso8601, zone: "Europe/Berlin") == .failure(.missingHour))
    }

    @Test func anHourThatCameTwiceIsPlacedAsThePlanSays() throws {
        let text = "2023-10-29 02:30:00"
        let first: Int64 = 1_698_539_400_000_000
        #expect(try parse(text, .iso8601, zone: "Europe/Berlin") == .failure(.ambiguous))
        #expect(try micros(text, .iso8601, zone: "Europe/Berlin", ambiguous: .earlier) == first)
        #expect(try micros(text, .iso8601, zone: "Europe/Berlin", ambiguous: .later) == first + 3_600_000_000)
        #expect(try micros("2023-10-29 03:00:00", .iso8601, zone: "Europe/Berlin") == 1_698_544_800_000_000)
        #expect(try parse("2200-10-26 02:30:00", .iso8601, zone: "Europe/Berlin") == .failure(.ambiguous))
    }

    @Test func epochSecondsMayBeNegativeAndHaveAFraction() throws {
        #expect(try micros("1663599229", .epochSeconds) == moment)
        #expect(try micros("1663599229.25", .epochSeconds) == moment + 250_000)
        #expect(try micros("-1.5", .epochSeconds) == -1_500_000)
        #expect(try micros("0", .epochSeconds) == 0)
        #expect(try parse("1.0000009", .epochSeconds) == .time(Timestamp(microseconds: 1_000_000), isCut: true))
        #expect(try micros("253402300799.999999", .epochSeconds) == 253_402_300_799_999_999)
        for text in ["", "-", "+1", "1.", ".5", "1e9", "1,5", " 1", "1 ", "--1", "0x1"] {
            #expect(try parse(text, .epochSeconds) == .failure(.syntax), "\(text)")
        }
        for text in ["253402300800", "-62135596801", "99999999999999999999999999", "-99999999999999999999999999.5"] {
            #expect(try parse(text, .epochSeconds) == .failure(.outOfRange), "\(text)")
        }
    }

    @Test func epochMillisecondsAreWhole() throws {
        #expect(try micros("1663599229001", .epochMilliseconds) == moment + 1000)
        #expect(try micros("-1", .epochMilliseconds) == -1000)
        #expect(try parse("1.5", .epochMilliseconds) == .failure(.syntax))
        #expect(try parse("9223372036854775807", .epochMilliseconds) == .failure(.outOfRange))
    }

    @Test(arguments: [
        ("d/MMM/yy h:mm a", "19/sep/22 2:53 PM"), ("dd/MM/yyyy HH:mm", "19/09/2022 14:53"),
        ("d/M/yyyy H:mm", "19/9/2022 14:53"), ("M/d/yy H:mm", "9/19/22 14:53"),
        ("dd-MM-yyyy HH:mm", "19-09-2022 14:53"),
        ("EEE MMM dd HH:mm:ss Z yyyy", "Mon Sep 19 14:53:00 +0000 2022"), ("yyyyMMddHHmm", "202209191453"),
        ("yyyy-MM-dd'T'HH:mm:ssXXX", "2022-09-19T16:53:00+02:00"),
        ("EEEE, d MMMM yyyy HH.mm", "MONDAY, 19 september 2022 14.53"),
        ("d. M. yyyy 'um' HH 'o''clock' mm", "19. 9. 2022 um 14 o'clock 53"),
        ("yyyy年M月d日HH:mm", "2022年9月19日14:53"),
        ("yyyy-MM-dd HH:mm:ss.SSS", "2022-09-19 14:53:00.000"), ("d/MMM/yy h:mm a", "19/Sept/22 02:53\u{202F}pm"),
    ])
    func unicodePatternsReadWhatTheyWouldWrite(pattern: String, text: String) throws {
        #expect(try micros(text, .pattern(pattern), zone: "UTC") == moment - 49_000_000)
    }

    @Test(arguments: [
        ("d/MMM/yy h:mm a", "19/lip/23 11:43 AM"), ("d/MMM/yy h:mm a", "19/July/23 11:43 AM"),
        ("d/MMMM/yy h:mm a", "19/Jul/23 11:43 AM"), ("dd/MM/yyyy", "1/02/2022"), ("d/M/yyyy", "001/02/2022"),
        ("yyyy-MM-dd HH:mm:ss.SSS", "2022-09-19 14:53:00.0"), ("yyyy-MM-dd HH:mm:ss.SSS", "2022-09-19 14:53:00.0000"),
        ("dd/MM/yyyy", "01/02/22"), ("dd/MM/yy", "01/02/2022"), ("d/MMM/yy h:mm a", "19/jul/23 11:43"),
        ("d/MMM/yy h:mm a", "19/jul/23 11:43 XM"), ("dd/MM/yyyy", ""),
    ])
    func whatIsNotWrittenAsThePatternIsASyntaxError(pattern: String, text: String) throws {
        #expect(try parse(text, .pattern(pattern), zone: "UTC") == .failure(.syntax))
    }

    @Test func halfDaysRunFromTwelveToEleven() throws {
        let day = try #require(try micros("19/09/2022", .pattern("dd/MM/yyyy"), zone: "UTC"))
        let hour: Int64 = 3_600_000_000
        for (text, hours) in [("12:00 AM", 0), ("1:00 am", 1), ("11:00 AM", 11), ("12:00 PM", 12), ("11:00 pm", 23)] {
            let value = "19/09/2022 " + text
            #expect(try micros(value, .pattern("dd/MM/yyyy h:mm a"), zone: "UTC") == day + Int64(hours) * hour)
        }
        for text in ["0:00 AM", "13:00 PM"] {
            let value = "19/09/2022 " + text
            #expect(try parse(value, .pattern("dd/MM/yyyy h:mm a"), zone: "UTC") == .failure(.impossible))
        }
    }

    @Test func aWeekdayMustBeTheDates() throws {
        let pattern = DatePattern.pattern("EEE d MMM yyyy")
        #expect(try micros("Thu 1 Jan 1970", pattern, zone: "UTC") == 0)
        #expect(try micros("Mon 1 Jan 0001", pattern, zone: "UTC") == -62_135_596_800_000_000)
        #expect(try parse("Fri 1 Jan 1970", pattern, zone: "UTC") == .failure(.impossible))
    }

    @Test func twoDigitYearsAreThoseThatPosixDocuments() throws {
        for (text, year) in [("69", "1969"), ("99", "1999"), ("00", "2000"), ("68", "2068")] {
            let short = try micros("01/01/" + text, .pattern("dd/MM/yy"), zone: "UTC")
            #expect(try short == micros("01/01/" + year, .pattern("dd/MM/yyyy"), zone: "UTC"))
        }
    }

    @Test(arguments: [
        ("yyyy-MM-ddTHH:mm", DateProgramError.unknownLetters("T")), ("YYYY-MM-dd", .unknownLetters("YYYY")),
        ("y-MM-dd", .unknownLetters("y")), ("yyyy-DD-MM", .unknownLetters("DD")), ("yyyy-MM-dd 'at", .openQuote),
        ("yyyy-MM", .missing("day")), ("MM/dd", .missing("year")), ("HH:mm", .missing("year")), ("", .missing("year")),
        ("yyyy-MM-dd mm:ss", .missing("hour")), ("yyyy-MM-dd HH:mm.SSS", .missing("second")),
        ("dd/MM/yyyy dd", .repeated("day")), ("yyyy yy-MM-dd", .repeated("year")), ("dMyyyy", .runTogether("d", "M")),
        ("yyyy-MM-dd HH:mmZss", .runTogether("Z", "ss")), ("yyyy-MM-dEEE h:mm", .halfDayMissing),
        ("dd/MM/yyyy HH:mm a", .halfDayUnused), ("dd/MM/yyyy h:mm", .halfDayMissing),
        ("dd EEEMMM yyyy", .runTogether("EEE", "MMM")),
    ])
    func aPatternThatTellsNoMomentIsRefused(pattern: String, error: DateProgramError) {
        #expect(throws: error) { try DateProgram(pattern: .pattern(pattern), zone: ZoneRule(name: "UTC", line: 1)) }
        #expect(!error.message.isEmpty && !error.hint.isEmpty)
    }

    @Test func aPatternWithoutOffsetNeedsAZone() throws {
        #expect(throws: DateProgramError.zoneMissing) { try DateProgram(pattern: .pattern("yyyy-MM-dd"), zone: nil) }
        #expect(try micros("2022-09-19 00:00 +00", .pattern("yyyy-MM-dd HH:mm X")) == 1_663_545_600_000_000)
    }

    @Test func aFindingShowsTheValueAndAWayOut() throws {
        let text = "1665000000000"
        let program = try DateProgram(pattern: .epochSeconds, zone: nil)
        let finding = try #require(
            text.utf8.withContiguousStorageIfAvailable { program.finding(.outOfRange, value: $0, field: "created_at") })
        #expect(finding.code == .dateRange)
        #expect(finding.field == "created_at")
        #expect(finding.message == "\"1665000000000\" is not within the years 0001 to 9999")
        #expect(finding.hint == "it reads as milliseconds: `date: epoch_ms`")
    }

    @Test func everyFailureHasAMessageAndAHint() throws {
        let program = try DateProgram(pattern: .pattern("d/MMM/yyyy"), zone: ZoneRule(name: "Europe/Berlin", line: 1))
        for failure in DateFailure.allCases {
            for text in [" 1/2/2022", "2022-09-19", "5", "19/lip/2023", ""] {
                let bytes = Array(text.utf8)
                let finding = bytes.withUnsafeBufferPointer { program.finding(failure, value: $0, field: "closed_at") }
                #expect(finding.code == failure.code)
                #expect(finding.message.contains(text) && finding.hint?.isEmpty == false)
            }
        }
    }

    @Test func aShownValueIsShortAndHidesNothing() {
        #expect(ShownValue.text("a\u{202E}b\n\u{0}é".utf8) == "a\\u{202e}b\\u{a}\\u{0}é")
        #expect(ShownValue.text(String(repeating: "ü", count: 40).utf8) == String(repeating: "ü", count: 40))
        #expect(ShownValue.text(String(repeating: "🦉", count: 1000).utf8) == String(repeating: "🦉", count: 40) + "…")
    }

    private func parse(
        _ text: String, _ pattern: DatePattern, zone: String? = nil, ambiguous: ZoneRule.Ambiguous = .reject
    ) throws -> DateResult {
        let rule = zone.map { ZoneRule(name: $0, ambiguous: ambiguous, line: 1) }
        let program = try DateProgram(pattern: pattern, zone: rule)
        return Array(text.utf8).withUnsafeBufferPointer { program.parse($0) }
    }

    private func micros(
        _ text: String, _ pattern: DatePattern, zone: String? = nil, ambiguous: ZoneRule.Ambiguous = .reject
    ) throws -> Int64? {
        guard case .time(let time, isCut: false) = try parse(text, pattern, zone: zone, ambiguous: ambiguous) else {
            return nil
        }
        return time.microseconds
    }
}
