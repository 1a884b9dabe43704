import Foundation
import PingBackSandbox
import Testing

@Suite("Faulty answers")
struct AnswerFaultTests {
    private static func reply(to deed: String) async throws -> (reply: Reply, applied: Int) {
        var result: (Reply, Int)?
        try await SandboxFixture.with(script: "faults: [{when: {request: create}, do: {\(deed)}}]") { sandbox in
            let reply = try await sandbox.create(message: "text", customerID: SandboxFixture.customerID)
            result = (reply, try SandboxJournal(ofDataFile: sandbox.dataFile).entries.count)
        }
        return try #require(result)
    }

    @Test("is a list in place of an object, or has no id")
    func shape() async throws {
        let (list, applied) = try await Self.reply(to: "answer: list")
        #expect(list.status == 200 && list.list.count == 1 && applied == 1)
        let (nameless, _) = try await Self.reply(to: "answer: no-id")
        #expect(nameless.status == 200 && nameless.object["id"] == nil && nameless.object["status"] is String)
    }

    @Test(
        "names another business, customer, channel, or message",
        arguments: ["business", "customer", "channel", "message"])
    func echo(what: String) async throws {
        let (reply, applied) = try await Self.reply(to: "answer: wrong-\(what)")
        let business = reply.object["business_id"] as? String == SandboxFixture.businessID
        let customer = reply.object["customer_id"] as? String == SandboxFixture.customerID
        let channel = reply.object["channel_type"] as? String == "widget"
        let message = (reply.object["messages"] as? [[String: Any]])?.first?["content"] as? String == "text"
        #expect(applied == 1 && !reply.id.isEmpty)
        #expect(
            [business, customer, channel, message]
                == ["business", "customer", "channel", "message"].map { $0 != what })
    }

    @Test("is no JSON, or nothing at all")
    func noJSON() async throws {
        let (page, _) = try await Self.reply(to: "answer: not-json")
        #expect(page.status == 200 && page.json == nil && page.header("Content-Type") == "text/html")
        let (empty, applied) = try await Self.reply(to: "answer: empty")
        #expect(empty.status == 200 && empty.body.isEmpty && applied == 1)
        let (none, _) = try await Self.reply(to: "answer: no-content")
        #expect(none.status == 204 && none.body.isEmpty)
    }

    @Test("is far too long, in its body or in its headers")
    func tooLong() async throws {
        let (huge, _) = try await Self.reply(to: "answer: huge-body")
        #expect(huge.status == 200 && huge.body.count > 64 << 20)
        try await SandboxFixture.with(script: "faults: [{do: {answer: header-flood}}]") { sandbox in
            let connection = try RawConnection(sandbox)
            connection.sendCreate("text")
            connection.readAnswer()
            #expect(connection.received.utf8.count > 1_000_000)
        }
    }

    @Test("says when to try again, in every form")
    func retryAfter() async throws {
        let (seconds, _) = try await Self.reply(to: "status: 503, retry_after: 2")
        #expect(seconds.header("Retry-After") == "2")
        let now = Date()
        for (typed, offset) in [("in 1h", 3600.0), ("60s ago", -60.0)] {
            let (dated, _) = try await Self.reply(to: "status: 429, retry_after: \(typed)")
            let formatter = DateFormatter()
            formatter.locale = Locale(identifier: "en_US_POSIX")
            formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
            formatter.timeZone = .gmt
            let date = try #require(dated.header("Retry-After").flatMap { formatter.date(from: $0) })
            #expect(abs(date.timeIntervalSince(now) - offset) < 30)
        }
        let (garbage, _) = try await Self.reply(to: "status: 429, headers: {Retry-After: [soon, 7]}")
        #expect(garbage.headerValues("Retry-After") == ["soon", "7"])
    }

    @Test("has the body that PingBack documents for its status")
    func documentedBodies() async throws {
        let (quota, applied) = try await Self.reply(to: "status: 402")
        #expect(quota.object["error"] as? String == "limit_exceeded" && applied == 0)
        #expect(quota.object["limit"] is Int && quota.object["feature"] is String)
        let (month, _) = try await Self.reply(to: "status: 429")
        #expect(month.detail == "Monthly message limit reached" && month.header("Retry-After") == nil)
        let (redirect, _) = try await Self.reply(to: "status: 307, headers: {Location: 'http://127.0.0.1:1/'}")
        #expect(redirect.status == 307 && redirect.body.isEmpty)
        #expect(redirect.header("Location") == "http://127.0.0.1:1/")
    }
}
