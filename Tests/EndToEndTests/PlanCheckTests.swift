import Foundation
import ImportTestSupport
import Testing

/// What the plan gets wrong for all records is said before the first one is sent.
@Suite struct PlanCheckTests {
    private func workspace(_ plan: String) throws -> Workspace {
        let workspace = try Workspace()
        try workspace.write(
            "tickets.jsonl",
            (1...3).map { number in
                #"{"id": \#(number), "text": "ticket \#(number) of many", "status": "open", "#
                    + #""requester": {"email": null}, "tags": [{"name": "x"}], "comments": [{"body": "b"}]}"# + "\n"
            }.joined())
        try workspace.write("plan.yaml", plan)
        return workspace
    }

    private func plan(files: String = "tickets.jsonl", key: String = "id", email: String, content: String = "body")
        -> String
    {
        """
        version: 1
        name: end-to-end
        business_id: \(Workspace.businessID)
        source:
          files: ["\(files)"]
          key: \(key)
          messages: { in: comments, map: { content: \(content), sender_type: { constant: agent } } }
        conversation:
          initial_message: text
        customer:
          email: \(email)

        """
    }

    @Test("A path that occurs nowhere is named with the nearest that does", arguments: ["validate", "preview", "run"])
    func absentPath(_ verb: String) async throws {
        let workspace = try workspace(plan(email: "requester.emial", content: "boddy"))
        let end = try await workspace.program.run(verb, "plan.yaml")
        #expect(
            end.errors.hasPrefix(
                """
                plan.yaml:11: warning: requester.emial is in none of the first 3 records
                  try: did you mean requester.email?
                plan.yaml:7: warning: boddy is in none of the messages of the first 3 records
                  try: did you mean body?

                """), "\(end.errors)")
        #expect(try await !workspace.program.run(verb, "plan.yaml", "--quiet").errors.contains("warning"))
        let line = try await workspace.program.run(verb, "plan.yaml", "--log-format", "json").errors.split(
            separator: "\n")
        let object = try JSONSerialization.jsonObject(with: Data(#require(line.first).utf8)) as? [String: Any] ?? [:]
        let expected = [
            "level": "warning", "event": "warning", "plan": "end-to-end", "place": "plan.yaml:11",
            "message": "requester.emial is in none of the first 3 records", "try": "did you mean requester.email?",
        ]
        for (key, value) in expected { #expect(object[key] as? String == value, "\(key)") }
    }

    @Test(
        "What occurs, be it null, in a list, or through standard input, is no warning",
        arguments: ["-", "tickets.jsonl"])
    func presentPath(_ files: String) async throws {
        for path in ["requester.email", "\"tags[0].name\"", "status"] {
            let workspace = try workspace(plan(files: files, email: path))
            let end = try await workspace.program.run(
                "run", "plan.yaml", input: .file(workspace.folder.path("tickets.jsonl")))
            #expect(!end.errors.contains("warning"), "\(end.errors)")
            #expect(end.errors.contains("3 records read"))
        }
    }

    @Test func aPathThatIsNearToNothingIsNamedAlone() async throws {
        let workspace = try workspace(plan(files: "-", email: "contact"))
        let end = try await workspace.program.run(
            "validate", "plan.yaml", input: .file(workspace.folder.path("tickets.jsonl")))
        #expect(
            end.errors.hasPrefix(
                """
                plan.yaml:11: warning: contact is in none of the first 3 records
                  try: check the path: dots lead into objects, [0] into lists

                """), "\(end.errors)")
        #expect(end.errors.contains("3 records read"))
    }

    @Test("A time without a zone is found in any file before the first record is sent")
    func zonelessTime() async throws {
        let workspace = try Workspace()
        let header = "id,text,status,at\n"
        try workspace.write(
            "a.csv", header + (1...1_200).map { "\($0),ticket \($0),open,2024-05-01T10:00:00Z\n" }.joined())
        try workspace.write(
            "b.csv",
            header
                + (1...1_200).map {
                    "b\($0),ticket \($0),open,2024-05-01T10:00:00\($0 == 900 ? "" : "Z")\n"
                }.joined())
        try workspace.writePlan(files: "[ab].csv", conversation: "created_at: { from: at, date: iso8601 }")
        let end = try await workspace.program.run("run", "plan.yaml")
        #expect(end.status == 78)
        #expect(
            end.errors == """
                b.csv:901: error: the time for created_at states no offset from UTC, and the plan states no zone
                  safe: nothing was sent
                  try: state the zone beside date:, as in zone: Europe/Berlin

                """)
        #expect(!workspace.exists("plan.sandbox.checkpoint"))
        #expect(!workspace.exists("plan.sandbox.sqlite"))
    }
}
