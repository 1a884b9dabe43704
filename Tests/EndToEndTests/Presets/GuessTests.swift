import Foundation
import ImportTestSupport
import Testing

/// What a file says, `guess` says; what it does not say, `guess` asks.
@Suite struct GuessTests {
    private func guess(_ text: String, _ name: String = "export") async throws -> (Workspace, ProgramEnd) {
        var workspace = try Workspace()
        workspace.program.environment["BUSINESS_ID"] = Workspace.businessID
        try workspace.write(name, text)
        return (workspace, try await workspace.program.run("guess", name))
    }

    private func table(_ dates: [String], delimiter: String = ",") -> String {
        ["Nr", "Subject", "Created"].joined(separator: delimiter) + "\n"
            + dates.enumerated().map { ["\($0.offset)", "Tap", $0.element].joined(separator: delimiter) + "\n" }
            .joined()
    }

    @Test func oneValueDecidesTheOrderForTheWholeColumn() async throws {
        let (_, end) = try await guess(table(["1/2/2024 9:05", "3/4/2024 10:00", "13/4/2024 11:00"]))
        #expect(end.output.contains("date: \"d/M/yyyy H:mm\""), "\(end.output)")
        #expect(end.output.contains("1 of them can be read in this order only"))
    }

    @Test func theLastOfManyRowsDecides() async throws {
        let (_, end) = try await guess(
            table(Array(repeating: "1/2/2024", count: 5_000) + ["2/28/2024"], delimiter: ";"))
        #expect(end.output.contains("date: \"M/d/yyyy\""), "\(end.output)")
        #expect(end.output.contains("csv: { delimiter: \";\" }"))
    }

    @Test(arguments: [
        ["1/2/2024", "3/4/2024"], ["1/2/2024", "13/4/2024", "4/13/2024"] + Array(repeating: "1/1/2024", count: 20),
    ])
    func anOrderThatNothingDecidesIsAQuestion(dates: [String]) async throws {
        let (workspace, end) = try await guess(table(dates))
        #expect(end.output.contains("date: \"? d/M/yyyy | M/d/yyyy\""), "\(end.output)")
        try workspace.write("plan.yaml", end.output.replacing("zone: \"?\"", with: "zone: UTC"))
        let refused = try await workspace.program.run("validate", "plan.yaml")
        #expect(refused.status == 78)
        #expect(refused.errors.contains("keep one of \"d/M/yyyy\" or \"M/d/yyyy\""))
        let answered = try workspace.read("plan.yaml").replacing("? d/M/yyyy | M/d/yyyy", with: "d/M/yyyy")
        try workspace.write("plan.yaml", answered)
        let end2 = try await workspace.program.run("validate", "plan.yaml")
        #expect(end2.status == (dates.count == 2 ? 0 : 3), "\(end2.errors)")
    }

    @Test func aFileWithoutHeaderAndAStrangeDialectIsRead() async throws {
        let (_, end) = try await guess("7\tTap\t2024-01-05\n8\tDoor\t2024-01-06\n", "x.json")
        #expect(end.output.contains("csv: { delimiter: tab, header: false }"), "\(end.output)")
    }

    @Test func statusesThatNobodyKnowsAreQuestions() async throws {
        let (_, end) = try await guess("id,text,status\n1,a,open\n2,b,urgnt\n")
        #expect(end.output.contains("\"urgnt\": \"? open | pending | resolved | closed\""), "\(end.output)")
        #expect(end.output.contains("\"open\": open"))
    }

    @Test func anotherEncodingIsNamedAndNothingIsConverted() async throws {
        let workspace = try Workspace()
        let bytes = Data("id,text\n1,caf".utf8) + [0xE9, 0x20, 0x93] + Data("\n".utf8)
        try bytes.write(to: workspace.folder.url.appending(path: "export.csv"))
        let end = try await workspace.program.run("guess", "export.csv")
        #expect(end.status == 65)
        #expect(
            end.errors.contains(
                "export.csv:2: error: the file is not UTF-8: byte 0xE9 stands in it; it may be WINDOWS-1252"))
    }

    @Test func aReportIsReadWithoutWhatStandsAroundItsRecords() async throws {
        let report =
            "\"Open cases\"\nGenerated 2024-05-01\n\nid,subject,status\n1,Tap,open\n2,Door,closed\n\n"
            + "Grand Totals (2 records)\n\"Copyright (c) 2000-2024 ACME, inc.\"\nConfidential Information\n"
        let (workspace, end) = try await guess(report)
        #expect(end.output.contains("csv: { preamble: 3, footer: [\"Grand Totals\"] }"), "\(end.output)")
        #expect(end.output.contains("# sure: CSV, 2 records: all can be read"))
        try workspace.write("plan.yaml", end.output)
        let run = try await workspace.program.run("validate", "plan.yaml", "--summary", "summary.json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try workspace.summary("summary.json")["repairs"] as? [String: Int] == ["footer-line": 3])
    }

    @Test func aDamagedLastRecordIsNoFooter() async throws {
        let (_, end) = try await guess("id,text,status\nPRJ-1,a,open\nPRJ-2,b,open\nPRJ-3,c\n")
        #expect(!end.output.contains("footer"), "\(end.output)")
        #expect(end.output.contains("3 records: 1 cannot be read"))
    }

    @Test func recordsWrappedInQuotesAreRefused() async throws {
        let (_, end) = try await guess("id,text,status\n\"1,\"\"a, b\"\",open\"\n\"2,\"\"c, d\"\",open\"\n")
        #expect(end.status == 65)
        #expect(end.errors.contains("export:2: error: the records are wrapped whole in quotes"), "\(end.errors)")
    }

    @Test func encodingsThatAreMixedAreNamed() async throws {
        let workspace = try Workspace()
        let bytes = Data("id,text\n1,é\n2,ü\n3,caf".utf8) + [0xE9] + Data("\n".utf8)
        try bytes.write(to: workspace.folder.url.appending(path: "export.csv"))
        let end = try await workspace.program.run("guess", "export.csv")
        #expect(end.status == 0, "\(end.errors)")
        #expect(
            end.output.contains(
                "mixed encodings: of 3 lines with letters beyond ASCII 2 are UTF-8, the others may be ISO-8859-1, the "
                    + "first of them line 4"), "\(end.output)")
    }

    @Test func programsGetItAsJSON() async throws {
        let workspace = try Workspace()
        try workspace.write("export", table(["2024-01-05T10:00:00Z"]))
        let end = try await workspace.program.run("guess", "export", "--json")
        let parsed = try JSONSerialization.jsonObject(with: Data(end.output.utf8))
        let object = try #require(parsed as? [String: Any])
        #expect(object["container"] as? String == "CSV")
        #expect(object["preset"] is NSNull)
        #expect((object["plan"] as? String)?.hasPrefix("# A plan") == true)
    }

    @Test func aConnectorsEnvelopeIsNamedWithItsStreams() async throws {
        let (_, end) = try await guess(
            (1...3).map { "{\"stream\":\"tickets\",\"data\":{\"id\":\($0)},\"emitted_at\":1720179640459}\n" }.joined())
        #expect(end.output.contains("a connector's envelope: 3 records of the stream tickets"), "\(end.output)")
    }
}
