import Foundation
import ImportTestSupport
import Testing

/// A run goes on only with what it was begun with; what changed on purpose has a lawful way on.
@Suite struct ChangedRunTests {
    /// A run that stopped after four of ten records; the sixth has a status that the plan does not know.
    private func begun() async throws -> Workspace {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Self.tickets)
        try workspace.writePlan(more: Self.limits)
        let end = try await workspace.program.run("run", "plan.yaml", "--limit", "4")
        #expect(end.status == 0)
        #expect(try workspace.applied().count == 4)
        return workspace
    }

    private static let tickets = Tickets.csv(10).replacing("6,ticket 6 of many,open", with: "6,ticket 6 of many,urgnt")
    private static let limits = "limits: { rejections: 2 }"
    private static let valid = Tickets.messages(10).filter { !$0.contains(" 6 ") }

    private func expectStopped(
        _ workspace: Workspace, at place: String = "plan.sandbox.checkpoint", _ messages: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let sent = try workspace.applied()
        let end = try await workspace.program.run("run", "plan.yaml")
        #expect(end.status == 65, sourceLocation: sourceLocation)
        #expect(end.errors.hasPrefix("\(place): error: "), sourceLocation: sourceLocation)
        for message in messages + ["\n  safe: nothing was sent", "\n  try: "] {
            #expect(end.errors.contains(message), sourceLocation: sourceLocation)
        }
        #expect(try workspace.applied() == sent, sourceLocation: sourceLocation)
    }

    @Test func aTornCheckpointSendsNothing() async throws {
        let workspace = try await begun()
        let whole = try workspace.bytes("plan.sandbox.checkpoint")
        for length in [0, 1, 100, 4_096, whole.count / 2, whole.count - 4_096] {
            try whole.prefix(length).write(to: workspace.folder.url.appending(path: "plan.sandbox.checkpoint"))
            try await expectStopped(workspace)
        }
        try whole.write(to: workspace.folder.url.appending(path: "plan.sandbox.checkpoint"))
        #expect(try await workspace.program.run("run", "plan.yaml").status == 3)
        #expect(try workspace.applied().sorted() == Self.valid.sorted())
    }

    @Test func theCheckpointOfAnotherPlanSendsNothing() async throws {
        let workspace = try await begun()
        let plan = try workspace.read("plan.yaml")
        try workspace.write("plan.yaml", plan.replacing("name: end-to-end", with: "name: another"))
        try await expectStopped(workspace, "the checkpoint belongs to another plan name, business or key")
        try workspace.write("plan.yaml", plan.replacing("key: id", with: "key: text"))
        try await expectStopped(workspace, "the checkpoint belongs to another plan name, business or key")
    }

    @Test func aChangedInputSendsNothing() async throws {
        let workspace = try await begun()
        try workspace.write("tickets.csv", Self.tickets.replacing("ticket 2 ", with: "ticket Z "))
        try await expectStopped(workspace, at: "tickets.csv", "the file is not the one that this run began with")
        try workspace.write("tickets.csv", Tickets.csv(5))
        try await expectStopped(workspace, at: "tickets.csv", "the file is not the one that this run began with")
    }

    @Test func aFileThatOnlyGrewIsGoneOnWith() async throws {
        let workspace = try await begun()
        #expect(try await workspace.program.run("run", "plan.yaml").status == 3)
        try workspace.write("tickets.csv", Self.tickets + "11,ticket 11 of many,open\n")
        let end = try await workspace.program.run("run", "plan.yaml")
        #expect(end.status == 3)
        #expect(try workspace.applied().sorted() == (Self.valid + ["ticket 11 of many"]).sorted())
    }

    @Test("A finished run is fed the same bytes again, or says that they are others")
    func aFinishedStream() async throws {
        let workspace = try Workspace()
        try workspace.writePlan(files: "-")
        // More than is looked at before reading begins.
        let tickets =
            Tickets.csv(2) + (3...5).map { "\($0),\(String(repeating: "long ", count: 100_000)),open\n" }.joined()
        #expect(try await workspace.program.run("run", "plan.yaml", input: .text(tickets)).status == 0)
        let sent = try workspace.applied()
        let again = try await workspace.program.run("run", "plan.yaml", input: .text(tickets))
        #expect(again.status == 0)
        #expect(again.errors.contains("this run is finished, nothing was sent"))
        for other in [
            tickets + "6,more,open\n", String(tickets.dropLast(6)) + "done\n\n", Tickets.csv(2), Tickets.header,
            tickets.replacing("ticket 1", with: "ticket 7"),
        ] {
            let end = try await workspace.program.run("run", "plan.yaml", input: .text(other))
            #expect(end.status == 65)
            #expect(end.errors.hasPrefix("-: error: the file is not the one that this run began with: "))
            #expect(!end.errors.contains("this run is finished"))
        }
        #expect(try workspace.applied() == sent)
    }

    @Test func aChangedMeaningNamesTheLineAndGoesOnWhenAccepted() async throws {
        let workspace = try await begun()
        try workspace.writePlan(
            conversation: "channel_type: { constant: email }",
            more: Self.limits)
        try await expectStopped(workspace, "the plan has changed since this run began", "plan.yaml:10: now ")
        let end = try await workspace.program.run("run", "plan.yaml", "--accept-changed-plan")
        #expect(end.status == 3)
        #expect(try workspace.applied().sorted() == Self.valid.sorted())
        // It is accepted once and for all.
        #expect(try await workspace.program.run("run", "plan.yaml").status == 3)
    }

    @Test func whatDoesNotChangeTheMeaningIsNeverAsked() async throws {
        let workspace = try await begun()
        try workspace.writePlan(more: "# another comment\nlimits: { rejections: 50% }")
        #expect(try await workspace.program.run("run", "plan.yaml").status == 3)
        #expect(try workspace.applied().sorted() == Self.valid.sorted())
    }

    @Test func rejectedRecordsAreReadAgainWhenThePlanWasCorrected() async throws {
        let workspace = try await begun()
        #expect(try await workspace.program.run("run", "plan.yaml").status == 3)
        let plan = try workspace.read("plan.yaml")
        try workspace.write("plan.yaml", plan.replacing("done: closed", with: "done: closed, urgnt: open"))
        try await expectStopped(workspace, "now ")
        let end = try await workspace.program.run(
            "run", "plan.yaml", "--accept-changed-plan", "--retry-rejected", "--summary", "summary.json")
        #expect(end.status == 0)
        let summary = try Summary(workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["records", "rejected"] == 0)
        #expect(summary["conversations", "created"] == 10)
        #expect(try workspace.applied().sorted() == Tickets.messages(10).sorted())
        #expect(
            try !workspace.exists("plan.sandbox.rejects/rejected.csv")
                || workspace.read("plan.sandbox.rejects/rejected.csv").split(separator: "\n").count <= 1)
    }

    @Test("A file's last record, with a quote that never closes, can be read again; so can the file behind it")
    func unclosedQuoteBeforeThePosition() async throws {
        let workspace = try Workspace()
        try workspace.write("a.csv", "id,text,status\n1,first,open\n2,\"never closed,open\n3,third,open\n")
        try workspace.write("b.csv", "id,text,status\n4,fourth,open\n")
        try workspace.writePlan(files: "[ab].csv", more: Self.limits)
        #expect(try await workspace.program.run("run", "plan.yaml", "--limit", "3").status == 3)
        #expect(try await workspace.program.run("run", "plan.yaml").status == 3)
        #expect(try workspace.applied().sorted() == ["first", "fourth", "third"])
        #expect(try await workspace.program.run("run", "plan.yaml", "--retry-rejected").status == 3)
        #expect(try workspace.applied().count == 3)
    }
}
