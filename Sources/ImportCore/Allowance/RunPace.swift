/// How fast a run gets on and how much is left of it, measured in conversations: a batch may take an hour, so the
/// position in the source says too little.
package struct RunPace: Sendable {
    package typealias Instant = ContinuousClock.Instant

    /// The pace is that of so long before now: long enough to be steady, short enough to follow a change.
    private static let memory = Duration.seconds(60)
    private static let grain = Duration.seconds(1)
    /// Before that a pace would be a guess.
    private static let shortest = Duration.seconds(2)

    /// The bytes of the whole source; nil where nobody knows.
    private let totalBytes: Int?
    private let mostRecords: Int?
    private var startBytes: Int?
    private var readBytes = 0
    private var readRecords = 0
    /// Conversations handed to the destination, and those of them with an outcome.
    private var begun = 0
    package private(set) var settled = 0
    private var samples: [(at: Instant, settled: Int)] = []

    /// - Parameter mostRecords: after so many records this process ends.
    package init(totalBytes: Int?, mostRecords: Int? = nil) {
        self.totalBytes = totalBytes
        self.mostRecords = mostRecords
    }

    /// A batch is on its way.
    ///
    /// - Parameters:
    ///   - conversations: those of it that are sent.
    ///   - bytes: where it begins and ends in the whole source.
    package mutating func begin(conversations: Int, records: Int, bytes: Range<Int>, at now: Instant) {
        if startBytes == nil {
            startBytes = bytes.lowerBound
            samples = [(now, settled)]
        }
        begun += conversations
        readRecords += records
        readBytes = bytes.upperBound
    }

    package mutating func settle(_ count: Int, at now: Instant) {
        settled += count
        guard let last = samples.last else {
            samples = [(now, settled)]
            return
        }
        guard last.at.duration(to: now) >= Self.grain else { return }
        samples.append((now, settled))
        if let kept = samples.lastIndex(where: { $0.at.duration(to: now) >= Self.memory }) {
            samples.removeFirst(kept)
        }
    }

    /// A wait is over: what was measured before it, and the wait, tell nothing of the pace.
    package mutating func resume(at now: Instant) { samples = [(now, settled)] }

    /// Conversations a second; nil as long as too little is known.
    package func perSecond(at now: Instant) -> Double? {
        guard let first = samples.first else { return nil }
        let time = first.at.duration(to: now)
        guard time >= Self.shortest, settled > first.settled else { return nil }
        return Double(settled - first.settled) / (time / .seconds(1))
    }

    /// Conversations still to be sent, reckoned from the bytes still to be read; nil where nothing tells.
    package var left: Int? {
        guard let totalBytes, let startBytes, readBytes > startBytes else { return nil }
        let ahead = Double(max(totalBytes - readBytes, 0)) * Double(begun) / Double(readBytes - startBytes)
        var left = Double(begun - settled) + ahead
        if let mostRecords, readRecords > 0 {
            let share = Double(begun) / Double(readRecords)
            left = min(left, Double(begun - settled) + Double(max(mostRecords - readRecords, 0)) * share)
        }
        return max(Int(left.rounded()), 0)
    }

    /// Seconds of sending that are left; nil as long as too little is known.
    package func secondsLeft(at now: Instant) -> Double? {
        guard let left, let pace = perSecond(at: now) else { return nil }
        return Double(left) / pace
    }
}
