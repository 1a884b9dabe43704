import Foundation
import Testing

@testable import ImportCore

@Suite("The pace of a run, and the moments it is told with")
struct RunPaceTests {
    @Test("The pace is that of the last minute, and the rest is reckoned from the bytes")
    func pace() throws {
        let start = ContinuousClock.now
        var pace = RunPace(totalBytes: 10_000)
        pace.begin(conversations: 100, records: 110, bytes: 0..<1_000, at: start)
        #expect(pace.left == 1_000)
        #expect(pace.secondsLeft(at: start) == nil)
        for second in 1...10 { pace.settle(4, at: start + .seconds(second)) }
        #expect(pace.perSecond(at: start + .seconds(10)) == 4)
        #expect(pace.left == 960)
        #expect(pace.secondsLeft(at: start + .seconds(10)) == 240)
        // An hour of waiting, and then twice as fast.
        pace.resume(at: start + .seconds(3_600))
        for second in 1...3 { pace.settle(8, at: start + .seconds(3_600 + second)) }
        #expect(pace.perSecond(at: start + .seconds(3_603)) == 8)
    }

    @Test func aLimitOfRecordsEndsTheRestThere() {
        var pace = RunPace(totalBytes: 10_000, mostRecords: 50)
        pace.begin(conversations: 40, records: 50, bytes: 0..<1_000, at: .now)
        pace.settle(30, at: .now)
        #expect(pace.left == 10)
    }

    @Test(
        "A moment is told with its day where it is another one",
        arguments: [
            (0, "13:30 UTC"), (10, "13:30:10 UTC"), (10 * 3600 + 1800, "Friday 00:00 UTC"),
            (6 * 86_400, "Wednesday 13:30 UTC"), (7 * 86_400, "2026-01-22 13:30 UTC"),
            (-86_400, "2026-01-14 13:30 UTC"),
        ])
    func moments(_ ahead: Int, _ text: String) throws {
        let now = Int(try Date("2026-01-15T13:30:00Z", strategy: .iso8601).timeIntervalSince1970)
        #expect(MomentText.of(now + ahead, now: now, zone: "UTC") == text)
    }
}
