import Foundation
import ImportTestSupport
import Testing

/// What is wrong from the start is said in the form of a compiler: where, what, and what to do.
@Suite struct BadInputTests {
    /// A workspace with the small plan and three tickets.
    private func workspace() throws -> Workspace {
        let workspace = try Workspace()
        try workspace.write("tickets.csv", Tickets.csv(3))
        return workspace
    }

    /// Both verbs that read everything say the same.
    private func expect(
        _ status: Int32, _ message: String, hint: String, in workspace: Workspace,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for verb in ["validate", "run"] {
            let end = try await workspace.program.run(verb, "plan.yaml")
            #expect(end.status == status, "\(verb)", sourceLocation: sourceLocation)
            #expect(end.output.isEmpty, sourceLocation: sourceLocation)
            let lines = end.errors.split(separator: "\n")
            #expect(lines.first.map(String.init) == message, sourceLocation: sourceLocation)
            #expect(lines.last.map(String.init) == "  try: " + hint, sourceLocation: sourceLocation)
        }
        #expect(!workspace.exists("plan.sandbox.sqlite"), sourceLocation: sourceLocation)
    }

    @Test func aMissingFile() async throws {
        let workspace = try workspace()
        try workspace.writePlan(files: "missing.csv")
        try await expect(
            66, "missing.csv: error: the file does not exist", hint: "check source.files in the plan", in: workspace)
    }

    @Test func aMissingPlan() async throws {
        let end = try await workspace().program.run("validate", "no-plan.yaml")
        #expect(end.status == 66)
        #expect(end.errors.hasPrefix("no-plan.yaml: error: "))
    }

    @Test func aDirectory() async throws {
        let workspace = try workspace()
        try workspace.writePlan(files: "export")
        try workspace.write("export/tickets.csv", Tickets.csv(1))
        try await expect(
            66, "export: error: this is a directory, not a file", hint: "name the files in it: export/*.csv",
            in: workspace)
    }

    @Test func anUnknownKeyIsNamedWithTheNearestKnownOne() async throws {
        let workspace = try workspace()
        try workspace.writePlan(more: "limits: { rejectoins: 3 }")
        try await expect(
            78, "plan.yaml:10: error: unknown key \"rejectoins\" in limits", hint: "did you mean rejections?",
            in: workspace)
    }

    @Test func aMissingEnvironmentVariable() async throws {
        let workspace = try workspace()
        try workspace.writePlan(
            more: "customer: { name: \"${NO_SUCH_TOKEN}\" }")
        try await expect(
            78, "plan.yaml:10: error: the environment variable NO_SUCH_TOKEN is not set",
            hint: "set it, as in: export NO_SUCH_TOKEN=…; or write $${ for the two characters ${", in: workspace)
    }

    @Test func aLookupFileWithoutItsColumn() async throws {
        let workspace = try workspace()
        try workspace.write("customers.csv", "mail,id\n")
        try workspace.writePlan(
            conversation: "customer_id: { from: id, lookup: customers.csv, match: email, take: id }")
        try await expect(
            78, "plan.yaml:10: error: the lookup file customers.csv has no column email", hint: "did you mean mail?",
            in: workspace)
    }

    @Test func aColumnThatTheFileDoesNotHave() async throws {
        let workspace = try workspace()
        try workspace.writePlan(conversation: "created_at: { from: craeted, date: iso8601 }")
        let end = try await workspace.program.run("run", "plan.yaml")
        #expect(end.status == 78)
        #expect(end.errors.contains("craeted"))
    }

    @Test func anEmptyFile() async throws {
        let workspace = try workspace()
        try workspace.writePlan()
        try workspace.write("tickets.csv", "")
        try await expect(
            65, "tickets.csv: error: the file is empty: it has not even a header", hint: "export the tickets again",
            in: workspace)
    }

    @Test("An empty JSON Lines file is one of no records where the plan says that it is JSON Lines")
    func anEmptyJSONLinesFile() async throws {
        let workspace = try workspace()
        try workspace.write("tickets.jsonl", "\n")
        try workspace.writePlan(files: "tickets.jsonl")
        try await expect(
            65, "tickets.jsonl: error: the file is empty: it holds no record, and nothing tells its format",
            hint: "export the tickets again; where none is right, say format: jsonl, which may be empty", in: workspace)
        try workspace.writePlan(files: "tickets.jsonl", source: "format: jsonl")
        let end = try await workspace.program.run("validate", "plan.yaml")
        #expect(end.status == 0)
        #expect(end.errors.contains("0 records read"))
    }

    @Test func aHeaderAloneIsAFileOfNoRecords() async throws {
        let workspace = try workspace()
        try workspace.writePlan()
        try workspace.write("tickets.csv", Tickets.header)
        for verb in ["validate", "run"] {
            let end = try await workspace.program.run(verb, "plan.yaml")
            #expect(end.status == 0)
            #expect(end.errors.contains("0 records read"))
        }
        #expect(try workspace.applied().isEmpty)
    }

