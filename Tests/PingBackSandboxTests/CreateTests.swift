import Foundation
import PingBackSandbox
import Testing

@Suite("Creating a conversation")
struct CreateTests {
    @Test("answers the documented object, absent values as null")
    func bare() async throws {
        try await SandboxFixture.with { sandbox in
            let reply = try await sandbox.create()
            #expect(reply.status == 200)
            #expect(
                Set(reply.object.keys) == [
                    "id", "business_id", "customer_id", "assignee_id", "status", "channel_type", "channel_id",
                    "created_at", "updated_at", "first_response_at", "customer", "messages",
                ])
            #expect(reply.object["business_id"] as? String == SandboxFixture.businessID)
            #expect(reply.object["status"] as? String == "open")
            #expect(reply.object["channel_type"] as? String == "widget")
            #expect(reply.object["channel_id"] is String)
            for absent in ["customer_id", "assignee_id", "first_response_at", "customer"] {
                #expect(reply.object[absent] is NSNull, "\(absent)")
            }
            #expect((reply.object["messages"] as? [Any])?.isEmpty == true)
            let created = try #require(reply.object["created_at"] as? String)
            #expect(created.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil)
            #expect(reply.object["updated_at"] as? String == created)
            #expect(reply.header("Date") != nil)
        }
    }

    @Test("an opening message becomes an agent message of the token's user, byte for byte")
    func message() async throws {
        let text = "  Grüße, \u{1F642}\r\n\"quoted\" / slashed\u{2028}  "
        try await SandboxFixture.with { sandbox in
            let reply = try await sandbox.create(message: text)
            let messages = try #require(reply.object["messages"] as? [[String: Any]])
            #expect(messages.count == 1)
            #expect(messages[0]["content"] as? String == text)
            #expect(messages[0]["sender_type"] as? String == "agent")
            #expect(messages[0]["conversation_id"] as? String == reply.id)
            #expect((messages[0]["attachments"] as? [Any])?.isEmpty == true)
            let me = try await sandbox.get("auth/me").object["user"] as? [String: Any]
            #expect(messages[0]["sender_id"] as? String == me?["id"] as? String)
            #expect(reply.object["first_response_at"] as? String == reply.object["created_at"] as? String)
        }
    }

    @Test("any well-formed customer id is an existing customer, embedded with integer ids")
    func customer() async throws {
        try await SandboxFixture.with { sandbox in
            let reply = try await sandbox.create(customerID: SandboxFixture.customerID.uppercased())
            #expect(reply.status == 200)
            #expect(reply.object["customer_id"] as? String == SandboxFixture.customerID)
            let customer = try #require(reply.object["customer"] as? [String: Any])
            #expect(
                Set(customer.keys) == ["id", "business_id", "name", "email", "phone", "external_id", "created_at"])
            #expect(customer["id"] is Int && customer["business_id"] is Int)
            #expect(customer["phone"] is NSNull && customer["external_id"] is NSNull)

            let again = try await sandbox.create(customerID: SandboxFixture.customerID)
            #expect((again.object["customer"] as? [String: Any])?["id"] as? Int == customer["id"] as? Int)
        }
    }

    @Test("nulls are as good as absent, and unknown fields are ignored")
    func nullsAndUnknownFields() async throws {
        try await SandboxFixture.with { sandbox in
            let reply = try await sandbox.post(
                "conversations/",
                """
                {"business_id": "\(SandboxFixture.businessID)", "customer_id": null, "initial_message": null,
                 "channel_id": 7, "subject": {"a": [1]}}
                """)
            #expect(reply.status == 200)
            #expect(reply.object["customer_id"] is NSNull)
        }
    }

    @Test(
        "what is wrong with a body is said all at once",
        arguments: [
            ("{}", ["body.business_id: value_error.missing"]),
            (#"{"business_id": null}"#, ["body.business_id: type_error.none.not_allowed"]),
            (
                #"{"business_id": "7", "customer_id": 42, "initial_message": ["x"]}"#,
                [
                    "body.business_id: type_error.uuid", "body.customer_id: type_error.str",
                    "body.initial_message: type_error.str",
                ]
            ),
            (
                #"{"business_id": "B", "customer_id": "x"}"#,
                [
                    "body.business_id: type_error.uuid", "body.customer_id: type_error.uuid",
                ]
            ),
            (#"{"business_id": "b2c3d4e5-f6a7-8901-bcde-f1234567890g"}"#, ["body.business_id: type_error.uuid"]),
            (
                #"{"business_id": "\#(SandboxFixture.businessID)", "initial_message": ""}"#,
                ["body.initial_message: value_error.str.blank"]
            ),
            (
                #"{"business_id": "\#(SandboxFixture.businessID)", "initial_message": " \n\t\u00a0"}"#,
                ["body.initial_message: value_error.str.blank"]
            ),
            (
                #"{"business_id": "\#(SandboxFixture.businessID)", "initial_message": "a\u0000b"}"#,
                ["body.initial_message: value_error.str.nul"]
            ),
            ("", ["body: value_error.missing"]),
            ("[]", ["body: type_error.dict"]),
            (#""text""#, ["body: type_error.dict"]),
            (#"{"business_id": "#, ["body: value_error.jsondecode"]),
            (#"{"business_id": 'single'}"#, ["body: value_error.jsondecode"]),
        ])
    func invalid(body: String, findings: [String]) async throws {
        try await SandboxFixture.with { sandbox in
            let reply = try await sandbox.post("conversations/", body)
            #expect(reply.status == 422)
            #expect(reply.findings == findings)
            #expect(try await sandbox.get("conversations/").list.isEmpty)
        }
    }

    @Test("a body that is not declared as JSON is no object")
    func contentType() async throws {
        try await SandboxFixture.with { sandbox in
            let body = #"{"business_id": "\#(SandboxFixture.businessID)"}"#
            let text = try await sandbox.send(
                "POST", "conversations/", body, headers: ["Content-Type": "text/plain"])
            #expect(text.status == 422)
            #expect(text.findings == ["body: type_error.dict"])
            let charset = try await sandbox.send(
                "POST", "conversations/", body, headers: ["Content-Type": "Application/JSON; charset=utf-8"])
            #expect(charset.status == 200)
        }
    }

    @Test("another business than the token's is refused")
    func foreignBusiness() async throws {
        try await SandboxFixture.with { sandbox in
            let reply = try await sandbox.post(
                "conversations/", #"{"business_id": "00000000-0000-0000-0000-000000000001"}"#)
            #expect(reply.status == 403)
            #expect(reply.detail != nil)
            #expect(try SandboxJournal(ofDataFile: sandbox.dataFile).entries.isEmpty)
        }
    }

    @Test("a body over 64 MiB is 413, and the server lives on")
    func tooLarge() async throws {
        try await SandboxFixture.with { sandbox in
            let reply = try? await sandbox.create(message: String(repeating: "x", count: 64 * 1024 * 1024))
            // The answer comes before the body has been sent; a client may see the reset instead.
            if let reply {
                #expect(reply.status == 413)
                #expect(reply.detail == "Request body too large")
            }
            let large = try await sandbox.create(message: String(repeating: "x", count: 1024 * 1024))
            #expect(large.status == 200)
        }
    }

    @Test("the latency is waited after the commit")
    func latency() async throws {
        try await SandboxFixture.with(latency: .milliseconds(300)) { sandbox in
            let start = ContinuousClock.now
            async let reply = sandbox.create(message: "slow")
            while try SandboxJournal(ofDataFile: sandbox.dataFile).entries.isEmpty {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(try await reply.status == 200)
            #expect(ContinuousClock.now - start >= .milliseconds(300))
        }
    }
}
