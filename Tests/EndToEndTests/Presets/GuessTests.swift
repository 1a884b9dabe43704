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
