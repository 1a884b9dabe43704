import ImportTestSupport
import Foundation
import ImportCore
import Testing

/// Dates read by us and by Python's `datetime`: the same verdict and the same microseconds.
@Suite struct DateOracleTests {
    @Test func iso8601AgreesWithPython() throws {
        var random = SeededRandom(seed: 8601)
        let texts = (0..<4000).map { _ in random.iso8601() }
        // The grammar we document, stated a second time; what it lets through, `fromisoformat` must understand.
        let script = """
            import datetime, re, sys
            grammar = re.compile(
                r'[0-9]{4}-[0-9]{2}-[0-9]{2}'
                r'([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?( ?([Zz]|[+-][0-9]{2}(:?[0-5][0-9])?))?)?')
            utc = datetime.timezone.utc
            epoch = datetime.datetime(1970, 1, 1, tzinfo=utc)
            for line in sys.stdin:
                text = line[:-1]
                try:
                    if not grammar.fullmatch(text): raise ValueError
                    moment = datetime.datetime.fromisoformat(re.sub(r' ([Z+-])', r'\\1', text.upper()))
                    if moment.tzinfo is None: moment = moment.replace(tzinfo=utc)
                    print((moment.astimezone(utc) - epoch) // datetime.timedelta(microseconds=1))
                except (ValueError, OverflowError):
                    print('bad')
            """
        let program = try DateProgram(pattern: .iso8601, zone: ZoneRule(name: "UTC", line: 1))
        try compare(program, texts, script)
    }

    @Test(arguments: [
        ("d/MMM/yy h:mm a", "%d/%b/%y %I:%M %p"), ("M/d/yyyy H:mm:ss", "%m/%d/%Y %H:%M:%S"),
        ("EEE MMM d H:mm:ss Z yyyy", "%a %b %d %H:%M:%S %z %Y"), ("d. MMMM yyyy H:mm", "%d. %B %Y %H:%M"),
    ])
    func patternsAgreeWithPython(pattern: String, format: String) throws {
        var random = SeededRandom(seed: 4711)
        let texts = (0..<1500).map { _ in random.date(format: format) }
        // `strptime` reads a weekday and forgets it; we hold it against the date.
        let script = """
            import datetime, sys
            format = '\(format)'
            utc = datetime.timezone.utc
            epoch = datetime.datetime(1970, 1, 1, tzinfo=utc)
            for line in sys.stdin:
                try:
                    moment = datetime.datetime.strptime(line[:-1], format)
                    if '%a' in format and moment.strftime('%a').lower() != line[:3].lower(): raise ValueError
                    if moment.tzinfo is None: moment = moment.replace(tzinfo=utc)
                    print((moment.astimezone(utc) - epoch) // datetime.timedelta(microseconds=1))
                except (ValueError, OverflowError):
                    print('bad')
            """
        let program = try DateProgram(pattern: .pattern(pattern), zone: ZoneRule(name: "UTC", line: 1))
        try compare(program, texts, script)
    }

    private func compare(_ program: DateProgram, _ texts: [String], _ script: String) throws {
        let verdicts = try PythonOracle.ask(script, lines: texts)
        try #require(verdicts.count == texts.count)
        var good = 0
        for (text, verdict) in zip(texts, verdicts) {
            let ours =
                switch Array(text.utf8).withUnsafeBufferPointer({ program.parse($0) }) {
                case .time(let time, _): String(time.microseconds)
                case .failure: "bad"
                }
            #expect(ours == verdict, "\(text)")
            if verdict != "bad" {
                good += 1
                let again = Timestamp(microseconds: Int64(verdict) ?? 0).iso8601
                let iso = try DateProgram(pattern: .iso8601, zone: nil)
                let result = Array(again.utf8).withUnsafeBufferPointer { iso.parse($0) }
                #expect(result == .time(Timestamp(microseconds: Int64(verdict) ?? 0), isCut: false), "\(again)")
            }
        }
        print("dates: \(good) good, \(texts.count - good) bad")
        #expect(good > texts.count / 5 && texts.count - good > texts.count / 10)
    }
}

