import Foundation
import ImportCore

/// How long this process has been at work.
struct ProcessClock: Sendable {
    private let start = ContinuousClock.now

    var seconds: Double { start.duration(to: .now) / .seconds(1) }
}

/// The system's wall clock.
struct SystemClock: WallClock {
    func milliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}
