import ImportCore

/// Finds out how the times of a column are written, from all of its values: one value rarely tells.
struct DateForms {
    /// What the values leave open or settle.
    enum Verdict: Equatable {
        case none
        /// As a plan says it (`date:`), and whether the values name no zone.
        case form(String, needsZone: Bool, evidence: String)
        /// Each of these reads the values, and they are different days.
        case undecided([String], evidence: String)
    }

    fileprivate struct Candidate {
        var text: String
        var program: DateProgram
        var needsZone: Bool
        /// The same with day and month exchanged.
        var twin: Int?
        var hits = 0
        /// Values that it reads and its twin does not.
        var alone = 0
    }

    /// So much of a column has to be a time for it to be one of times: a few values of any export are broken.
    private static let leastShare = 0.9

    /// So many values tell which forms a column cannot have: no others are tried on the rest of it.
    private static let trial = 200

    private var candidates: [Candidate]
    /// The candidates that are still tried.
    private var active: [Int]
    private var total = 0

    init() {
        candidates = Self.standard
        active = Array(candidates.indices)
    }

    private static let standard: [Candidate] = {
        var candidates: [Candidate] = []
        func add(_ text: String, _ pattern: DatePattern, zone: Bool, twin: Int? = nil) {
            let rule = zone ? ZoneRule(name: "UTC", line: 0) : nil
            guard let program = try? DateProgram(pattern: pattern, zone: rule) else { return }
            candidates.append(Candidate(text: text, program: program, needsZone: zone, twin: twin))
        }
        add("iso8601", .iso8601, zone: false)
        add("iso8601", .iso8601, zone: true)
        add("epoch", .epochSeconds, zone: false)
        add("epoch_ms", .epochMilliseconds, zone: false)
        let times = ["", " H:mm", " H:mm:ss", " h:mm a", ", H:mm"]
        for time in times + [" 'at' h:mm a"] {
            for date in [
                "yyyy-MM-dd", "yyyy/MM/dd", "d/MMM/yy", "d/MMM/yyyy", "d MMM yyyy", "MMM d yyyy", "MMM d, yyyy",
            ] {
                add(date + time, .pattern(date + time), zone: true)
            }
        }
        for time in times {
            for sign in ["/", ".", "-"] {
                for year in ["yyyy", "yy"] {
                    let place = candidates.count
                    let (dayFirst, monthFirst) = ("d\(sign)M\(sign)\(year)\(time)", "M\(sign)d\(sign)\(year)\(time)")
                    add(dayFirst, .pattern(dayFirst), zone: true, twin: place + 1)
                    add(monthFirst, .pattern(monthFirst), zone: true, twin: place)
                }
            }
        }
        add("EEE MMM d HH:mm:ss Z yyyy", .pattern("EEE MMM d HH:mm:ss Z yyyy"), zone: false)
        return candidates
    }()

    mutating func enter(_ value: some Collection<UInt8>) {
        if active.isEmpty { return }
        total += 1
        if total == Self.trial { narrow() }
        guard value.count <= 64, value.contains(where: { (48...57).contains($0) }) else { return }
        var bytes = Array(value)
        while bytes.last == 0x20 { bytes.removeLast() }
        var found = Array(repeating: false, count: candidates.count)
        for index in active { found[index] = bytes.withUnsafeBufferPointer { candidates[index].reads($0) } }
        for index in active where found[index] {
            candidates[index].hits += 1
            if let twin = candidates[index].twin, !found[twin] { candidates[index].alone += 1 }
        }
    }

    private mutating func narrow() {
        let likely = Set(active.filter { candidates[$0].hits * 2 > total })
        active = active.filter { likely.contains($0) || candidates[$0].twin.map(likely.contains) ?? false }
    }

    var verdict: Verdict {
        guard let most = candidates.map(\.hits).max(), most > 0, Double(most) >= Double(total) * Self.leastShare,
            let best = candidates.first(where: { $0.hits == most })
        else { return .none }
        let share = "\(Figures.grouped(most)) of \(Figures.grouped(total)) values"
        guard let twin = best.twin.map({ candidates[$0] }) else {
            return .form(best.text, needsZone: best.needsZone, evidence: share)
        }
        if best.alone > 0, twin.alone == 0 {
            return .form(
                best.text, needsZone: true,
                evidence: "\(share); \(Figures.grouped(best.alone)) of them can be read in this order only")
        }
        return .undecided(
            [best.text, twin.text],
            evidence: best.alone == 0
                ? "\(share), none with a number above 12 that would tell day from month"
                : "\(share); \(best.alone) are day or month first, and \(twin.alone) the other way round")
    }
}

extension DateForms.Candidate {
    /// Counts of seconds are times only within a century: any number could be one else.
    private static let seconds: ClosedRange<Int64> = 946_684_800...4_102_444_800

    fileprivate func reads(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard case .time(let time, _) = program.parse(bytes) else { return false }
        return !text.hasPrefix("epoch") || Self.seconds.contains(time.microseconds / 1_000_000)
    }
}
