import Foundation
import Synchronization

/// The server's clock, from the `Date` of its last answer and a clock of ours that nobody sets.
///
/// PingBack counts its months by its own clock. One that somebody sets on this machine must not begin a month.
final class ServerClock: Sendable {
    private struct Reading {
        var text: String
        var milliseconds: Int64
        var at: ContinuousClock.Instant
    }

    private let last = Mutex<Reading?>(nil)

    /// Takes an answer's `Date`. It changes once a second, and is only then read.
    func saw(_ date: String?) {
        guard let date, last.withLock({ $0?.text != date }), let seconds = HTTPDate.seconds(date) else { return }
        last.withLock { $0 = Reading(text: date, milliseconds: seconds * 1000, at: .now) }
    }

    /// Milliseconds since 1970; nil before the first answer with a `Date`.
    var milliseconds: Int64? {
        last.withLock { $0.map { $0.milliseconds + Int64($0.at.duration(to: .now) / .milliseconds(1)) } }
    }
}
