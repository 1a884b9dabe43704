import Foundation
import ImportCore
import Synchronization
import Testing

@testable import PingBackAPI

@Suite("What the plan allows to be sent", .timeLimit(.minutes(1)))
struct AllowanceTests {
    /// A wall clock that a test sets, and that goes by itself from there.
    private final class SetClock: Sendable {
        private let state: Mutex<(base: Int64, at: ContinuousClock.Instant)>

        init(_ text: String) throws { state = Mutex((try Self.milliseconds(text), .now)) }

        func set(_ text: String) throws {
            let base = try Self.milliseconds(text)
            state.withLock { $0 = (base, .now) }
        }

        var now: Int64 { state.withLock { $0.base + Int64($0.at.duration(to: .now) / .milliseconds(1)) } }

        private static func milliseconds(_ text: String) throws -> Int64 {
            Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970 * 1000)
        }
    }

    /// Writes with a plan's options, by a clock.
    private func write(
        _ count: Int, to server: ScriptedServer, journal: any Journal, feed: ListFeed? = nil,
        clock: SetClock? = nil, change: (inout APIOptions) throws -> Void
    ) async throws -> FailureReport? {
        var options = APIOptions()
        options.url = server.url
        options.token = Secret(Fixture.token)
        options.concurrency = 2
        try change(&options)
        var timing = Fixture.timing
        if let clock { timing.wallClock = { clock.now } }
        let destination = try APIDestination(
            options: options, businessID: Fixture.business, name: "sandbox", timing: timing)
        var report: FailureReport?
        do {
            _ = try await destination.prepare()
            try await destination.write(feed ?? ListFeed(Fixture.conversations(count)), journal: journal)
        } catch let error as any PresentableError {
            report = error.report
        }
        try await destination.shutdown()
        return report
    }

    private func server(date: String? = nil) async throws -> ScriptedServer {
        let headers = date.map { ["Date: " + $0] } ?? []
        return try await ScriptedServer { arrival in
            arrival.isCreate ? .created("c\(arrival.messageNumber ?? 0)") : .preflight(arrival, headers)
        }
    }

    @Test func aClosedWindowStopsBeforeTheFirstCreate() async throws {
        let server = try await server()
        let journal = RecordingJournal()
        let clock = try SetClock("2026-01-15T12:00:00Z")
        let report = try await write(5, to: server, journal: journal, clock: clock) {
            $0.window = [try SendingHours("20:00-06:00 Europe/Berlin")]
        }
        #expect(report?.status == .quota)
        #expect(report?.message == "the plan's window is closed until 20:00 Europe/Berlin")
        #expect(server.creates.isEmpty)
        #expect(journal.entries.isEmpty)
        try await server.close()
    }

    @Test("A wait ends when the clock on the wall is set into the window, however long it seemed")
    func clockIsSetForward() async throws {
        let server = try await server()
        let journal = RecordingJournal()
        let clock = try SetClock("2026-01-15T12:00:00Z")
        let watching = Task {
            while journal.events.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            #expect(server.creates.isEmpty)
            try clock.set("2026-01-15T19:30:00Z")
        }
        let report = try await write(5, to: server, journal: journal, clock: clock) {
            $0.window = [try SendingHours("20:00-06:00 Europe/Berlin")]
            $0.waits = true
        }
        try await watching.value
        #expect(report == nil)
        #expect(journal.standing == [.done: 5])
        let opening = Int(try Date("2026-01-15T19:00:00Z", strategy: .iso8601).timeIntervalSince1970)
        #expect(journal.events == [.holding(reason: "the plan's window", until: opening), .goingOn])
        try await server.close()
    }

    @Test("A clock that is set back makes the wait go on behind the time that it seemed to take")
    func clockIsSetBack() async throws {
        let server = try await server()
        let journal = RecordingJournal()
        let clock = try SetClock("2026-01-15T18:59:57Z")
        let feed = ListFeed(Fixture.conversations(5))
        let watching = Task {
            while journal.events.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            try clock.set("2026-01-15T18:00:00Z")
            try await Task.sleep(for: .seconds(4))
            feed.drain()
        }
        let report = try await write(5, to: server, journal: journal, feed: feed, clock: clock) {
            $0.window = [try SendingHours("20:00-06:00 Europe/Berlin")]
            $0.waits = true
        }
        try await watching.value
        #expect(report == nil)
        #expect(server.creates.isEmpty)
        try await server.close()
    }

    @Test("The month is the server's, whatever our clock says")
    func monthOfTheServer() async throws {
        let server = try await server(date: "Mon, 30 Nov 2026 23:00:00 GMT")
        let journal = BudgetJournal(messages: 3)
        let clock = try SetClock("2026-12-24T00:00:00Z")
        let report = try await write(5, to: server, journal: journal, clock: clock) { $0.messageBudget = 3 }
        #expect(report?.status == .quota)
        #expect(
            report?.message
                == "the plan's message budget of 3 for November 2026 is used up; the next month begins 2026-12-01 00:00 UTC"
        )
        #expect(server.creates.count == 3)
        try await server.close()
    }

    @Test("A used-up budget is waited for until the server's month ends")
    func waitsForTheNextMonth() async throws {
        let server = try await server(date: "Mon, 30 Nov 2026 23:59:59 GMT")
        let journal = BudgetJournal(messages: 3)
        let report = try await write(6, to: server, journal: journal) {
            $0.messageBudget = 3
            $0.waits = true
        }
        #expect(report == nil)
        #expect(server.creates.count == 6)
        #expect(journal.months == ["2026-11": 3, "2026-12": 3])
        try await server.close()
    }

    @Test func whatHasNoTextIsSentWithoutABudget() async throws {
        let server = try await server()
        let journal = BudgetJournal(messages: 0)
        let feed = ListFeed(Fixture.conversations(4, message: { _ in nil }))
        let report = try await write(0, to: server, journal: journal, feed: feed) { $0.messageBudget = 0 }
        #expect(report == nil)
        #expect(server.creates.count == 4)
        try await server.close()
    }
}

/// A journal that gives out so many messages a month.
private final class BudgetJournal: Journal {
    private let messages: Int
    private let given = Mutex<[String: Int]>([:])

    init(messages: Int) { self.messages = messages }

    var months: [String: Int] { given.withLock { $0 } }

    func record(_ entries: [AttemptEntry]) async throws {}
    func note(_ event: DestinationEvent) async {}

    func promiseMessage(of record: RecordID, in month: CalendarMonth, budget: Int?) async -> MessagePromise {
        given.withLock { given in
            guard given[month.description, default: 0] < messages else { return .usedUp }
            given[month.description, default: 0] += 1
            return .given
        }
    }
}
