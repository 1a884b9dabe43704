import ImportTestSupport
import Testing

/// What a plan passes over is neither written nor rejected, and counted by its reason.
@Suite struct SkipTests {
    private static let tickets =
        Tickets.header + "1,one,open\n1,scrubbed,gone\n2,two,urgnt\n3,,gone\n4,fo\"ur,gone\n,five,gone\n6,test,open\n"
    private static let rules = """
        skip:
          - { reason: gone, where: { status: [gone, lost] } }
          - { reason: test, where: { text: test }, present: id }
          - { reason: never, unless: { status: [open, urgnt] }, missing: id }
        """
    private static let expected = ["gone": 3, "test": 1]

    private func workspace(_ more: String = "") throws -> Workspace {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Self.tickets)
        try workspace.writePlan(source: Self.rules, more: "limits: {rejections: 5}\n" + more)
        return workspace
    }

    private func expectBooks(_ workspace: Workspace, created: Int) throws {
        let object = try workspace.summary("summary.json")
        let summary = Summary(object)
        summary.expectBalance()
        #expect(object["skipped"] as? [String: Int] == Self.expected)
        #expect(summary["records", "skipped"] == 4)
        // A status that nobody maps, and a stray quote: what cannot be read says nothing of itself.
        #expect(summary["records", "rejected"] == 2)
        #expect(summary["conversations", "created"] == created)
    }

    @Test func aRunPassesThemOverAndSoDoesItsRepetition() async throws {
        let workspace = try workspace()
        for isFirst in [true, false] {
            let end = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
            #expect(end.status == 3, "\(end.errors)")
            #expect(end.errors.contains("\n    gone ") == isFirst, "\(end.errors)")
            try expectBooks(workspace, created: 1)
            #expect(try workspace.applied() == ["one"])
        }
    }

    @Test func aPreviewSaysWhy() async throws {
        let end = try await workspace().program.run("preview", "plan.yaml", "--limit", "2")
        #expect(end.output.contains("  skipped [gone]"))
    }

    @Test func aNightCountsThemAlsoWhereNothingIsNew() async throws {
        let workspace = try workspace("sync: {export: full}")
        for created in [1, 0] {
            let end = try await workspace.program.run("sync", "plan.yaml", "--summary", "summary.json")
            #expect(end.status == 3, "\(end.errors)")
            try expectBooks(workspace, created: created)
        }
    }

    @Test func columnsGoByOtherNamesAndMonthsByOtherLanguages() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "tickets.csv", "ID,TEXT,Estado,Creada\n1,uno,open,03/DIC/25 9:53 AM\n2,dos,open,4/paź/25 12:00 PM\n")
        try workspace.writePlan(
            source: "headers: {id: [], text: [], status: [Estado]}\nmonths: [es, pl]\nzone: UTC",
            conversation: "created_at: {from: Creada, date: \"d/MMM/yy h:mm a\"}")
        let text = try workspace.read("tickets.csv").replacing("03/", with: "3/")
        try workspace.write("tickets.csv", text)
        let end = try await workspace.program.run("validate", "plan.yaml", "--output", "out.jsonl")
        #expect(end.status == 0, "\(end.errors)")
        let output = try workspace.read("out.jsonl")
        #expect(output.contains("2025-12-03T09:53:00Z") && output.contains("2025-10-04T12:00:00Z"), "\(output)")
    }
}
