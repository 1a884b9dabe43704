import Foundation
import ImportCore
import NIOHTTP1
import Testing

@testable import PingBackAPI

/// The table in the documentation and the one in the code.
@Suite("The answer book's table")
struct AnswerTableTests {
    private static let page = URL(filePath: #filePath)
        .deletingLastPathComponent().appending(path: "../../Sources/ImportCommands/Documentation.docc/AnswerBook.md")

    private static func answer(
        _ status: Int, _ headers: HTTPHeaders = HTTPHeaders(), body: String = "", ending: Answer.Ending = .complete
    ) -> Exchange {
        var headers = headers
        headers.add(name: "Content-Length", value: String(body.utf8.count))
        return Exchange(
            sentHead: true, answer: Answer(status: status, headers: headers, body: Data(body.utf8), ending: ending))
    }

    /// By a row's first cell, what it is about.
    private static let examples: [String: [Exchange]] = [
        "nothing was written to the socket": [Exchange(sentHead: false, failure: "connection refused")],
        "nothing was written, as the server did not prove who it is (TLS)": [
            Exchange(sentHead: false, failure: "TLS", identityFailure: "its certificate has expired")
        ],
        "something was written, no answer came": [Exchange(sentHead: true, failure: "no answer in time")],
        "2xx, complete, with an id": [answer(200, body: #"{"id":"c"}"#), answer(201, body: #"{"id":"c"}"#)],
        "2xx, complete, without an id, or a list": [
            answer(200, body: "[]"), answer(200, body: #"{"id":""}"#), answer(204), answer(201, body: #"{"id":1}"#),
            answer(201, body: "{"),
        ],
        "2xx, far longer than a conversation": [answer(200, ending: .overlong)],
        "2xx, cut short": [
            answer(201, body: #"{"id":"c"}"#, ending: .cutShort),
            Exchange(
                sentHead: true, answer: Answer(status: 201, headers: [:], body: Data("{".utf8), ending: .complete)),
        ],
        "3xx": [301, 302, 303, 307, 308].map { answer($0, ["Location": "/"]) },
        "400, as the first answer of a run that has created nothing": [answer(400)],
        "400 later": [answer(400)],
        "401, 403": [answer(401), answer(403)],
        "402": [answer(402)],
        "404, 405": [answer(404), answer(405)],
        "413": [answer(413)],
        "422": [answer(422)],
        "429 with Retry-After": [answer(429, ["Retry-After": "2"])],
        "429 with a Retry-After that cannot be read": [answer(429, ["Retry-After": "-1"])],
        "429 without Retry-After": [answer(429)],
        "503 with Retry-After": [answer(503, ["Retry-After": "2"])],
        "any other": [408, 409, 410, 414, 425, 431, 500, 501, 502, 503, 504, 505, 507].map { answer($0) },
    ]

    /// The rows of the first table of the page's first section, in their order.
    private static func rows() throws -> [(answer: String, record: String, run: String)] {
        let text = try String(contentsOf: page, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let table = lines.drop { !$0.hasPrefix("| answer | the record |") }.prefix { $0.hasPrefix("|") }.dropFirst(2)
        return table.map { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            return (cells[0], cells[1], cells[2])
        }
    }

    @Test("Every row of the documentation is what the code does, and every answer of the code has its row")
    func rowsHold() throws {
        let rows = try Self.rows()
        #expect(Set(rows.map(\.answer)) == Set(Self.examples.keys))
        let book = AnswerBook(trusts503: false, token: nil)
        for row in rows {
            for exchange in Self.examples[row.answer] ?? [] {
                var streak = RefusalStreak(hasAccepted: !row.answer.contains("as the first answer"))
                let found = Self.words(for: book.meaning(of: exchange), &streak)
                #expect(row.record.hasPrefix(found.record), "\(row.answer): \(exchange.answer?.status ?? 0)")
                #expect(row.run.contains(found.run), "\(row.answer): \(exchange.answer?.status ?? 0)")
            }
        }
    }

    /// What a meaning is called in the table.
    private static func words(for meaning: Meaning, _ streak: inout RefusalStreak) -> (record: String, run: String) {
        func stop(_ error: APIError) -> String { "stops with \(error.report.status.rawValue)" }
        switch meaning {
        case .created: return ("created", "goes on")
        case .refused(let code, let status, let words):
            if let error = streak.refused(status: status, words: words) { return ("released", stop(error)) }
            return ("refused, `\(code.rawValue)`", "goes on")
        case .stop(let error): return ("released", stop(error))
        case .wait(.untilProbed, _), .notSent: return ("released, and sent again", "the gate closes")
        case .wait(.seconds, _): return ("released, and sent again", "all lanes wait")
        case .inDoubt(_, .untilProbed): return ("in doubt", "the gate closes")
        case .inDoubt(_, .seconds): return ("in doubt", "the gate closes for that time")
        case .inDoubtAndStop(let error): return ("in doubt", stop(error))
        }
    }
}
