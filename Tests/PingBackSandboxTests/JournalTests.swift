import Foundation
import PingBackSandbox
import Testing

@Suite("The journal")
struct JournalTests {
    @Test("has each of 200 concurrent creates once, as it was answered")
    func concurrentCreates() async throws {
        try await SandboxFixture.with { sandbox in
            let answered = try await withThrowingTaskGroup(of: (String, String).self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let text = "ticket \(number)"
                        let reply = try await sandbox.create(message: text, customerID: SandboxFixture.customerID)
                        return (reply.id, text)
                    }
                }
                return try await group.reduce(into: [String: String]()) { $0[$1.0] = $1.1 }
            }
            let entries = try SandboxJournal(ofDataFile: sandbox.dataFile).entries
            #expect(answered.count == 200)
            #expect(entries.count == 200)
            #expect(entries.map(\.sequence) == Array(1...200))
            #expect(entries.allSatisfy { answered[$0.conversationID] == $0.message })
            #expect(entries.allSatisfy { $0.customerID == SandboxFixture.customerID })
            #expect(Set(entries.map(\.conversationID)).count == 200)
        }
    }

    @Test("keeps when, from where, and under which key a request came")
    func circumstances() async throws {
        try await SandboxFixture.with { sandbox in
            let before = Int64(Date().timeIntervalSince1970 * 1_000)
            let reply = try await sandbox.send(
                "POST", "conversations/", #"{"business_id": "\#(SandboxFixture.businessID)"}"#,
                headers: ["Idempotency-Key": "record-7"])
            let entry = try #require(try SandboxJournal(ofDataFile: sandbox.dataFile).entries.first)
            #expect(entry.conversationID == reply.id)
            #expect(entry.idempotencyKey == "record-7")
            #expect(entry.message == nil && entry.customerID == nil)
            #expect(entry.peer?.hasPrefix("127.0.0.1:") == true)
            #expect((before...before + 30_000).contains(entry.receivedAt))
        }
    }

    @Test("does not make two requests of one key into one conversation")
    func keysAreNotObeyed() async throws {
        try await SandboxFixture.with { sandbox in
            for _ in 1...2 {
                _ = try await sandbox.send(
                    "POST", "conversations/", #"{"business_id": "\#(SandboxFixture.businessID)"}"#,
                    headers: ["Idempotency-Key": "same"])
            }
            #expect(try SandboxJournal(ofDataFile: sandbox.dataFile).entries.count == 2)
        }
    }

    @Test("knows nothing of refused creates and of other requests")
    func onlyCreates() async throws {
        try await SandboxFixture.with { sandbox in
            let id = try await sandbox.create(message: "one").id
            _ = try await sandbox.create(message: " ")
            _ = try await sandbox.put("conversations/\(id)/close")
            _ = try await sandbox.post("conversations/\(id)/messages", #"{"content": "two"}"#)
            #expect(try SandboxJournal(ofDataFile: sandbox.dataFile).entries.map(\.message) == ["one"])
        }
    }
}
