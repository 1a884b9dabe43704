import ImportCore
import Testing

@testable import PingBackAPI

@Suite("Later steps, over the wire", .timeLimit(.minutes(1)))
struct LaterStepTests {
    static let agent = "a1b2c3d4-e5f6-7890-abcd-ef1234567890"

    /// Answers to a request that closes a conversation.
    static let rows: [AnswerRow] = [
        AnswerRow("closed", .json(200, #"{"closed_at":"2026-01-01T00:00:00Z"}"#), .done),
        AnswerRow("closed before", .json(200, #"{"detail":"Already closed"}"#), .done),
        AnswerRow("204", .bytes("HTTP/1.1 204 No Content\r\n\r\n"), .done),
        AnswerRow("400", .json(400, #"{"detail":"no"}"#), .refused),
        AnswerRow("404", .json(404, #"{"detail":"no such conversation"}"#), .refused),
        AnswerRow("422", .json(422, ""), .refused),
        AnswerRow("401", .json(401, ""), .intent, stops: .refused),
        AnswerRow("402", .json(402, ""), .intent, stops: .quota),
        AnswerRow("403", .json(403, ""), .intent, stops: .refused),
        AnswerRow("405", .json(405, ""), .intent, stops: .protocolMismatch),
        AnswerRow("307", .json(307, "", ["Location: /x"]), .intent, stops: .protocolMismatch),
        AnswerRow("429 without Retry-After", .json(429, ""), .intent, stops: .quota),
        AnswerRow("503 that asks for a year", .json(503, "", ["Retry-After: 31536000"]), .intent, stops: .unavailable),
    ]

    private func step(_ step: Step, of record: Int = 1, assignee: String? = nil) -> AttemptEntry {
        AttemptEntry(
            record: Fixture.record(record), step: step, state: .intent, attempt: 1, keyFingerprint: UInt64(record),
            remoteID: "c\(record)", startedAt: 0,
            content: assignee.map {
                RequestContent(messageDigest: nil, customerID: nil, later: LaterSteps(assigneeID: $0))
            })
    }

    private func take(
        _ steps: [AttemptEntry], at server: ScriptedServer, change: (inout APIOptions) -> Void = { _ in }
    ) async throws -> (states: [AttemptState], status: ImportCore.ExitStatus?) {
        let journal = RecordingJournal()
        let status = try await Fixture.withDestination(server.url, change: change) { destination in
            do {
                try await destination.take(steps, control: RunControl(), journal: journal)
                return nil as ImportCore.ExitStatus?
            } catch let error as any PresentableError {
                return error.report.status
            }
        }
        return (
            steps.map { step in
                journal.entries.last { $0.record == step.record && $0.step == step.step }?.state ?? .intent
            }, status
        )
    }

    @Test("Each answer has its meaning", arguments: rows)
    func answers(_ row: AnswerRow) async throws {
        let server = try await ScriptedServer { _ in row.reply }
        let end = try await take([step(.close)], at: server)
        #expect(end.states == [row.state])
        #expect(end.status == row.status)
        #expect(server.arrivals.map(\.path) == ["/api/v1/conversations/c1/close"])
        try await server.close()
    }

    @Test(
        "What got no answer is sent again",
        arguments: [ScriptedServer.Reply.close, .reset, .json(502, ""), .json(503, "", ["Retry-After: 0"])])
    func lostAnswers(_ reply: ScriptedServer.Reply) async throws {
        let server = try await ScriptedServer { arrival in
            arrival.method == "GET" ? .account() : arrival.number == 0 ? reply : .json(200, "{}")
        }
        #expect(try await take([step(.resolve)], at: server).states == [.done])
        #expect(server.arrivals.filter { $0.method == "PUT" }.count == 2)
        try await server.close()
    }

    @Test("An agent whom an earlier process may have told is not told again")
    func assignedBefore() async throws {
        let server = try await ScriptedServer { arrival in
            arrival.method == "GET" ? .json(200, #"{"id":"c1","assignee_id":"\#(Self.agent)"}"#) : .json(500, "")
        }
        #expect(try await take([step(.assign, assignee: Self.agent.uppercased())], at: server).states == [.done])
        #expect(server.arrivals.allSatisfy { $0.method == "GET" })
        try await server.close()
    }

    @Test(
        "The plan chooses how a conversation is assigned",
        arguments: [
            (APIOptions.Assigning.team, "/api/v1/team/assign/c1?agent_id=" + agent),
            (.conversation, "/api/v1/conversations/c1/assign/" + agent),
        ])
    func ways(_ assigning: APIOptions.Assigning, path: String) async throws {
        let server = try await ScriptedServer { arrival in
            guard arrival.method == "GET" else { return .json(200, #"{"message":"assigned"}"#) }
            // Not assigned when it is looked up first, and assigned when the first one is read back.
            return .json(200, arrival.number == 0 ? #"{"id":"c1"}"# : #"{"id":"c1","assignee_id":"\#(Self.agent)"}"#)
        }
        #expect(
            try await take([step(.assign, assignee: Self.agent)], at: server) { $0.assigning = assigning }.states
                == [.done])
        #expect(server.arrivals.map(\.path).contains(path))
        try await server.close()
    }

    @Test("An assignment that the server does not show stops the run")
    func unshown() async throws {
        let server = try await ScriptedServer { arrival in
            arrival.method == "GET" ? .json(200, #"{"id":"c1","assignee_id":null}"#) : .json(200, "{}")
        }
        let end = try await take((1...3).map { step(.assign, of: $0, assignee: Self.agent) }, at: server)
        #expect(end.states == [.done, .intent, .intent])
        #expect(end.status == .protocolMismatch)
        try await server.close()
    }

    @Test("Five assignments refused at the start stop the run: the lookup is wrong")
    func wrongLookup() async throws {
        let server = try await ScriptedServer { arrival in
            arrival.method == "GET"
                ? .json(200, #"{"id":"c","assignee_id":null}"#) : .json(404, #"{"detail":"no member"}"#)
        }
        let end = try await take((1...7).map { step(.assign, of: $0, assignee: Self.agent) }, at: server)
        #expect(end.states == Array(repeating: .refused, count: 5) + [.intent, .intent])
        #expect(end.status == .plan)
        try await server.close()
    }
}
