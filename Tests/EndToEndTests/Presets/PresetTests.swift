import Foundation
import ImportTestSupport
import Testing

/// Each preset reads what its product writes, and `guess` knows it again.
@Suite struct PresetTests {
    private func workspace(_ sample: ProductSample, file: String = "export.dat") throws -> Workspace {
        var workspace = try Workspace()
        workspace.program.environment["BUSINESS_ID"] = Workspace.businessID
        try workspace.write(file, sample.text)
        return workspace
    }

    private func plan(_ sample: ProductSample, more: String = "") -> String {
        let answers = sample.answers.split(separator: "\n").map { "  \($0)\n" }.joined()
        return """
            version: 1
            name: sample
            business_id: ${BUSINESS_ID}
            limits: {rejections: 50%}
            source:
              preset: \(sample.preset)
              files: [export.dat]
            \(answers)\(more)
            """
    }

    private func expectBooks(_ summary: Summary, _ object: [String: Any], of sample: ProductSample) {
        summary.expectBalance()
        #expect(summary["records", "read"] == sample.read)
        #expect(summary["records", "rejected"] == sample.rejected.values.reduce(0, +))
        #expect(summary["records", "valid"] == sample.valid)
        #expect(object["skipped"] as? [String: Int] == sample.skipped)
    }

    @Test("A preset maps its product's export, and counts what it passes over by reason", arguments: ProductSample.all)
    func maps(_ sample: ProductSample) async throws {
        let workspace = try workspace(sample)
        try workspace.write("plan.yaml", plan(sample))
        let end = try await workspace.program.run(
            "validate", "plan.yaml", "--summary", "summary.json", "--output", "out.jsonl")
        #expect(end.status == (sample.rejected.isEmpty ? 0 : 3), "\(end.errors)")
        for (code, count) in sample.rejected { #expect(end.errors.contains("\n  \(code): \(count), at ")) }
        let object = try workspace.summary("summary.json")
        expectBooks(Summary(object), object, of: sample)
        let lines = try workspace.read("out.jsonl").split(separator: "\n")
        let second = try #require(lines.dropFirst().first)
        let parsed = try JSONSerialization.jsonObject(with: Data(second.utf8))
        let conversation = try #require(parsed as? [String: Any])
        #expect(conversation["initial_message"] as? String == sample.message)
        #expect(conversation["status"] as? String == sample.status)
        #expect(conversation["created_at"] as? String == sample.createdAt)
        let messages = (conversation["messages"] as? [[String: Any]] ?? []).map {
            "\($0["sender_type"] ?? "-"): \($0["content"] ?? "-")"
        }
        #expect(messages == sample.messages)
        let dropped = (object["repairs"] as? [String: Int] ?? [:]).filter { $0.key.hasPrefix("message-dropped.") }
        #expect(dropped.map { $0.key.dropFirst(16) }.sorted() == sample.dropped.keys.sorted().map { $0[...] })
        for (reason, count) in sample.dropped { #expect(dropped["message-dropped." + reason] == count, "\(reason)") }
    }

    @Test("A preset's export is imported, and the same command again sends nothing", arguments: ProductSample.all)
    func runs(_ sample: ProductSample) async throws {
        let workspace = try workspace(sample)
        try workspace.write("plan.yaml", plan(sample))
        for _ in 0..<2 {
            let end = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
            #expect(end.status == (sample.rejected.isEmpty ? 0 : 3), "\(end.errors)")
            let object = try workspace.summary("summary.json")
            expectBooks(Summary(object), object, of: sample)
            #expect(try workspace.applied().count == sample.valid)
        }
    }

    @Test("guess knows an export by its bytes, and the plan it prints runs", arguments: ProductSample.all)
    func recognises(_ sample: ProductSample) async throws {
        let workspace = try workspace(sample)
        let end = try await workspace.program.run("guess", "export.dat")
        #expect(end.status == 0, "\(end.errors)")
        #expect(end.output.contains("\n  preset: \(sample.preset)\n"), "\(end.output)")
        // What only a person can know stands in the plan as a question, and nothing reads it before it is answered.
        let asks = end.output.contains("zone: \"?\"")
        #expect(asks == sample.answers.contains("zone:"), "\(end.output)")
        try workspace.write("plan.yaml", end.output)
        if asks {
            let refused = try await workspace.program.run("validate", "plan.yaml")
            #expect(refused.status == 78)
            #expect(refused.errors.contains("is still a question"))
        }
        try await validate(end.output, sample, in: workspace)
    }

    private func validate(_ plan: String, _ sample: ProductSample, in workspace: Workspace) async throws {
        try workspace.write("plan.yaml", plan.replacing("zone: \"?\"", with: "zone: UTC"))
        let validated = try await workspace.program.run("validate", "plan.yaml", "--summary", "summary.json")
        #expect(validated.status == (sample.rejected.isEmpty ? 0 : 3), "\(plan)\n\(validated.errors)")
        let object = try workspace.summary("summary.json")
        expectBooks(Summary(object), object, of: sample)
    }

    @Test("guess knows an export in UTF-16, too, and packed with a byte order mark", arguments: ProductSample.all)
    func recognisesOtherBytes(_ sample: ProductSample) async throws {
        let workspace = try Workspace()
        let text = sample.text.drop { $0 == "\u{FEFF}" }
        let wide = try #require(("\u{FEFF}" + text).data(using: .utf16LittleEndian))
        try wide.write(to: workspace.folder.url.appending(path: "export.dat"))
        let end = try await workspace.program.run("guess", "export.dat")
        #expect(end.output.contains("\n  preset: \(sample.preset)\n"), "\(end.output)\(end.errors)")
        #expect(end.output.contains("# sure: UTF-16LE with a byte order mark\n"))
        var own = workspace
        own.program.environment["BUSINESS_ID"] = Workspace.businessID
        try await validate(end.output, sample, in: own)

        try workspace.write("export.txt", "\u{FEFF}" + text)
        _ = try await workspace.program.shell("gzip -c export.txt > export")
        let packed = try await workspace.program.run("guess", "export")
        #expect(packed.output.contains("\n  preset: \(sample.preset)\n"), "\(packed.output)\(packed.errors)")
        #expect(packed.output.contains("# sure: compressed with gzip\n"))
    }

    @Test func everyPresetHasASample() async throws {
        let workspace = try Workspace()
        let end = try await workspace.program.run("presets")
        let names = end.output.split(separator: "\n").filter { !$0.hasPrefix(" ") }.map(String.init)
        #expect(names == Set(ProductSample.all.map(\.preset)).sorted())
    }

    @Test func aPresetOfOnesOwnIsNamedByItsPath() async throws {
        let sample = try #require(ProductSample.all.first { $0.preset == "zammad" })
        var workspace = try workspace(sample)
        workspace.program.environment["BUSINESS_ID"] = Workspace.businessID
        let text = try await workspace.program.run("schema", "preset", "zammad").output
        try workspace.write("mine.yaml", text.replacing("reason: merged", with: "reason: doubled"))
        try workspace.write("plan.yaml", plan(sample).replacing("preset: zammad", with: "preset: mine.yaml"))
        let end = try await workspace.program.run("validate", "plan.yaml", "--summary", "summary.json")
        #expect(end.status == 0, "\(end.errors)")
        #expect(try workspace.summary("summary.json")["skipped"] as? [String: Int] == ["doubled": 8])

        try workspace.write("mine.yaml", text.replacing("value", with: "vaule"))
        let wrong = try await workspace.program.run("validate", "plan.yaml")
        #expect(wrong.status == 78)
        let line = try #require(
            text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains("values:") })
        #expect(wrong.errors.contains("mine.yaml:\(line + 1): error: unknown key \"vaules\""), "\(wrong.errors)")
    }

