import Foundation
import ImportTestSupport
import Testing

/// What a night does with its export, and what it says of it.
@Suite("A night") struct SyncTests {
    @Test func theFirstOneAfterARunTakesWhatIsInAsItIs() async throws {
        let desk = try SyncWorkspace()
        #expect(try await desk.program.run("run", "plan.yaml").status == 0)
        try desk.writeTickets(23)
        let end = try await desk.sync()
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains("first night: nothing to compare with"))
        let summary = try desk.summary()
        #expect(summary["conversations", "already_present"] == 20)
        #expect(summary["conversations", "created"] == 3)
        let isEachOnce = try desk.workspace.applied().sorted() == Tickets.messages(23).sorted()
        #expect(isEachOnce)
        #expect(try await desk.sync().status == 0)
        #expect(try desk.summary()["conversations", "unchanged"] == 23)
    }

    @Test func withoutAChangeItSendsNothingAndLeavesNoFolder() async throws {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(20))
        let sandbox = try await SandboxProcess(workspace)
        let recorder = try await RecordedPingBack(before: sandbox)
        let line = "http://127.0.0.1:\(recorder.port)"
        try workspace.writePlan(
            more: "sync: { export: full }\n" + sandbox.destination(through: line, "in_doubt: { settle_after: 0s }"))
        #expect(try await workspace.program.run("sync", "plan.yaml").status == 0)
        #expect(try recorder.creates == 20)
        let before = try recorder.passed.count
        let end = try await workspace.program.run("sync", "plan.yaml", "--summary", "summary.json")
        #expect(end.status == 0, "\(end.errors)")
        let passed = try recorder.passed[before...].filter { $0.hasPrefix(">") }
        #expect(passed.allSatisfy { $0.hasPrefix("> GET ") } && passed.count <= 4, "\(passed)")
        #expect(Summary(try workspace.summary("summary.json"))["conversations", "unchanged"] == 20)
        #expect(end.errors.split(separator: "\n").last?.contains("0 updated, 20 unchanged, 0 vanished") == true)
        #expect(!workspace.exists("plan.sandbox.rejects"))
        try await sandbox.kill()
    }

    @Test func anExportThatIsTooSmallEndsItBeforeAnythingIsSent() async throws {
        let desk = try SyncWorkspace(sync: "export: full, expect: at_least 90%")
        #expect(try await desk.sync().status == 0)
        let baseline = try desk.workspace.bytes("plan.sandbox.checkpoint.baseline")
        for count in [1, 17] {
            try desk.writeTickets(count)
            try desk.change("ticket 1 of", to: "ticket one of")
            let end = try await desk.sync()
            #expect(end.status == 65)
            #expect(end.errors.contains("the source holds \(count) records, and the plan expects at least 18"))
        }
        try desk.workspace.write("tickets.csv", Tickets.header)
        let end = try await desk.sync()
        #expect(end.status == 65)
        #expect(end.errors.contains("holds no record"))
        #expect(try desk.workspace.bytes("plan.sandbox.checkpoint.baseline") == baseline)
        try desk.writeTickets(18)
        #expect(try await desk.sync().status == 0)
    }

    @Test func whatHasVanishedIsListedOnceWithItsConversation() async throws {
        let desk = try SyncWorkspace()
        #expect(try await desk.sync().status == 0)
        try desk.writeTickets(18)
        let end = try await desk.sync()
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains("2 vanished"))
        let lines = try desk.list("vanished.jsonl")
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { !$0.contains("null") })
        let again = try await desk.sync()
        #expect(again.errors.contains("0 vanished"))
        #expect(try desk.lists().count == 1)
        // Back again, it is no new one.
        try desk.writeTickets(20)
        #expect(try await desk.sync().status == 0)
        #expect(try desk.summary()["conversations", "unchanged"] == 20)
        #expect(try desk.workspace.applied().count == 20)
    }

    @Test func aLastLineWithoutItsEndHasNotVanished() async throws {
        let desk = try SyncWorkspace()
        #expect(try await desk.sync().status == 0)
        try desk.workspace.write("tickets.csv", String(Tickets.csv(20).dropLast()))
        let end = try await desk.sync()
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.errors.contains("held back: 1 last record"))
        #expect(end.errors.contains("0 vanished"))
        try desk.writeTickets(20)
        #expect(try await desk.sync().status == 0)
        #expect(try desk.summary()["conversations", "unchanged"] == 20)
    }

    @Test("More rejected records than the plan lets pass: nothing is sent, and all of them are reported")
    func rejectionLimit() async throws {
        let desk = try SyncWorkspace()
        #expect(try await desk.sync().status == 0)
        try desk.writeTickets(22)
        for number in 1...5 { try desk.change("ticket \(number) of many,open", to: "ticket \(number) of many,gone") }
        try desk.change("ticket 9 of many,open", to: "ticket 9 of many,done")
        let end = try await desk.sync()
        #expect(end.status == 4, "\(end.errors)")
        let summary = try desk.summary()
        #expect(summary["records", "rejected"] == 5)
        #expect(summary["conversations", "not_sent"] == 3)
        #expect(summary["records", "read"] == 22)
        #expect(try desk.workspace.applied().count == 20)
        #expect(try desk.list("rejected.csv").count == 6)
        try desk.change(",gone", to: ",open")
        #expect(try await desk.sync().status == 0)
        #expect(try desk.summary()["conversations", "created"] == 2)
        #expect(try desk.summary()["steps", "closed"] == 1)
    }

    @Test func repeatedKeysThatThePlanRejectsCountForTheLimit() async throws {
        let desk = try SyncWorkspace()
        try desk.workspace.write("tickets.csv", Tickets.csv(20) + String(repeating: "1,again,open\n", count: 10))
        #expect(try await desk.sync().status == 4)
        #expect(try !desk.workspace.exists("plan.sandbox.sqlite") || desk.workspace.applied().isEmpty)
    }

    @Test("What is left of the night before is needed: 65", arguments: ["missing", "damaged"])
    func baseline(_ state: String) async throws {
        let desk = try SyncWorkspace()
        #expect(try await desk.sync().status == 0)
        let path = "plan.sandbox.checkpoint.baseline"
        if state == "missing" {
            try desk.workspace.remove(path)
        } else {
            var bytes = try desk.workspace.bytes(path)
            bytes[100] ^= 1
            try bytes.write(to: desk.workspace.folder.url.appending(path: path))
        }
        let end = try await desk.sync()
        #expect(end.status == 65, "\(end.errors)")
        #expect(end.errors.contains(path))
        #expect(try desk.workspace.applied().count == 20)
    }

    @Test func aChangedPlanIsTakenOverOrSentWhereThatIsAccepted() async throws {
        let desk = try SyncWorkspace()
        try desk.change("ticket 3 of many,open", to: "ticket 3 of many,done")
        #expect(try await desk.sync().status == 0)
        func map(_ value: String) throws {
            let plan = try desk.workspace.read("plan.yaml")
            try desk.workspace.write("plan.yaml", plan.replacing(/open: [a-z]+,/, with: "open: \(value),"))
        }
        try map("resolved")
        let taken = try await desk.sync()
        #expect(taken.status == 0, "\(taken.errors)")
        #expect(taken.errors.contains("the plan maps 19 records otherwise than the night before"))
        #expect(try desk.summary()["steps", "resolved"] == 0)
        #expect(try await desk.sync().status == 0)
        #expect(try desk.summary()["conversations", "unchanged"] == 20)
        try map("closed")
        let sent = try await desk.sync("--accept-changed-plan")
        #expect(sent.status == 0, "\(sent.errors)")
        #expect(try desk.summary()["steps", "closed"] == 19)
        #expect(try desk.summary()["conversations", "updated"] == 19)
    }

    @Test func aBudgetStopsItAndTheNextOneGoesOn() async throws {
        let desk = try SyncWorkspace(
            30, destination: "destinations: { sandbox: { message_budget: 20, in_doubt: { settle_after: 0s } } }")
        let end = try await desk.sync()
        #expect(end.status == 6, "\(end.errors)")
        #expect(try desk.workspace.applied().count == 20)
        _ = try desk.summary()
        try desk.writePlan(
            destination: "destinations: { sandbox: { message_budget: 100, in_doubt: { settle_after: 0s } } }")
        let next = try await desk.sync()
        #expect(next.status == 0, "\(next.errors)")
        #expect(try desk.summary()["conversations", "created"] == 10)
        let isEachOnce = try desk.workspace.applied().sorted() == Tickets.messages(30).sorted()
        #expect(isEachOnce)
    }
}
