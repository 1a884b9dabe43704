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

    @Test(
        "A connector's stream of tickets is found among the others",
        arguments: [
            ("{\"stream\":\"STREAM\",\"data\":CONTENT,\"emitted_at\":1}", ""),
            ("{\"type\":\"RECORD\",\"stream\":\"STREAM\",\"record\":CONTENT}", "{\"type\":\"STATE\",\"value\":{}}\n"),
            ("{\"type\":\"RECORD\",\"record\":{\"stream\":\"STREAM\",\"data\":CONTENT}}", "{\"type\":\"LOG\"}\n"),
        ])
    func connector(_ envelope: String, _ talk: String) async throws {
        let sample = try #require(ProductSample.all.first { $0.preset == "zendesk-json" })
        let tickets = sample.text.split(separator: "\n").map(String.init)
        func wrapped(_ record: String, _ stream: String) -> String {
            envelope.replacing("STREAM", with: stream).replacing("CONTENT", with: record) + "\n"
        }
        let lines = tickets.enumerated().map {
            wrapped($0.element, "tickets") + (0..<2).map { wrapped("{\"id\":\($0),\"name\":\"N\"}", "users") }.joined()
        }
        let (workspace, end) = try await guess(talk + lines.joined())
        #expect(end.output.contains("\n  preset: zendesk-json\n"), "\(end.output)\(end.errors)")
        #expect(end.output.contains("40 records of the stream tickets\n"))
        #expect(end.output.contains("80 records of the stream users, which is not read\n"))
        try workspace.write("plan.yaml", end.output)
        let validated = try await workspace.program.run(
            "validate", "plan.yaml", "--summary", "summary.json", "--output", "out.jsonl")
        #expect(validated.status == 0, "\(validated.errors)")
        let skipped = try workspace.summary("summary.json")["skipped"] as? [String: Int]
        #expect(skipped == ["other-stream": talk.isEmpty ? 80 : 81, "deleted": 4])
        #expect(try workspace.read("out.jsonl").contains("\"content\":\"On its way\""))
    }

    @Test(
        "A name is never the key, nor an address, a time, or another thing's number",
        arguments: [
            "Full Name", "E-Mail", "Opened", "Order number", "Phone", "customerId", "words",
        ])
    func noKey(_ name: String) async throws {
        let values = [
            "Full Name": "Ann B", "E-Mail": "a1@example.com", "Opened": "2024-01-05T10:00:0", "words": "tap ",
        ]
        let rows = (0..<9).map { "\(values[name] ?? "10")\($0),the same" }
        let (_, end) = try await guess("\(name),Text\n" + rows.joined(separator: "\n") + "\n")
        #expect(end.output.contains("key: \"?\""), "\(end.output)")
    }

    @Test(
        "A key is unique to the last record, and called a ticket's number",
        arguments: [
            ("Case ID", true, true), ("ticketNo", true, true), ("Vorgang", true, true), ("Case ID", false, false),
        ])
    func key(_ name: String, _ isUnique: Bool, _ isTaken: Bool) async throws {
        var numbers = (0..<5_000).map { "T-\(1000 + $0)" }
        if !isUnique { numbers[4_999] = numbers[0] }
        let (_, end) = try await guess("Full Name,\(name)\n" + numbers.map { "N \($0),\($0)\n" }.joined())
        #expect(end.output.contains("  key: \"\(name)\"") == isTaken, "\(end.output)")
    }

    @Test func anEncodingIsAPersonsWordAndThePlanRepeatsIt() async throws {
        var workspace = try Workspace()
        workspace.program.environment["BUSINESS_ID"] = Workspace.businessID
        try (Data("id,text\n1,caf".utf8) + [0xE9] + Data("\n".utf8)).write(
            to: workspace.folder.url.appending(path: "export.csv"))
        let end = try await workspace.program.run("guess", "export.csv", "--encoding", "windows-1252")
        #expect(end.output.contains("  encoding: \"windows-1252\"\n"), "\(end.output)")
        try workspace.write("plan.yaml", end.output)
        let validated = try await workspace.program.run("validate", "plan.yaml", "--output", "out.jsonl")
        #expect(validated.status == 0, "\(validated.errors)")
        #expect(try workspace.read("out.jsonl").contains("café"))
    }

    @Test func twoEncodingsInOneFileAreNamed() async throws {
        let workspace = try Workspace()
        try (Data("id,text\n1,café\n2,caf".utf8) + [0xE9] + Data("\n".utf8)).write(
            to: workspace.folder.url.appending(path: "export.csv"))
        let end = try await workspace.program.run("guess", "export.csv")
        #expect(end.status == 65)
        #expect(end.errors.contains("export.csv:3: error: the file holds two encodings"), "\(end.errors)")
        let stated = try await workspace.program.run("guess", "export.csv", "--encoding", "utf-8")
        #expect(stated.output.contains("# sure: CSV, 2 records: 1 cannot be read\n"), "\(stated.output)")
    }

    @Test func wideTextWithoutAMarkIsOnlySuggested() async throws {
        let workspace = try Workspace()
        let wide = try #require(table(["2024-01-05", "2024-01-06"]).data(using: .utf16LittleEndian))
        try wide.write(to: workspace.folder.url.appending(path: "export"))
        let end = try await workspace.program.run("guess", "export")
        #expect(end.status == 65)
        #expect(end.errors.contains("guess export --encoding utf-16le"), "\(end.errors)")
        let stated = try await workspace.program.run("guess", "export", "--encoding", "utf-16le")
        #expect(stated.output.contains("  encoding: \"utf-16le\"\n"), "\(stated.errors)")
    }

    @Test(
        "Packed and wide files of no known product are looked at as they are",
        arguments: [
            "gzip -c plain", "zstd -qc plain", "(printf '\\xff\\xfe'; iconv -t utf-16le plain)",
            "(printf '\\xfe\\xff'; iconv -t utf-16be plain) | xz -c", "bzip2 -c plain",
        ])
    func otherBytes(_ packing: String) async throws {
        let workspace = try Workspace()
        for text in [
            table(["1/2/2024", "13/4/2024"], delimiter: ";"),
            "{\"number\":1,\"ticket_id\":\"T-1\",\"message\":\"a\"}\n{\"number\":2,\"ticket_id\":\"T-2\",\"message\":\"ü\"}\n",
        ] {
            try workspace.write("plain", text)
            let plain = try await workspace.program.run("guess", "plain")
            _ = try await workspace.program.shell(packing + " > export")
            let end = try await workspace.program.run("guess", "export")
            #expect(end.status == 0, "\(end.errors)")
            func facts(_ output: String) -> [Substring] {
                output.split(separator: "\n").filter {
                    !$0.contains("# sure:") && !$0.contains("plain") && !$0.contains("export")
                }
            }
            #expect(facts(end.output) == facts(plain.output))
        }
    }

    @Test(
        "Exports without conversations are refused by name",
        arguments: [
            (
                "user_id,email,name,ruleset_id,content_id,content_title,receipt_id,received_at\n1,a,b,2,3,c,4,5\n",
                "the data export of outbound messages"
            ),
            ("Conversation ID,Conversation started at,Channel\n1,2024-01-01,Chat\n", "a dataset of its reporting"),
            (
                "{\"id\":\"1\",\"part_type\":\"comment\",\"conversation_id\":5,\"author\":{\"type\":\"user\"},\"body\":\"x\"}\n",
                "conversation parts by themselves"
            ),
        ])
    func refused(_ text: String, _ name: String) async throws {
        let (_, end) = try await guess(text)
        #expect(end.status == 65)
        #expect(end.output.isEmpty)
        #expect(end.errors.contains("this is Intercom, " + name), "\(end.errors)")
        #expect(end.errors.contains("GET /conversations/{id}"))
    }

    @Test func theKnownExportIsTakenOutOfAnArchive() async throws {
        let workspace = try Workspace()
        let sample = try #require(ProductSample.all.first { $0.preset == "zoho-desk-csv" })
        try workspace.write("Cases__1.csv", sample.text)
        try workspace.write("Contacts__1.csv", "ID,Last Name\n1,B\n")
        _ = try await workspace.program.shell("zip -q backup Cases__1.csv Contacts__1.csv")
        let end = try await workspace.program.run("guess", "backup.zip")
        #expect(end.output.contains("files: [\"backup.zip/Cases__1.csv\"]"), "\(end.output)\(end.errors)")
        #expect(end.output.contains("# guessed: not read, besides: backup.zip/Contacts__1.csv\n"))
        _ = try await workspace.program.shell("zip -q none Contacts__1.csv; echo x,y >b.csv; zip -q none b.csv")
        let none = try await workspace.program.run("guess", "none.zip")
        #expect(none.status == 65)
        #expect(none.errors.contains("guess the one with the tickets: none.zip/Contacts__1.csv"), "\(none.errors)")
    }

    @Test func oneOfTheOwnNameComesBeforeThoseOfOtherNames() async throws {
        let (_, end) = try await guess("ID,Subject,Title,State\n1,a,b,open\n2,c,d,open\n")
        #expect(!end.output.contains("initial_message"), "\(end.output)")
    }
}
