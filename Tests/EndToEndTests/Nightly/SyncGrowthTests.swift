import Foundation
import ImportTestSupport
import Testing

/// What a night reads of a file that only grew, and what it says of it.
@Suite("A night over a file that grew") struct SyncGrowthTests {
    /// A help desk after a night, with its export grown.
    private func grown(
        by lines: String = "21,ticket 21 of many,open\n", first: String = Tickets.csv(20), more: String = "",
        sync: String = "export: full"
    ) async throws -> SyncWorkspace {
        let desk = try SyncWorkspace(sync: sync)
        try desk.writePlan(sync: sync, more: more)
        try desk.workspace.write("tickets.csv", first)
        _ = try await desk.sync()
        try desk.workspace.write("tickets.csv", first + lines)
        return desk
    }

    @Test func readsWhatIsBehindWhatTheLastOneSettled() async throws {
        let desk = try await grown()
        let end = try await desk.sync()
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains("checked and not read again: 20 records in the first "), "\(end.errors)")
        let summary = try desk.summary()
        #expect(summary["checked", "records"] == 20)
        #expect(summary["checked", "files"] == 1)
        #expect(summary["checked", "bytes"] == Tickets.csv(20).utf8.count)
        #expect(summary["records", "read"] == 21)
        #expect(summary["conversations", "created"] == 1)
        #expect(summary["conversations", "unchanged"] == 20)
        let isEachOnce = try desk.workspace.applied().sorted() == Tickets.messages(21).sorted()
        #expect(isEachOnce)
        // And what has not grown is checked whole.
        #expect(try await desk.sync().status == 0)
        #expect(try desk.summary()["checked", "records"] == 21)
        #expect(try desk.summary()["conversations", "unchanged"] == 21)
    }

    @Test("A byte that is another one before it: all is read, whatever size and time say", arguments: [true, false])
    func changedBefore(_ keepsTime: Bool) async throws {
        let desk = try await grown(by: "")
        _ = try await desk.program.shell("touch -r tickets.csv before")
        try desk.change("ticket 3 of many,open", to: "ticket 3 of many,done")
        if keepsTime { _ = try await desk.program.shell("touch -r before tickets.csv") }
        #expect(try await desk.sync().status == 0)
        let summary = try desk.summary()
        #expect(summary["checked", "records"] == 0)
        #expect(summary["conversations", "updated"] == 1)
        #expect(summary["steps", "closed"] == 1)
    }

    @Test func whatIsRejectedIsReadAndReportedAgain() async throws {
        let desk = try await grown(first: Tickets.csv(20) + "x,bad,gone\n" + "y,good,open\n")
        let end = try await desk.sync()
        #expect(end.status == 3, "\(end.errors)")
        let summary = try desk.summary()
        #expect(summary["records", "rejected"] == 1)
        #expect(summary["records", "read"] == 23)
        #expect(summary["conversations", "created"] == 1)
        #expect(try desk.lists().count == 2)
        for folder in try desk.lists() {
            #expect(try desk.workspace.read("plan.sandbox.rejects/\(folder)/rejected.csv").contains("x,bad,gone"))
        }
    }

    @Test("A key that comes again counts as the plan says", arguments: ["last", "first", "reject"])
    func repeatedKeys(_ rule: String) async throws {
        let desk = try await grown(by: "7,ticket 7 of many,done\n", more: "duplicates: \(rule)")
        let end = try await desk.sync()
        #expect(end.status == (rule == "reject" ? 3 : 0), "\(end.errors)")
        let summary = try desk.summary()
        #expect(summary["checked", "records"] == 20)
        #expect(summary["conversations", "updated"] == (rule == "last" ? 1 : 0))
        #expect(summary["records", rule == "reject" ? "rejected" : "skipped"] == 1)
        #expect(summary["steps", "closed"] == (rule == "last" ? 1 : 0))
        #expect(try await desk.sync().status == end.status)
        let next = try desk.summary()
        // What repeats a key is passed over for good, but a rejection has to be told every night.
        #expect(next["checked", "records"] == (rule == "reject" ? 20 : 21))
        #expect(next["records", rule == "reject" ? "rejected" : "skipped"] == 1)
        #expect(next["conversations", "unchanged"] == 20)
    }

    @Test func aKeyThatAFileBeforeItHasNowIsRejectedWithItsBytes() async throws {
        let desk = try SyncWorkspace()
        try desk.writePlan(more: "")
        let plan = try desk.workspace.read("plan.yaml").replacing("\"tickets.csv\"", with: "\"*.csv\"")
        try desk.workspace.write("plan.yaml", plan)
        #expect(try await desk.sync().status == 0)
        try desk.workspace.write("earlier.csv", Tickets.header + "7,ticket 7 of many,open\n")
        let end = try await desk.sync()
        #expect(end.status == 3, "\(end.errors)")
        #expect(try desk.summary()["checked", "records"] == 0)
        #expect(try desk.list("rejected.csv").contains("7,ticket 7 of many,open"))
    }

    @Test("Of several files each goes by itself; one that came is read, whatever its place") func glob() async throws {
        let desk = try SyncWorkspace()
        let plan = try desk.workspace.read("plan.yaml").replacing("\"tickets.csv\"", with: "\"*.csv\"")
        try desk.workspace.write("plan.yaml", plan)
        try desk.workspace.write("zebra.csv", Tickets.header + "z1,ticket z1,open\n")
        #expect(try await desk.sync().status == 0)
        try desk.workspace.write("apple.csv", Tickets.header + "a1,ticket a1,open\n")
        try desk.workspace.write("zebra.csv", Tickets.header + "z1,ticket z1,open\nz2,ticket z2,open\n")
        let end = try await desk.sync()
        #expect(end.status == 0, "\(end.errors)")
        let summary = try desk.summary()
        #expect(summary["checked", "files"] == 2)
        #expect(summary["checked", "records"] == 21)
        #expect(summary["conversations", "created"] == 2)
        #expect(summary["conversations", "unchanged"] == 21)
        try desk.workspace.remove("tickets.csv")
        let next = try await desk.sync()
        #expect(next.errors.contains("20 vanished"), "\(next.errors)")
        #expect(try desk.summary()["checked", "records"] == 3)
    }

    @Test("What else decides what a record becomes is another: all is read") func otherTerms() async throws {
        let desk = try await grown(more: "limits: { field_bytes: 20000 }")
        let plan = try desk.workspace.read("plan.yaml")
        try desk.workspace.write("plan.yaml", plan.replacing("20000", with: "30000"))
        #expect(try await desk.sync().status == 0)
        #expect(try desk.summary()["checked", "records"] == 0)
        try desk.workspace.write("plan.yaml", plan.replacing("done: closed", with: "done: resolved"))
        #expect(try await desk.sync().status == 0)
        #expect(try desk.summary()["checked", "records"] == 0)
        #expect(try await desk.sync().status == 0)
        #expect(try desk.summary()["checked", "records"] == 21)
        #expect(try await desk.sync("--read-whole").status == 0)
        #expect(try desk.summary()["checked", "records"] == 0)
        #expect(try desk.summary()["conversations", "unchanged"] == 21)
    }

    @Test("A lookup that is another, and a packed file: all is read") func lookupAndPacked() async throws {
        let desk = try SyncWorkspace()
        try desk.workspace.write("words.csv", "status,word\nopen,waiting\n")
        let lookup = try desk.workspace.read("plan.yaml").replacing(
            "conversation:\n",
            with: "conversation:\n  subject: { from: status, lookup: words.csv, match: status, take: word }\n")
        try desk.workspace.write("plan.yaml", lookup)
        #expect(try await desk.sync().status == 0)
        #expect(try await desk.sync().status == 0)
        #expect(try desk.summary()["checked", "records"] == 20)
        try desk.workspace.write("words.csv", "status,word\nopen,ended\n")
        #expect(try await desk.sync().status == 0)
        #expect(try desk.summary()["drift", "not_carried"] == 20)
        #expect(try desk.summary()["checked", "records"] == 0)
        _ = try await desk.program.shell("gzip tickets.csv")
        try desk.workspace.write("plan.yaml", lookup.replacing("\"tickets.csv\"", with: "\"tickets.csv.gz\""))
        for _ in 1...2 {
            #expect(try await desk.sync().status == 0)
            #expect(try desk.summary()["checked", "records"] == 0)
            #expect(try desk.summary()["conversations", "unchanged"] == 20)
        }
    }

    @Test("A last line without its end is read when it is whole, and nothing before it") func heldBack() async throws {
        let desk = try await grown(by: "21,ticket 21 of many,op")
        #expect(try await desk.sync().errors.contains("held back: 1 last record"))
        #expect(try desk.summary()["checked", "records"] == 20)
        try desk.workspace.write("tickets.csv", Tickets.csv(22))
        let end = try await desk.sync()
        #expect(end.status == 0, "\(end.errors)")
        #expect(try desk.summary()["checked", "records"] == 20)
        #expect(try desk.summary()["conversations", "created"] == 2)
    }

    @Test func aFullExportIsMeasuredByTheLastFullOne() async throws {
        let desk = try SyncWorkspace(sync: "export: full, expect: at_least 90%")
        #expect(try await desk.sync().status == 0)
        try desk.writePlan(sync: "export: incremental")
        try desk.writeTickets(2)
        #expect(try await desk.sync().status == 0)
        try desk.writePlan(sync: "export: full, expect: at_least 90%")
        try desk.writeTickets(17)
        let end = try await desk.sync()
        #expect(end.status == 65)
        #expect(end.errors.contains("expects at least 18: the last such export held 20"), "\(end.errors)")
        try desk.writeTickets(18)
        #expect(try await desk.sync().status == 0)
    }
}
