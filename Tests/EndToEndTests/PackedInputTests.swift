import Foundation
import ImportTestSupport
import Testing

/// Packed files, and files in other encodings than UTF-8, from the plan to the rejected records and back.
@Suite struct PackedInputTests {
    @Test("A run over a packed file is continued where it stopped", arguments: ["gzip -c", "zstd -qc", "zip -q -"])
    func continued(tool: String) async throws {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(10))
        try workspace.writePlan(files: "tickets.packed")
        _ = try await workspace.program.shell("\(tool) tickets.csv >tickets.packed; rm tickets.csv")
        #expect(try await workspace.program.run("run", "plan.yaml", "--limit", "4").status == 0)
        #expect(try workspace.applied().count == 4)
        #expect(try await workspace.program.run("run", "plan.yaml").status == 0)
        #expect(try workspace.applied().sorted() == Tickets.messages(10).sorted())
        let again = try await workspace.program.run("run", "plan.yaml")
        #expect(again.status == 0)
        #expect(try workspace.applied().count == 10)
    }

    @Test func aPackedFileThatBecameAnotherSendsNothing() async throws {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(10))
        try workspace.writePlan(files: "tickets.csv.gz")
        _ = try await workspace.program.shell("gzip -k tickets.csv")
        #expect(try await workspace.program.run("run", "plan.yaml", "--limit", "4").status == 0)
        _ = try await workspace.program.shell("sed -i s/many/some/ tickets.csv; gzip -kf tickets.csv")
        let end = try await workspace.program.run("run", "plan.yaml")
        #expect(end.status == 65)
        #expect(end.errors.hasPrefix("tickets.csv.gz: error: the file is not the one that this run began with"))
        #expect(try workspace.applied().count == 4)
    }

    @Test func aNightReadsAPackedExport() async throws {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(10))
        try workspace.writePlan(files: "tickets.csv.gz", more: "sync: { export: full }")
        _ = try await workspace.program.shell("gzip -k tickets.csv")
        #expect(try await workspace.program.run("sync", "plan.yaml").status == 0)
        try workspace.write("tickets.csv", Tickets.csv(12))
        _ = try await workspace.program.shell("gzip -kf tickets.csv")
        #expect(try await workspace.program.run("sync", "plan.yaml").status == 0)
        #expect(try workspace.applied().sorted() == Tickets.messages(12).sorted())
    }

    @Test(
        "What is rejected comes back in the file's own encoding, and goes in when it is corrected",
        arguments: ["utf-16", "utf-16le", "windows-1252", "shift_jis"])
    func rejectedInItsOwnEncoding(encoding: String) async throws {
        let workspace = try Workspace()
        let word = encoding == "shift_jis" ? "表示" : "Grüße"
        try workspace.write(
            "plain.csv", Tickets.header + "1,\(word),open\n2,wrong \(word),urgnt\n3,\(word) again,open\n4,x,urgnt\n")
        try workspace.writePlan(source: "encoding: \(encoding)", more: "limits: { rejections: 3 }")
        _ = try await workspace.program.shell("iconv -f utf-8 -t \(encoding) plain.csv >tickets.csv")
        let end = try await workspace.program.run("run", "plan.yaml")
        #expect(end.status == 3)
        #expect(try Set(workspace.applied()) == [word, "\(word) again"])
        let mended = try await workspace.program.shell(
            """
            iconv -f \(encoding) -t utf-8 plan.sandbox.rejects/rejected.csv >rejected.csv && cat rejected.csv
            sed s/urgnt/done/ rejected.csv | iconv -f utf-8 -t \(encoding) >mended.csv
            """)
        #expect(mended.output == Tickets.header + "2,wrong \(word),urgnt\n4,x,urgnt\n")
        #expect(try await workspace.program.run("run", "plan.yaml", "--source", "mended.csv").status == 0)
        #expect(try Set(workspace.applied()) == [word, "\(word) again", "wrong \(word)", "x"])
    }

    @Test func rejectedJSONLinesComeBackInTheirOwnEncoding() async throws {
        let workspace = try Workspace()
        let lines = [
            #"{"id":1,"text":"Grüße","status":"open"}"#, #"{"id":2,"text":"ä","status":"urgnt"}"#,
            #"{"id":3,"text":"ö","status":"urgnt"}"#,
        ]
        try workspace.write("plain.jsonl", lines.joined(separator: "\n") + "\n")
        try workspace.writePlan(more: "limits: { rejections: 3 }")
        _ = try await workspace.program.shell("iconv -f utf-8 -t utf-16 plain.jsonl >tickets.csv")
        #expect(try await workspace.program.run("validate", "plan.yaml").status == 3)
        let back = try await workspace.program.shell("iconv -f utf-16 -t utf-8 plan.validate.rejects/rejected.jsonl")
        #expect(back.output.split(separator: "\n").map(String.init) == Array(lines[1...]))
        let records = try await workspace.program.run("records", "tickets.csv")
        #expect(records.output.contains(#""document":{"id":1,"text":"Grüße","status":"open"}"#))
    }

    @Test func aLookupFileMayBePacked() async throws {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(2))
        try workspace.write("channels.csv", "id,take\n1,b2c3d4e5-f6a7-8901-bcde-f12345678901\n")
        try workspace.writePlan(
            conversation: "channel_id: { from: id, lookup: channels.csv.xz, match: id, take: take, otherwise: none }")
        _ = try await workspace.program.shell("xz channels.csv")
        #expect(try await workspace.program.run("validate", "plan.yaml").status == 0)
    }

    @Test func anEncodingThatNobodyKnowsIsAMistakeOfThePlan() async throws {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(2))
        try workspace.writePlan(source: "encoding: klingon")
        let end = try await workspace.program.run("validate", "plan.yaml")
        #expect(end.status == 78)
        #expect(end.errors.contains("source.encoding is \"klingon\", which iconv does not know"))
    }

    @Test("A bomb is refused, in memory that does not grow with what it holds")
    func aBomb() async throws {
        let workspace = try Workspace()
        try workspace.writePlan(files: "bomb.gz")
        let made = try await workspace.program.shell(
            "(printf 'id,text,status\\n1,'; head -c 600000000 /dev/zero) | gzip >bomb.gz")
        #expect(made.status == 0)
        let running = try workspace.program.start(["validate", "plan.yaml"])
        var peak = 0
        try await running.wait {
            peak = max(peak, running.peakMemory ?? 0)
            return !running.isRunning
        }
        let end = try await running.end()
        #expect(end.status == 65)
        #expect(end.errors.contains("bomb.gz: error: it unpacks to more than 250 times its bytes"))
        #expect(peak < 300_000_000)
    }
}
