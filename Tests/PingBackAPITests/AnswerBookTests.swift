import ImportCore
import Testing

@testable import PingBackAPI

@Suite("The answer book, over the wire", .timeLimit(.minutes(1)))
struct AnswerBookTests {
    static let echo = #"""
        {"id":"c1","business_id":"\#(Fixture.business)","status":"open","channel_type":"widget","channel_id":"w1",\#
        "messages":[{"sender_type":"agent","content":"message 1"}]}
        """#

    static let rows: [AnswerRow] = [
        AnswerRow("201 with id", .created("c1"), .done),
        AnswerRow("200 with id", .json(200, echo), .done),
        AnswerRow("business id in capitals", .created("c1", business: Fixture.business.uppercased()), .done),
        AnswerRow(
            "100, then 201", .bytes("HTTP/1.1 100 Continue\r\n\r\n" + ScriptedServer.Reply.response(201, echo)), .done),
        AnswerRow("201 of another business", .created("c1", business: "other"), .done, stops: .protocolMismatch),
        AnswerRow("201 without business", .json(201, #"{"id":"c1"}"#), .done, stops: .protocolMismatch),
        AnswerRow("200 with a list", .json(200, "[\(echo)]"), .inDoubt, stops: .protocolMismatch),
        AnswerRow("201 without id", .json(201, #"{"business_id":"b"}"#), .inDoubt, stops: .protocolMismatch),
        AnswerRow("201 with a number as id", .json(201, #"{"id":7}"#), .inDoubt, stops: .protocolMismatch),
        AnswerRow("201 with an empty id", .json(201, #"{"id":""}"#), .inDoubt, stops: .protocolMismatch),
        AnswerRow("201 with broken JSON", .json(201, #"{"id":"c1""#), .inDoubt, stops: .protocolMismatch),
        AnswerRow("204", .bytes("HTTP/1.1 204 No Content\r\n\r\n"), .inDoubt, stops: .protocolMismatch),
        AnswerRow(
            "201 longer than any conversation", .json(201, String(repeating: "x", count: 1 << 21)), .inDoubt,
            stops: .protocolMismatch),
        AnswerRow(
            "201 cut short",
            .bytesThenClose("HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n" + echo), .inDoubt),
        AnswerRow(
            "201 of HTTP/1.0, which ends with its connection", .bytesThenClose("HTTP/1.0 201 Created\r\n\r\n" + echo),
            .done
        ),
        AnswerRow(
            "201 of HTTP/1.0 that breaks off",
            .bytesThenClose("HTTP/1.0 201 Created\r\n\r\n" + echo.prefix(60)), .inDoubt),
        AnswerRow("201 of HTTP/1.0 without its body", .bytesThenClose("HTTP/1.0 201 Created\r\n\r\n"), .inDoubt),
        AnswerRow(
            "a page of HTTP/1.0", .bytesThenClose("HTTP/1.0 200 OK\r\n\r\n<html>"), .inDoubt,
            stops: .protocolMismatch),
        AnswerRow("301", .json(301, "", ["Location: http://127.0.0.1:9/"]), .released, stops: .protocolMismatch),
        AnswerRow("307", .json(307, "", ["Location: /api/v1/conversations"]), .released, stops: .protocolMismatch),
        AnswerRow("308 without Location", .json(308, ""), .released, stops: .protocolMismatch),
        AnswerRow("400 as the first answer", .json(400, #"{"detail":"no channel"}"#), .released, stops: .plan),
        AnswerRow("401", .json(401, #"{"detail":"expired"}"#), .released, stops: .refused),
        AnswerRow("402", .json(402, #"{"detail":{"error":"limit_exceeded"}}"#), .released, stops: .quota),
        AnswerRow("403", .json(403, ""), .released, stops: .refused),
        AnswerRow("404", .json(404, ""), .released, stops: .protocolMismatch),
        AnswerRow("405", .json(405, ""), .released, stops: .protocolMismatch),
        AnswerRow("409", .json(409, ""), .inDoubt),
        AnswerRow("413", .json(413, "too large"), .refused),
        AnswerRow("422", .json(422, #"{"detail":[{"loc":["body","customer_id"],"msg":"unknown"}]}"#), .refused),
        AnswerRow("429 without Retry-After", .json(429, ""), .released, stops: .quota),
        AnswerRow(
            "429 that asks for a year", .json(429, "", ["Retry-After: 31536000"]), .released, stops: .unavailable),
        AnswerRow(
            "429 that asks for a billion seconds", .json(429, "", ["Retry-After: 1000000000"]), .released,
            stops: .unavailable),
        AnswerRow("503 with a Retry-After that cannot be read", .json(503, "", ["Retry-After: soon"]), .inDoubt),
        AnswerRow("503 with Retry-After", .json(503, "", ["Retry-After: 0"]), .inDoubt),
        AnswerRow("503 that asks for a year", .json(503, "", ["Retry-After: 31536000"]), .inDoubt, stops: .unavailable),
        AnswerRow("503", .json(503, ""), .inDoubt),
        AnswerRow("500", .json(500, ""), .inDoubt),
        AnswerRow("502", .json(502, "<html>"), .inDoubt),
        AnswerRow("504", .json(504, ""), .inDoubt),
        AnswerRow("507", .json(507, ""), .inDoubt),
        AnswerRow("408", .json(408, ""), .inDoubt),
        AnswerRow("425", .json(425, ""), .inDoubt),
        AnswerRow("418", .json(418, ""), .inDoubt),
        AnswerRow("closed without an answer", .close, .inDoubt),
        AnswerRow("reset without an answer", .reset, .inDoubt),
        AnswerRow("closed in the status line", .bytesThenClose("HTTP/1.1 20"), .inDoubt),
        AnswerRow("closed in the headers", .bytesThenClose("HTTP/1.1 201 Created\r\nContent-Le"), .inDoubt),
        AnswerRow("bytes that are no HTTP", .bytesThenClose("\u{1}\u{2}SSH-2.0\r\n\r\n"), .inDoubt),
        AnswerRow(
            "a megabyte of headers",
            .bytesThenClose("HTTP/1.1 201 Created\r\nX: " + String(repeating: "x", count: 1 << 20)), .inDoubt),
    ]

    @Test("An answer has its meaning, and is never asked for twice", arguments: rows)
    func meaning(_ row: AnswerRow) async throws {
        let server = try await ScriptedServer { $0.isCreate ? row.reply : .account() }
        let journal = RecordingJournal()
        let report = try await Fixture.write(Fixture.conversations(1), to: server, journal: journal)
        #expect(report?.status == row.status)
        #expect(journal.last(1)?.state == row.state)
        #expect(journal.last(1)?.remoteID == (row.state == .done ? "c1" : nil))
        #expect(journal.entries.first?.state == .intent)
        #expect(server.creates.count == 1)
        if row.state == .inDoubt { #expect(journal.last(1)?.content?.messageDigest?.count == 32) }
        try await server.close()
    }

    @Test("An answer that does not come in time is in doubt")
    func silence() async throws {
        let server = try await ScriptedServer { $0.isCreate ? .silence : .account() }
        let journal = RecordingJournal()
        let report = try await Fixture.write(Fixture.conversations(1), to: server, journal: journal) {
            $0.timeout = 0.3
        }
        #expect(report == nil)
        #expect(journal.last(1)?.state == .inDoubt)
        #expect(journal.last(1)?.detail == "no answer in time")
        try await server.close()
    }

    @Test("An answer that trickles in is in doubt when the time is over")
    func trickle() async throws {
        let server = try await ScriptedServer { arrival in
            arrival.isCreate ? .bytes("HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{") : .account()
        }
        let journal = RecordingJournal()
        _ = try await Fixture.write(Fixture.conversations(1), to: server, journal: journal) { $0.timeout = 0.3 }
        #expect(journal.last(1)?.state == .inDoubt)
        try await server.close()
    }

    @Test("A refusal keeps the server's words and goes on")
    func words() async throws {
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate else { return .account() }
            guard arrival.messageNumber == 2 else { return .created("c\(arrival.messageNumber ?? 0)") }
            return .json(
                422, #"{"detail":[{"loc":["body","customer_id"],"msg":"not\u0007 known","type":"x","input":"secret"}]}"#
            )
        }
        let journal = RecordingJournal()
        let report = try await Fixture.write(Fixture.conversations(3), to: server, journal: journal)
        #expect(report == nil)
        #expect(journal.last(2)?.detail == "customer_id: not known")
        #expect(journal.last(2)?.code == .refused)
        #expect(journal.last(3)?.remoteID == "c3")
        try await server.close()
    }

    @Test("A 400 after something was created is that record's, and five in a row stop the run")
    func badRequests() async throws {
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate else { return .account() }
            return [1, 3].contains(arrival.messageNumber) ? .created("c") : .json(400, #"{"detail":"bad"}"#)
        }
        let journal = RecordingJournal()
        let report = try await Fixture.write(Fixture.conversations(20), to: server, journal: journal)
        #expect(report?.status == .plan)
        #expect(journal.last(2)?.state == .refused)
        #expect(journal.standing == [.done: 2, .refused: 5, .released: 1])
        #expect(server.creates.count == 8)
        try await server.close()
    }

    @Test("A 400 as the first answer of a continued run is that record's")
    func continuedRun() async throws {
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate else { return .account() }
            return arrival.messageNumber == 1 ? .json(400, "{}") : .created("c2")
        }
        let journal = RecordingJournal()
        let report = try await Fixture.write(
            Fixture.conversations(2), to: server, journal: journal, followsSuccess: true)
        #expect(report == nil)
        #expect(journal.standing == [.refused: 1, .done: 1])
        try await server.close()
    }

    @Test("Fifty refusals at the start stop the run; after a success they do not")
    func wrongMapping() async throws {
        let server = try await ScriptedServer { $0.isCreate ? .json(422, #"{"detail":"no"}"#) : .account() }
        let journal = RecordingJournal()
        let report = try await Fixture.write(Fixture.conversations(60), to: server, journal: journal)
        #expect(report?.status == .plan)
        #expect(server.creates.count == 50)
        let continued = RecordingJournal()
        let second = try await Fixture.write(
            Fixture.conversations(60), to: server, journal: continued, followsSuccess: true)
        #expect(second == nil)
        #expect(continued.standing == [.refused: 60])
        try await server.close()
    }

    @Test(
        "429 with any form of Retry-After is waited out and sent again",
        arguments: [
            ["Retry-After: 0"], ["Retry-After: soon"], ["Retry-After: -1"], ["Retry-After: 1e9"],
            ["Retry-After: 0", "Retry-After: 0"],
            ["Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT"],
            ["Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sunday, 06-Nov-94 08:49:30 GMT"],
            ["Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sun Nov  6 08:49:37 1994"],
        ])
    func throttled(_ headers: [String]) async throws {
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate else { return .account() }
            return arrival.number == 0 ? .json(429, "", headers) : .created("c1")
        }
        let journal = RecordingJournal()
        let report = try await Fixture.write(Fixture.conversations(1), to: server, journal: journal)
        #expect(report == nil)
        #expect(journal.history(1).map(\.state) == [.intent, .released, .intent, .done])
        #expect(journal.history(1).map(\.attempt) == [1, 1, 2, 2])
        #expect(journal.events.contains(.resumed))
        try await server.close()
    }

    @Test("A 503 with Retry-After is sent again only where the plan trusts it")
    func trusted503() async throws {
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate else { return .account() }
            return arrival.number == 0 ? .json(503, "", ["Retry-After: 0"]) : .created("c1")
        }
        let journal = RecordingJournal()
        let report = try await Fixture.write(Fixture.conversations(1), to: server, journal: journal) {
            $0.trusts503 = true
        }
        #expect(report == nil)
        #expect(journal.history(1).map(\.state) == [.intent, .released, .intent, .done])
        try await server.close()
    }

    @Test("A redirect is shown and not followed, and the token goes nowhere")
    func redirect() async throws {
        let elsewhere = try await ScriptedServer { _ in .created("c1") }
        let target = elsewhere.url + "/api/v1/conversations"
        let server = try await ScriptedServer { _ in .json(307, "", ["Location: \(target)"]) }
        let journal = RecordingJournal()
        let report = try await Fixture.write(Fixture.conversations(1), to: server, journal: journal)
        #expect(report?.message.contains(target) == true)
        #expect(elsewhere.arrivals.isEmpty)
        try await server.close()
        try await elsewhere.close()
    }

    @Test("A second response to one request belongs to no other record")
    func twoResponses() async throws {
        let server = try await ScriptedServer { arrival in
            guard arrival.isCreate else { return .account() }
            let answer = ScriptedServer.Reply.response(201, Self.echo)
            return arrival.messageNumber == 1 ? .bytes(answer + answer) : .created("c2")
        }
        let journal = RecordingJournal()
        _ = try await Fixture.write(Fixture.conversations(2), to: server, journal: journal)
        #expect(journal.last(2)?.remoteID != "c1")
        #expect(server.creates.count <= 3)
        try await server.close()
    }

    @Test("The token stands in the request and in no report")
    func tokenStaysInside() async throws {
        let server = try await ScriptedServer { arrival in
            arrival.isCreate ? .json(401, #"{"detail":"bad token \#(Fixture.token)"}"#) : .account()
        }
        let report = try await Fixture.write(Fixture.conversations(1), to: server, journal: RecordingJournal())
        #expect(server.creates.first?.head.contains("Bearer \(Fixture.token)") == true)
        #expect(report?.text.contains(Fixture.token) == false)
        try await server.close()
    }
}