    @Test func thePlanOverridesItsPreset() async throws {
        let sample = try #require(ProductSample.all.first { $0.preset == "hubspot-csv" })
        let workspace = try workspace(sample)
        let more = "conversation: {initial_message: Ticket name, subject: , status: {constant: open}}"
        try workspace.write("plan.yaml", plan(sample, more: more))
        let end = try await workspace.program.run("validate", "plan.yaml", "--output", "out.jsonl")
        #expect(end.status == 0, "\(end.errors)")
        let output = try workspace.read("out.jsonl")
        let first = try #require(output.split(separator: "\n").first)
        #expect(first.contains("\"initial_message\":\"Lamp 0\""))
        #expect(!first.contains("subject"))
    }

    @Test func `Jira's comments are added by what the documentation shows, in any of its languages`() async throws {
        let page = try String(
            contentsOf: Program.repository.appending(
                path: "Sources/ImportCommands/Documentation.docc/Presets.md"), encoding: .utf8)
        let block = try #require(page.firstMatch(of: /the plan adds them:\n\n((    .*\n|\n)+)/)).1
        let source = block.split(separator: "\n").map { $0.dropFirst(4) }.joined(separator: "\n")
        for (index, sample) in ProductSample.all.filter({ $0.preset == "jira-csv" }).enumerated() {
            let workspace = try workspace(sample, file: "jira.csv")
            if index == 1 { try workspace.write("jira.csv", sample.text.replacing("Comment", with: "Comentario")) }
            let plan = "version: 1\nname: jira\nbusiness_id: ${BUSINESS_ID}\n\(source)\n"
            try workspace.write("plan.yaml", plan)
            let end = try await workspace.program.run("validate", "plan.yaml", "--output", "out.jsonl")
            #expect(end.status == 0, "\(end.errors)")
            let first = try #require(try workspace.read("out.jsonl").split(separator: "\n").first)
            #expect(first.contains("\"sender_type\":\"customer\",\"content\":\"Printer 0"), "\(first)")
            #expect(first.contains("\"sender_type\":\"agent\",\"content\":\"hello; you\""), "\(first)")
        }
    }
}
