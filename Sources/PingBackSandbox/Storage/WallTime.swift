import Foundation

/// A moment by this machine's clock, in microseconds since 1970, as PingBack's dates show it.
struct WallTime: Sendable {
    let microseconds: Int64

    static var now: WallTime { WallTime(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }

    var milliseconds: Int64 { microseconds / 1_000 }

    /// `2025-03-01T09:30:00.000250Z`: text of equal length, so that SQLite sorts it by time.
    var text: String {
        let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        // Foundation's style stops at milliseconds, so it writes the whole seconds and the fraction is put in.
        let whole = Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
        return "\(whole.dropLast()).\(String(1_000_000 + fraction).dropFirst())Z"
    }
}
