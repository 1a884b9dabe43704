import Foundation
import Testing

@Suite("Reading and changing conversations")
struct ConversationTests {
    @Test("the list is a bare array, newest update first, without messages")
    func order() async throws {
        try await SandboxFixture.with { sandbox in
            var ids: [String] = []
            for number in 1...5 { ids.append(try await sandbox.create(message: "\(number)").id) }
            _ = try await sandbox.put("conversations/\(ids[1])/resolve")
            let list = try await sandbox.get("conversations/").list
            #expect(list.compactMap { $0["id"] as? String } == [ids[1], ids[4], ids[3], ids[2], ids[0]])
            #expect(list.allSatisfy { ($0["messages"] as? [Any])?.isEmpty == true })
        }
    }

    @Test("pages are of 50, of up to 100 on demand, and end with a shorter one")
    func paging() async throws {
        try await SandboxFixture.with { sandbox in
            var created: [String] = []
            for _ in 1...120 { created.append(try await sandbox.create().id) }
            func page(_ query: String) async throws -> [String] {
                try await sandbox.get("conversations/\(query)").list.compactMap { $0["id"] as? String }
            }
            let newestFirst = Array(created.reversed())
            #expect(try await page("") == Array(newestFirst[0..<50]))
            #expect(try await page("?page=3") == Array(newestFirst[100..<120]))
            #expect(try await page("?page=2&limit=7") == Array(newestFirst[7..<14]))
            #expect(try await page("?limit=500") == Array(newestFirst[0..<100]))
            #expect(try await page("?page=4").isEmpty)
            #expect(try await page("?page=9223372036854775807&limit=100").isEmpty)
        }
    }

    @Test("the list may be narrowed to a status")
    func statusFilter() async throws {
        try await SandboxFixture.with { sandbox in
            let open = try await sandbox.create().id
            let closed = try await sandbox.create().id
            _ = try await sandbox.put("conversations/\(closed)/close")
            for (status, ids) in [("open", [open]), ("closed", [closed]), ("resolved", []), ("pending", [])] {
                let list = try await sandbox.get("conversations/?status=\(status)").list
                #expect(list.compactMap { $0["id"] as? String } == ids, "\(status)")
            }
            // Documented as an integer, while users have UUIDs: it can match nobody.
            #expect(try await sandbox.get("conversations/?assignee_id=42").list.isEmpty)
        }
    }

    @Test("wrong query values are 422")
    func wrongQuery() async throws {
        try await SandboxFixture.with { sandbox in
            let reply = try await sandbox.get("conversations/?status=done&assignee_id=a&page=0&limit=many")
            #expect(reply.status == 422)
            #expect(
                reply.findings == [
                    "query.status: type_error.enum", "query.assignee_id: type_error.integer",
                    "query.page: value_error.number.not_ge", "query.limit: type_error.integer",
                ])
        }
    }

    @Test("one conversation comes with its whole history in order of time")
    func history() async throws {
        try await SandboxFixture.with { sandbox in
            let created = try await sandbox.create(message: "first", customerID: SandboxFixture.customerID)
            let sent = try await sandbox.post(
                "conversations/\(created.id)/messages", #"{"content": "second", "attachments": []}"#)
            #expect(sent.status == 200)
            #expect(sent.object["content"] as? String == "second")
            #expect(sent.object["sender_type"] as? String == "agent")
            #expect(sent.object["conversation_id"] as? String == created.id)

            let read = try await sandbox.get("conversations/\(created.id)")
            #expect(read.status == 200)
            let messages = try #require(read.object["messages"] as? [[String: Any]])
            #expect(messages.compactMap { $0["content"] as? String } == ["first", "second"])
            #expect((read.object["customer"] as? [String: Any])?["id"] is Int)
            let before = try #require(created.object["updated_at"] as? String)
            let after = try #require(read.object["updated_at"] as? String)
            #expect(after > before)
            #expect(read.object["first_response_at"] as? String == before)
        }
    }

    @Test("the first message to a silent conversation is its first response")
    func firstResponse() async throws {
        try await SandboxFixture.with { sandbox in
            let id = try await sandbox.create().id
            let sent = try await sandbox.post("conversations/\(id)/messages", #"{"content": "hello"}"#)
            let read = try await sandbox.get("conversations/\(id)")
            #expect(read.object["first_response_at"] as? String == sent.object["created_at"] as? String)
        }
    }

    @Test("a message needs words, and has nothing to attach")
    func invalidMessages() async throws {
        try await SandboxFixture.with { sandbox in
            let path = "conversations/\(try await sandbox.create().id)/messages"
            #expect(try await sandbox.post(path, "{}").findings == ["body.content: value_error.missing"])
            #expect(
                try await sandbox.post(path, #"{"content": " "}"#).findings == ["body.content: value_error.str.blank"])
            #expect(
                try await sandbox.post(path, #"{"content": "x", "attachments": [{"url": "y"}]}"#).findings
                    == ["body.attachments: value_error.list.not_empty"])
            #expect(
                try await sandbox.post(path, #"{"content": "x", "attachments": "y"}"#).findings
                    == ["body.attachments: type_error.list"])
        }
    }

    @Test("resolving and closing are stamped once, and repeating them is harmless", arguments: ["resolve", "close"])
    func endings(verb: String) async throws {
        let status = verb == "resolve" ? "resolved" : "closed"
        try await SandboxFixture.with { sandbox in
            let id = try await sandbox.create().id
            let first = try await sandbox.put("conversations/\(id)/\(verb)")
            #expect(first.status == 200)
            #expect(Set(first.object.keys) == ["\(status)_at"])
            let second = try await sandbox.put("conversations/\(id)/\(verb)")
            #expect(second.status == 200)
            #expect(second.detail == "Already \(status)")
            let read = try await sandbox.get("conversations/\(id)")
            #expect(read.object["status"] as? String == status)
            #expect(read.object["updated_at"] as? String == first.object["\(status)_at"] as? String)
            #expect(read.object["\(status)_at"] == nil)
        }
    }

    @Test("of resolve and close the last one holds")
    func lastEndingHolds() async throws {
        try await SandboxFixture.with { sandbox in
            let id = try await sandbox.create().id
            _ = try await sandbox.put("conversations/\(id)/close")
            #expect(try await sandbox.put("conversations/\(id)/resolve").object["resolved_at"] is String)
            #expect(try await sandbox.get("conversations/\(id)").object["status"] as? String == "resolved")
        }
    }

    @Test("a conversation that is not there is 404 everywhere")
    func notFound() async throws {
        try await SandboxFixture.with { sandbox in
            let agent = try #require(try await sandbox.get("team/members").list[2]["user_id"] as? String)
            for id in [SandboxFixture.customerID, "42", "g7b8c9d0"] {
                let replies = [
                    try await sandbox.get("conversations/\(id)"),
                    try await sandbox.put("conversations/\(id)/resolve"),
                    try await sandbox.put("conversations/\(id)/close"),
                    try await sandbox.put("conversations/\(id)/assign/\(agent)"),
                    try await sandbox.post("team/assign/\(id)?agent_id=\(agent)"),
                    try await sandbox.post("conversations/\(id)/messages", #"{"content": "x"}"#),
                ]
                #expect(replies.map(\.status) == Array(repeating: 404, count: 6))
                #expect(replies.allSatisfy { $0.detail == "Conversation not found" })
            }
        }
    }
}
