import Foundation
import ImportTestSupport
import Testing

/// A rehearsal against a sandbox that misbehaves.
@Suite(.serialized) struct BadNightTests {
    @Test func theSampleEndsWithEveryConversationExactlyOnce() async throws {
        let workspace = try Workspace.withSamples()
        let end = try await workspace.program.run(
            "run", "samples/bad-night/plan.yaml", "--summary", "summary.json")
        #expect(end.status == 3, "\(end.errors)")
        let summary = try Summary(workspace.summary("summary.json"))
        summary.expectBalance()
        #expect(summary["records", "rejected"] == 7)
        #expect(summary["conversations", "created"] == 192)
        #expect(summary["conversations", "in_doubt"] == 0)
        let plan = try workspace.read("samples/bad-night/plan.yaml")
        try workspace.write(
            "samples/bad-night/good.yaml",
            plan.replacing("faults: faults.yaml", with: "concurrency: 1").replacing(
                "    concurrency: 4\n    rate: 50/s\n", with: ""))
        _ = try await workspace.program.run("run", "samples/bad-night/good.yaml")
        // Several tickets have the same text, so they are counted, and not told apart.
        let good = try workspace.applied("samples/bad-night/good.sandbox.sqlite").sorted()
        let bad = try workspace.applied("samples/bad-night/plan.sandbox.sqlite").sorted()
        #expect(good.count == 192)
        let isSame = good == bad
        #expect(isSame, "\(bad.count) creates were applied")
    }

    @Test func aScriptThatIsWrongCostsNoCheckpoint() async throws {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(3))
        try workspace.write("night.yaml", "faults: [{do: {close: sometimes}}]")
        try workspace.writePlan(more: "destinations: { sandbox: { faults: night.yaml } }")
        let end = try await workspace.program.run("run", "plan.yaml")
        #expect(end.status == 78)
        #expect(end.errors.contains("night.yaml:1: error: faults[0].do.close is \"sometimes\""))
        #expect(!workspace.exists("plan.sandbox.checkpoint"))
        try workspace.remove("night.yaml")
        let missing = try await workspace.program.run("run", "plan.yaml")
        #expect(missing.status == 66)
        #expect(missing.errors.contains("night.yaml: error: there is no such fault script"))
    }

    @Test func customersOfAFileAreKnownAndOthersRefused() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "people.csv", "id,email,team\nc3d4e5f6-a7b8-9012-cdef-123456789012,kaethe@example.com,north\n")
        try workspace.write(
            "tickets.csv",
            """
            id,text,status,person
            1,one,open,c3d4e5f6-a7b8-9012-cdef-123456789012
            2,two,open,d4e5f6a7-b8c9-0123-def0-123456789abc

            """)
        try workspace.write("night.yaml", "unknown_customer: 422")
        try workspace.writePlan(
            conversation: "customer_id: person",
            more: """
                limits: { rejections: 50% }
                destinations: { sandbox: { faults: night.yaml, customers: people.csv } }
                """)
        let end = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
        #expect(end.status == 3, "\(end.errors)")
        let summary = try Summary(workspace.summary("summary.json"))
        #expect(summary["conversations", "created"] == 1)
        #expect(summary["rejections", "by_destination"] == 1)
        #expect(try workspace.applied() == ["one"])
    }

    @Test func aFileOfCustomersWithoutIdsIsTold() async throws {
        let workspace = try Workspace()
        try workspace.write("people.csv", "ID,email\n7,kaethe@example.com\n")
        let end = try await workspace.program.run("sandbox", "--data", "data.sqlite", "--customers", "people.csv")
        #expect(end.status == 65)
        #expect(end.errors.contains("people.csv: error: there is no column id"))
        #expect(end.errors.contains("try: rename the column ID"))
        #expect(!end.errors.contains("kaethe"))
    }
}
