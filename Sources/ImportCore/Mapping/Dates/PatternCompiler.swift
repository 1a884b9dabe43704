/// Takes a date pattern apart into steps, and refuses one that could not tell a moment for certain.
struct PatternCompiler {
    private typealias Step = PatternReader.Step

    /// A part of a moment; each is read at most once.
    private enum Part: String {
        case year, month, day, weekday, hour, minute, second, fraction, offset
        case halfDay = "AM/PM"
    }

    private var steps: [Step] = []
    private var parts: [Part] = []
    private var readsHalfDayHour = false
    /// The run of letters that nothing separates from what comes next.
    private var openRun: (letters: String, step: Step)?

    static func compile(_ pattern: String) throws(DateProgramError) -> [PatternReader.Step] {
        var compiler = PatternCompiler()
        try compiler.read(pattern)
        try compiler.check()
        return compiler.steps
    }

    private mutating func read(_ pattern: String) throws(DateProgramError) {
        var rest = Substring(pattern)
        while let character = rest.first {
            if character == "'" {
                rest = try readQuoted(rest)
            } else if character.isASCII && character.isLetter {
                let letters = rest.prefix { $0 == character }
                try append(String(letters))
                rest = rest[letters.endIndex...]
            } else {
                append(literal: character)
                rest = rest.dropFirst()
            }
        }
    }

    /// Text between quotes stands for itself; two quotes, inside or outside, for one.
    private mutating func readQuoted(_ text: Substring) throws(DateProgramError) -> Substring {
        var rest = text.dropFirst()
        if rest.first == "'" {
            append(literal: "'")
            return rest.dropFirst()
        }
        while let character = rest.first {
            rest = rest.dropFirst()
            if character == "'" {
                guard rest.first == "'" else { return rest }
                rest = rest.dropFirst()
            }
            append(literal: character)
        }
        throw .openQuote
    }

    private mutating func append(literal character: Character) {
        if character == " " {
            steps.append(.blank)
        } else {
            for byte in character.utf8 { steps.append(.literal(byte)) }
        }
        openRun = nil
    }

    private mutating func append(_ letters: String) throws(DateProgramError) {
        let (step, part) = try Self.step(letters)
        guard !parts.contains(part) else { throw .repeated(part.rawValue) }
        if let openRun, Self.runsTogether(openRun.step, step) { throw .runTogether(openRun.letters, letters) }
        parts.append(part)
        steps.append(step)
        if case .halfDayHour = step { readsHalfDayHour = true }
        openRun = (letters, step)
    }

    private static func step(_ letters: String) throws(DateProgramError) -> (Step, Part) {
        let width = letters.utf8.count
        switch (letters.first, width) {
        case ("y", 4), ("u", 4): return (.year, .year)
        case ("y", 2): return (.shortYear, .year)
        case ("M", 1), ("M", 2): return (.month(width: width), .month)
        case ("M", 3), ("M", 4): return (.monthName(isShort: width == 3), .month)
        case ("d", 1), ("d", 2): return (.day(width: width), .day)
        case ("E", 1...4): return (.weekday(isShort: width < 4), .weekday)
        case ("H", 1), ("H", 2): return (.hour(width: width), .hour)
        case ("h", 1), ("h", 2): return (.halfDayHour(width: width), .hour)
        case ("a", 1...3): return (.halfDay, .halfDay)
        case ("m", 1), ("m", 2): return (.minute(width: width), .minute)
        case ("s", 1), ("s", 2): return (.second(width: width), .second)
        case ("S", 1...): return (.fraction(digits: width), .fraction)
        case ("Z", 1...5), ("X", 1...5), ("x", 1...5): return (.offset, .offset)
        default: throw .unknownLetters(letters)
        }
    }

    /// Whether the end of one cannot be told from the beginning of the other.
    private static func runsTogether(_ left: Step, _ right: Step) -> Bool {
        switch left {
        // One digit or two: a digit behind it could be either's. An offset's minutes may be left out.
        case .month(width: 1), .day(width: 1), .hour(width: 1), .halfDayHour(width: 1), .minute(width: 1),
            .second(width: 1), .offset:
            switch right {
            case .monthName, .weekday, .halfDay, .offset: false
            default: true
            }
        case .monthName, .weekday:
            switch right {
            case .monthName, .weekday, .halfDay, .offset: true
            default: false
            }
        default: false
        }
    }

    private func check() throws(DateProgramError) {
        for part in [Part.year, .month, .day] where !parts.contains(part) { throw .missing(part.rawValue) }
        // A finer part without the coarser one before it would be read and then mean nothing.
        for (fine, coarse) in [(Part.minute, Part.hour), (.second, .minute), (.fraction, .second)]
        where parts.contains(fine) && !parts.contains(coarse) { throw .missing(coarse.rawValue) }
        switch (readsHalfDayHour, parts.contains(.halfDay)) {
        case (true, false): throw .halfDayMissing
        case (false, true): throw .halfDayUnused
        default: break
        }
    }
}
