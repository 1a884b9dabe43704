import Foundation

/// When the clocks of one zone changed, and by how much, so that a local time is placed by searching an array.
///
/// The rules are Foundation's; asking it takes about a microsecond a value, this a few nanoseconds.
struct ZoneTable: Sendable {
    /// Which moments a clock on the wall showed a local time.
    enum Moments: Sendable, Equatable {
        case once(Int)
        /// The clocks were put back: before and after that.
        case twice(Int, Int)
        /// The clocks were put forward over it.
        case never
    }

    /// No zone changed its clocks before the middle of the 19th century, so this is all of the past.
    private static let start = -5_364_662_400  // 1800-01-01T00:00:00Z
    /// Later local times are placed by asking Foundation.
    private static let end = 4_102_444_800  // 2100-01-01T00:00:00Z

    private let zone: TimeZone
    /// At each change of the clocks, the local times concerned: skipped, or shown twice. In seconds since 1970 by the
    /// clock on the wall, ascending, and never overlapping: no zone has changed its clocks twice within a day.
    private let changeStarts: [Int]
    private let changeEnds: [Int]
    /// Seconds east of UTC: before the first change, and after each.
    private let offsets: [Int]
    /// For each stretch of 2^24 seconds (194 days) from `start` on, how many changes begin before it: the search goes on
    /// from there, over two or three.
    private let changesBefore: [Int]

    /// UTC.
    init() {
        zone = .gmt
        changeStarts = []
        changeEnds = []
        offsets = [0]
        changesBefore = [0]
    }

    init(named name: String) throws(DateProgramError) {
        guard let zone = ZoneName.zone(named: name) else {
            throw .unknownZone(name, nearest: ZoneName.nearest(to: name))
        }
        self.zone = zone
        var changeStarts: [Int] = []
        var changeEnds: [Int] = []
        var moment = Date(timeIntervalSince1970: Double(Self.start))
        var offsets = [zone.secondsFromGMT(for: moment)]
        while let change = zone.nextDaylightSavingTimeTransition(after: moment), change > moment {
            let seconds = Int(change.timeIntervalSince1970)
            if seconds >= Self.end { break }
            let before = offsets[offsets.count - 1]
            let after = zone.secondsFromGMT(for: change)
            // A change of name, or of what counts as summer time, moves no hand.
            if before != after {
                changeStarts.append(seconds + min(before, after))
                changeEnds.append(seconds + max(before, after))
                offsets.append(after)
            }
            moment = change
        }
        self.changeStarts = changeStarts
        self.changeEnds = changeEnds
        self.offsets = offsets
        var begun = 0
        changesBefore = stride(from: Self.start, to: Self.end, by: 1 << 24).map { stretch in
            while begun < changeStarts.count, changeStarts[begun] < stretch { begun += 1 }
            return begun
        }
    }

    /// Whether no change begins before the one before it is over; the search relies on it, and a test holds it.
    var changesAreApart: Bool { zip(changeEnds, changeStarts.dropFirst()).allSatisfy { $0 <= $1 } }

    /// The moments at which the zone's clocks show a local time, in seconds since 1970.
    func moments(local: Int) -> Moments {
        if local >= Self.end - 86_400 { return slowMoments(local: local) }
        // How many changes have begun by then. Before the table nothing ever changed.
        var begun = local < Self.start ? 0 : changesBefore[(local - Self.start) >> 24]
        while begun < changeStarts.count, changeStarts[begun] <= local { begun += 1 }
        if begun > 0 && local < changeEnds[begun - 1] {
            let before = offsets[begun - 1]
            let after = offsets[begun]
            return after > before ? .never : .twice(local - before, local - after)
        }
        return .once(local - offsets[begun])
    }

    /// The same, by asking Foundation which of the offsets around that time hold at the moments they give.
    private func slowMoments(local: Int) -> Moments {
        let before = offset(at: local - 86_400)
        let after = offset(at: local + 86_400)
        let first = local - before
        let second = local - after
        switch (offset(at: first) == before, offset(at: second) == after) {
        case (true, true): return first == second ? .once(first) : .twice(first, second)
        case (true, false): return .once(first)
        case (false, true): return .once(second)
        case (false, false): return .never
        }
    }

    /// Seconds east of UTC at a moment, by asking Foundation.
    func offset(at seconds: Int) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
    }

    /// When the clocks are next changed, in seconds since 1970; nil where no rule says so.
    func change(after seconds: Int) -> Int? {
        let moment = Date(timeIntervalSince1970: Double(seconds))
        return zone.nextDaylightSavingTimeTransition(after: moment).map { Int($0.timeIntervalSince1970) }
            .flatMap { $0 > seconds ? $0 : nil }
    }
}
