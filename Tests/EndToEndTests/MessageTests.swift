import Foundation
import ImportTestSupport
import Testing

/// Messages from where products put them, through the program as a person runs it.
@Suite struct MessageTests {
    /// The conversations that a dry run would write, and its summary.
    private func validated(_ workspace: Workspace, status: Int32 = 0) async throws -> (
        conversations: [[String: Any]], summary: [String: Any]
    ) {
        let end = try await workspace.program.run(
            "validate", "plan.yaml", "--output", "out.jsonl", "--summary", "summary.json")
        #expect(end.status == status, "\(end.errors)")
        let lines = try workspace.bytes("out.jsonl").split(separator: 0x0A)
        let conversations = try lines.map { try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any] ?? [:] }
        return (conversations, try workspace.summary("summary.json"))
    }

    private func messages(_ conversation: [String: Any]) -> [String] {
        let messages = conversation["messages"] as? [[String: Any]] ?? []
        return messages.map { "\($0["sender_type"] ?? "-"): \($0["content"] ?? "-")" }
    }

    @Test func `Jira's repeated comment columns become messages in the order of their times`() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "tickets.csv",
            """
            id,text,status,reporter,Comment,Comment,Comment
            P-1,opened,open,ann,02/Feb/24 9:10 AM;bob;*Done*; see [here|https://a.example],01/Feb/24 1:00 PM;ann;first,
            P-2,opened,open,ann,03/Feb/24 9:10 AM;automation;closed,,
            P-3,opened,open,ann,no date at all,,

            """)
        try workspace.writePlan(
            source: """
                messages:
                  in: { columns: Comment, split: { by: ";", into: [date, author, body] } }
                  drop: { bot: { from: author, is: automation } }
                  map:
                    content: { from: body, convert: jira-wiki-to-text }
                    created_at: { from: date, date: "d/MMM/yy h:mm a", zone: UTC }
                    sender_type:
                      first_of:
                        - { when: { from: author, same_as: reporter }, then: customer }
                        - { constant: agent }
                """)
        let (conversations, summary) = try await validated(workspace, status: 3)
        #expect(
            conversations.map(messages) == [
                ["customer: first", "agent: Done; see here (https://a.example)"], [],
            ])
        let books = summary["messages"] as? [String: Int]
        #expect(books?["dropped"] == 1)
        // Of each valid record the opening message and those of the columns, and the opening one of the rejected.
        #expect(books?["read"] == 6)
        #expect(books?["rejected"] == 1)
        #expect((summary["repairs"] as? [String: Int]) == ["message-dropped.bot": 1])
        let rejections = try workspace.read("plan.validate.rejects/rejections.jsonl")
        #expect(rejections.contains("messages.not-split"))
    }

    @Test func `a list that a cell holds as JSON becomes messages, its HTML text`() async throws {
        let workspace = try Workspace()
        try workspace.write(
            "tickets.csv",
            #"""
            id,text,status,parts
            1,opened,open,"[{""body"":""<p>Hi <b>there</b></p><p>&amp; you</p>"",""kind"":""user"",""at"":1700000000},{""body"":null,""kind"":""note"",""at"":1}]"
            2,opened,open,
            3,opened,open,"[{""body"":""x"""

            """#)
        try workspace.writePlan(
            source: """
                messages:
                  in: { json: parts }
                  drop: { internal-note: { from: kind, is: note } }
                  map:
                    content: { from: body, convert: html-to-text }
                    created_at: { from: at, date: epoch }
                    sender_type: { from: kind, values: { user: customer, admin: agent } }
                """)
        let (conversations, summary) = try await validated(workspace, status: 3)
        #expect(conversations.map(messages) == [["customer: Hi there\n\n& you"], []])
        #expect((summary["messages"] as? [String: Int])?["dropped"] == 1)
        let rejections = try workspace.read("plan.validate.rejects/rejections.jsonl")
        #expect(rejections.contains("json.syntax"))
        #expect(rejections.contains("\"line\":4"))
    }

    @Test func `a run keeps exact books of what the plan leaves out, also in two processes`() async throws {
        let workspace = try Workspace()
        let rows = (1...20).map { "\($0),ticket \($0),open,bot;x,ann;y\n" }.joined()
        try workspace.write("tickets.csv", "id,text,status,C,C\n" + rows)
        try workspace.writePlan(
            source: """
                messages:
                  in: { columns: C, split: { by: ";", into: [who, body] } }
                  drop: { bot: { from: who, is: bot } }
                  map: { content: body }
                """,
            more: "destinations: { sandbox: { accept_loss: [messages] } }")
        let half = try await workspace.program.run("run", "plan.yaml", "--limit", "7")
        #expect(half.errors.contains("7"), "\(half.errors)")
        let end = try await workspace.program.run("run", "plan.yaml", "--summary", "summary.json")
        #expect(end.status == 0, "\(end.errors)")
        let books = try workspace.summary("summary.json")["messages"] as? [String: Int]
        #expect(books?["read"] == 60)
        #expect(books?["created"] == 20)
        #expect(books?["dropped"] == 40)
    }
}
