import Foundation
import Testing

@testable import ImportCore

@Suite("What is foretold of a run")
struct ForecastTests {
    private func workload(_ conversations: Int, messages: Int, requests: Int? = nil) -> Workload {
        var workload = Workload()
        workload.conversations = conversations
        workload.messages = messages
        workload.requests = requests ?? conversations
        return workload
    }

    @Test func theRateTellsHowLongAndTheWindowUntilWhen() throws {
        let noon = Int(try Date("2026-01-15T12:00:00Z", strategy: .iso8601).timeIntervalSince1970)
        let window = SendingWindow([try SendingHours("20:00-21:00 UTC")])
        let forecast = Forecast(
            workload(60_000, messages: 60_000, requests: 72_000), rate: 10, window: window, budget: nil, used: 0,
            now: noon)
        #expect(forecast.seconds == 7200)
        // Two nights of an hour.
        #expect(forecast.end == noon + 33 * 3600)
        #expect(forecast.isBudgetEnough)
    }

    @Test func withoutARateNothingIsForetold() {
        let forecast = Forecast(workload(10, messages: 10), rate: nil, window: nil, budget: nil, used: 0, now: 0)
        #expect(forecast.seconds == nil)
        #expect(forecast.end == nil)
    }

    @Test(arguments: [(5_000, 0, 2), (12_300, 0, 0), (12_300, 1, 1), (100, 200, 123)])
    func theBudgetLastsForSoMany(_ budget: Int, _ used: Int, _ months: Int) {
        let forecast = Forecast(
            workload(20_000, messages: 12_300), rate: nil, window: nil, budget: budget, used: used, now: 0)
        #expect(forecast.furtherMonths == months)
        #expect(forecast.isBudgetEnough == (months == 0))
    }

    @Test func noBudgetNeverEnds() {
        let forecast = Forecast(workload(1, messages: 1), rate: nil, window: nil, budget: 0, used: 0, now: 0)
        #expect(forecast.furtherMonths == nil)
    }

    @Test func whatIsInIsLeftOut() {
        let left = workload(100, messages: 80, requests: 150).without(conversations: 50, messages: 50)
        #expect(left == workload(50, messages: 30, requests: 75))
    }
}