    @Test func aFileThatIsNotWhatItsFormatSays() async throws {
        let workspace = try workspace()
        let hint = "correct source.format, or leave it out: it is found by looking at the bytes"
        try workspace.writePlan(source: "format: jsonl")
        try await expect(
            65,
            "tickets.csv: error: the plan says format: jsonl, but the file is no JSON: it begins with neither { nor [",
            hint: hint, in: workspace)
        try workspace.writePlan(source: "format: csv")
        try workspace.write("tickets.csv", "{\"id\": 1}\n")
        try await expect(
            65, "tickets.csv: error: the plan says format: csv, but the file is JSON", hint: hint, in: workspace)
    }

    @Test(
        "A destination that cannot be used leaves nothing behind",
        arguments: [
            ("foo", "", "there is no destination foo"), ("api", "", "the plan has no destination api"),
            ("postgres", "", "the plan has no destination postgres"),
            (
                "api", "destinations: { api: { url: \"https://pingback.invalid\", token: t } }",
                "https://pingback.invalid may deliver opening messages to real people"
            ),
            ("api", "destinations: { api: { url: \"http://10.0.0.1\", token: t } }", "10.0.0.1 without encryption"),
            ("api", "destinations: { api: { url: \"https://pingback.invalid\" } }", "destination api has no token"),
            (
                "api", "destinations: { api: { url: \"https://pingback.invalid\", token: t, ca: tickets.csv } }",
                "no certificates in PEM form"
            ),
        ])
    func unusableDestination(_ name: String, _ destinations: String, _ message: String) async throws {
        let workspace = try workspace()
        try workspace.writePlan(more: destinations)
        let end = try await workspace.program.run("run", "plan.yaml", "--to", name)
        #expect(end.status == 78)
        #expect(end.errors.contains(message))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: workspace.folder.url.path).sorted()
                == ["plan.yaml", "tickets.csv"])
    }

    @Test("An output that cannot be written stops before anything is sent", arguments: ["rejects", "checkpoint"])
    func unwritable(_ option: String) async throws {
        let workspace = try workspace()
        try workspace.writePlan()
        // A file stands where a folder would have to be: permission bits would not keep the superuser out.
        let end = try await workspace.program.run("run", "plan.yaml", "--\(option)", "tickets.csv/inside")
        #expect(end.status == 73)
        #expect(end.errors.hasPrefix("tickets.csv/inside"))
        #expect(end.errors.contains("Not a directory"))
        #expect(end.errors.contains("\n  try: "))
        #expect(try !workspace.exists("plan.sandbox.sqlite") || workspace.applied().isEmpty)
    }

    @Test("A file where the rejects' folder should be stays as it is", arguments: ["validate", "run"])
    func rejectsAtAFile(_ verb: String) async throws {
        let workspace = try workspace()
        try workspace.writePlan()
        try workspace.write("file", "mine")
        let end = try await workspace.program.run(verb, "plan.yaml", "--rejects", "file")
        #expect(end.status == 73)
        #expect(end.errors.hasPrefix("file: error: this is a file, and the rejected records go into a folder\n"))
        #expect(end.errors.hasSuffix("\n  try: name a folder with --rejects\n"))
        #expect(try workspace.read("file") == "mine")
        #expect(try !workspace.exists("plan.sandbox.sqlite") || workspace.applied().isEmpty)
    }

    @Test("A file of the dry run that cannot be written is named", arguments: ["output", "summary", "rejects"])
    func unwritableDryRun(_ option: String) async throws {
        let workspace = try workspace()
        try workspace.writePlan()
        let end = try await workspace.program.run("validate", "plan.yaml", "--\(option)", "tickets.csv/inside")
        #expect(end.status == 73)
        #expect(end.errors.contains("tickets.csv/inside: error: cannot be written: Not a directory"))
    }

    @Test("Wrong usage is said by the argument parser", arguments: ["nonsense", "run", "records x --limit 0"])
    func usage(_ words: String) async throws {
        let end = try await workspace().program.run(words.split(separator: " ").map(String.init))
        #expect(end.status == 64)
        #expect(end.errors.contains("Usage: pingback-import"))
    }

    @Test("A line of a gigabyte is one rejected record, in memory that does not grow with it")
    func aHugeLine() async throws {
        let workspace = try Workspace()
        try workspace.writePlan(files: "-")
        // On its way through a pipe it is never whole anywhere; the shell's last command is the program itself.
        let shell = Program(URL(filePath: "/bin/bash"), in: workspace.folder)
        let running = try shell.start([
            "-c",
            """
            exec "$0" validate plan.yaml < <(
                printf 'id,text,status\\n1,first,open\\n2,'
                head -c 1000000000 /dev/zero | tr '\\0' y
                printf ',open\\n3,last,open\\n')
            """, workspace.program.executable.path,
        ])
        var peak = 0
        try await running.wait {
            peak = max(peak, running.peakMemory ?? 0)
            return !running.isRunning
        }
        let end = try await running.end()
        #expect(end.status == 3)
        #expect(end.errors.contains("-:3: rejected [record.too-long]"))
        #expect(end.errors.contains("3 records read, 2 valid, 1 rejected"))
        // Twice the record's limit and what a debug build takes, far from the gigabyte.
        #expect(peak < 300_000_000)
    }
}