extension SeededRandom {
    /// A date as exports write it; about every second one has something wrong with it.
    fileprivate mutating func iso8601() -> String {
        var text = "\(padded(year(), 4))-\(padded(edge(1...12), 2))-\(padded(edge(1...31), 2))"
        if !chance(6) {
            text += pick(["T", " ", "t"]) + "\(padded(edge(0...23), 2)):\(padded(edge(0...59), 2))"
            if !chance(6) {
                text += ":" + padded(edge(0...59), 2)
                if chance(3) {
                    text += pick([".", ","]) + String((0..<int(1...10)).map { _ in pick(Array("0123456789")) })
                }
            }
            text += pick(["", "Z", " ", ""]) == "Z" ? pick(["Z", "z", " Z"]) : chance(3) ? "" : offset()
        }
        return chance(5) ? damaged(text) : text
    }

    /// A date in the words of a `strptime` format.
    fileprivate mutating func date(format: String) -> String {
        let months = ["Jan", "feb", "MAR", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Mär"]
        let full = [
            "January", "february", "MARCH", "April", "May", "June", "July", "August", "September", "October", "lipiec",
        ]
        // Most weekdays must fit, or hardly any date would be good: 1 March 2021 was a Monday.
        let day = format.contains("%a") ? int(1...28) : edge(1...31)
        var text = format
        if format.contains("%a") {
            let weekdays = ["Mon", "Tue", "wed", "THU", "Fri", "Sat", "Sun"]
            let weekday = chance(4) ? pick(weekdays) : weekdays[(day - 1) % 7]
            text = "\(weekday) Mar %d %H:%M:%S %z 2021"
        }
        let values: [(String, String)] = [
            ("%d", chance(2) ? "\(day)" : padded(day, 2)), ("%m", "\(edge(1...12))"), ("%b", pick(months)),
            ("%B", pick(full)), ("%y", padded(int(0...99), 2)), ("%Y", padded(year(), 4)), ("%H", "\(edge(0...23))"),
            ("%I", "\(edge(1...12))"), ("%M", padded(edge(0...59), 2)), ("%S", padded(edge(0...59), 2)),
            ("%p", pick(["AM", "PM", "am", "pm", "Pm", "xm"])),
            ("%z", pick(["+0000", "-0800", "+05:30", "+1400", "Z"])),
        ]
        for (letter, value) in values { text = text.replacingOccurrences(of: letter, with: value) }
        return text
    }

    /// In the range, its ends more often than the rest, and sometimes just outside.
    private mutating func edge(_ range: ClosedRange<Int>) -> Int {
        if chance(30) { return pick([max(range.lowerBound - 1, 0), range.upperBound + 1]) }
        return chance(5) ? pick([range.lowerBound, range.upperBound, range.upperBound - 1]) : int(range)
    }

    private mutating func year() -> Int { chance(4) ? pick([0, 1, 1899, 1900, 2000, 2024, 9999]) : int(1...9999) }

    private mutating func offset() -> String {
        let hours = padded(chance(8) ? int(0...30) : int(0...14), 2)
        let minutes = padded(chance(8) ? int(0...70) : pick([0, 30, 45]), 2)
        return pick(["", "", " "]) + pick(["+", "-"]) + hours + pick(["", ":" + minutes, minutes])
    }

    private mutating func damaged(_ text: String) -> String {
        var characters = Array(text)
        let index = int(0...characters.count - 1)
        switch int(0...2) {
        case 0: characters.remove(at: index)
        case 1: characters.insert(pick(Array("0 9:-TZ+x.")), at: index)
        default: characters[index] = pick(Array("0 9:-TZ+x."))
        }
        return String(characters)
    }

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
