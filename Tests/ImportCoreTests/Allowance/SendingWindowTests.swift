import Foundation
import Testing

@testable import ImportCore

@Suite("The window in which messages may be sent")
struct SendingWindowTests {
    private func window(_ hours: String...) throws -> SendingWindow {
        try #require(try SendingWindow(hours.map { try SendingHours($0) }))
    }

    /// A moment written as `2026-03-29T00:15:00Z`.
    private func moment(_ text: String) throws -> Int {
        Int(try Date(text, strategy: .iso8601).timeIntervalSince1970)
    }

    /// The moments at which it opens and closes within two days from one on.
    private func changes(_ window: SendingWindow, from start: String) throws -> [String] {
        var now = try moment(start)
        let end = now + 2 * 86_400
        var found: [String] = []
        while let change = window.change(after: now), change < end {
            let text = Date(timeIntervalSince1970: Double(change)).formatted(.iso8601)
            found.append((window.isOpen(at: change) ? "opens " : "closes ") + text)
            now = change
        }
        return found
    }

    @Test func goesOverMidnight() throws {
        let window = try window("20:00-06:00 Europe/Berlin")
        #expect(try window.isOpen(at: moment("2026-01-15T19:00:00Z")))
        #expect(try window.isOpen(at: moment("2026-01-16T04:59:59Z")))
        #expect(try !window.isOpen(at: moment("2026-01-16T05:00:00Z")))
        #expect(try !window.isOpen(at: moment("2026-01-15T18:59:59Z")))
        #expect(
            try changes(window, from: "2026-01-15T12:00:00Z") == [
                "opens 2026-01-15T19:00:00Z", "closes 2026-01-16T05:00:00Z", "opens 2026-01-16T19:00:00Z",
                "closes 2026-01-17T05:00:00Z",
            ])
    }

    @Test("A night in which the clocks are put forward is an hour shorter, and one in which they are put back longer")
    func nightsOfChange() throws {
        let window = try window("20:00-06:00 Europe/Berlin")
        // 29 March 2026, 02:00 becomes 03:00; 25 October 2026, 03:00 becomes 02:00.
        #expect(
            try changes(window, from: "2026-03-28T12:00:00Z").prefix(2) == [
                "opens 2026-03-28T19:00:00Z", "closes 2026-03-29T04:00:00Z",
            ])
        #expect(
            try changes(window, from: "2026-10-24T12:00:00Z").prefix(2) == [
                "opens 2026-10-24T18:00:00Z", "closes 2026-10-25T05:00:00Z",
            ])
    }

    @Test("Hours that the clocks skip do not open; those that come twice open twice")
    func hoursWithinAChange() throws {
        let inside = try window("02:15-02:45 Europe/Berlin")
        #expect(
            try changes(inside, from: "2026-03-28T12:00:00Z") == [
                "opens 2026-03-30T00:15:00Z", "closes 2026-03-30T00:45:00Z",
            ])
        #expect(
            try changes(inside, from: "2026-10-24T12:00:00Z").prefix(4) == [
                "opens 2026-10-25T00:15:00Z", "closes 2026-10-25T00:45:00Z", "opens 2026-10-25T01:15:00Z",
                "closes 2026-10-25T01:45:00Z",
            ])
    }

    @Test("Hours that begin within the skipped ones open when the clocks jump into them")
    func jumpsIntoTheHours() throws {
        let window = try window("02:30-03:30 Europe/Berlin")
        #expect(
            try changes(window, from: "2026-03-28T12:00:00Z").prefix(2) == [
                "opens 2026-03-29T01:00:00Z", "closes 2026-03-29T01:30:00Z",
            ])
    }

    @Test func severalHoursAreTakenTogether() throws {
        let window = try window("12:00-13:00 UTC", "13:00-14:00 UTC", "14:30-15:00 Europe/London")
        #expect(
            try changes(window, from: "2026-01-15T00:00:00Z").prefix(4) == [
                "opens 2026-01-15T12:00:00Z", "closes 2026-01-15T14:00:00Z", "opens 2026-01-15T14:30:00Z",
                "closes 2026-01-15T15:00:00Z",
            ])
        #expect(try window.zone(at: moment("2026-01-15T14:45:00Z")) == "Europe/London")
    }

    @Test func hoursThatLeaveNothingOutNeverChange() throws {
        let window = try window("00:00-12:00 UTC", "12:00-24:00 UTC")
        let now = try moment("2026-01-15T00:00:00Z")
        #expect(window.change(after: now) == nil)
        #expect(window.end(ofWork: 90_000, from: now) == now + 90_000)
    }

    @Test func noHoursAreNoWindow() { #expect(SendingWindow([]) == nil) }

    @Test("Work that does not fit into a night goes on in the next")
    func workOverNights() throws {
        let window = try window("20:00-06:00 Europe/Berlin")
        let noon = try moment("2026-01-15T12:00:00Z")
        #expect(try window.end(ofWork: 3600, from: noon) == moment("2026-01-15T20:00:00Z"))
        #expect(try window.end(ofWork: 11 * 3600, from: noon) == moment("2026-01-16T20:00:00Z"))
        // The night of 28 March has nine hours.
        let spring = try moment("2026-03-28T12:00:00Z")
        #expect(try window.end(ofWork: 10 * 3600, from: spring) == moment("2026-03-29T19:00:00Z"))
    }

    @Test(
        "It opens and closes at just the minutes at which a clock on the wall says so",
        arguments: [
            "20:00-06:00 America/New_York", "01:30-02:30 Australia/Lord_Howe", "00:30-23:30 Africa/Casablanca",
            "22:00-04:00 Asia/Kolkata", "02:00-03:00 Europe/Dublin", "23:00-01:00 Pacific/Apia",
            "00:00-01:00 Asia/Tehran",
        ])
    func againstTheWall(text: String) throws {
        let hours = try SendingHours(text)
        let window = try #require(SendingWindow([hours]))
        let zone = try #require(TimeZone(identifier: hours.zone))
        func isOpen(_ moment: Int) -> Bool {
            let local = moment + zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment)))
            return hours.contains(secondOfDay: (local % 86_400 + 86_400) % 86_400)
        }
        // The days around each change of the clocks, and the day that Samoa left out (30 December 2011).
        var starts = try [moment("2011-12-29T00:00:00Z"), moment("2026-07-01T00:00:00Z")]
        var change = try moment("2025-12-31T00:00:00Z")
        for _ in 0..<2 {
            guard let next = zone.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: Double(change)))
            else { break }
            change = Int(next.timeIntervalSince1970)
            starts.append((change / 86_400 - 1) * 86_400)
        }
        for start in starts {
            var expected = window.change(after: start)
            for moment in stride(from: start + 60, through: start + 3 * 86_400, by: 60) {
                #expect(window.isOpen(at: moment) == isOpen(moment))
                guard isOpen(moment) != isOpen(moment - 60) else { continue }
                #expect(expected == moment)
                expected = window.change(after: moment)
            }
        }
    }
}
