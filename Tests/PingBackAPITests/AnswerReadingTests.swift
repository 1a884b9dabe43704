import Foundation
import ImportCore
import NIOHTTP1
import Testing

@testable import PingBackAPI

@Suite("Reading what a server says")
struct AnswerReadingTests {
    @Test(
        "The three forms of an HTTP date are one moment",
        arguments: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        ])
    func dates(_ text: String) {
        #expect(HTTPDate.seconds(text) == 784_111_777)
    }

    @Test(
        "What is no HTTP date is none",
        arguments: [
            "", "soon", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 25:49:37 GMT",
            "Sun, 06 Non 1994 08:49:37 GMT", "1994-11-06T08:49:37Z", "- - - - - -",
        ])
    func noDates(_ text: String) {
        #expect(HTTPDate.seconds(text) == nil)
    }

    @Test(
        "Retry-After is seconds, a date by the answer's own clock, or unreadable",
        arguments: [
            ([], RetryAfter.absent), (["Retry-After: 2"], .seconds(2)),
            (["Retry-After: 2", "Retry-After: 7"], .seconds(7)),
            (["Retry-After: -1"], .unreadable), (["Retry-After: 1e9"], .unreadable), (["Retry-After: "], .unreadable),
            (["Retry-After: soon", "Retry-After: 3"], .seconds(3)),
            (["Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sun, 06 Nov 1994 08:50:07 GMT"], .seconds(30)),
            (["Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sun, 06 Nov 1994 08:49:00 GMT"], .seconds(0)),
            (["Retry-After: Sun, 06 Nov 1994 08:50:07 GMT"], .seconds(107)),
        ])
    func retryAfter(_ lines: [String], _ expected: RetryAfter) {
        var headers = HTTPHeaders()
        for line in lines {
            let parts = line.components(separatedBy: ": ")
            headers.add(name: parts[0], value: parts.dropFirst().joined(separator: ": "))
        }
        #expect(RetryAfter(headers, wallClock: 784_111_700) == expected)
    }

    @Test(
        "Server times are read with and without fraction and zone",
        arguments: [
            ("1994-11-06T08:49:37Z", 784_111_777_000), ("1994-11-06T08:49:37", 784_111_777_000),
            ("1994-11-06T08:49:37.5Z", 784_111_777_500), ("1994-11-06 08:49:37.123456+00:00", 784_111_777_123),
            ("1994-11-06T10:49:37+02:00", 784_111_777_000), ("1994-11-06T03:19:37-0530", 784_111_777_000),
        ])
    func serverTimes(_ text: String, _ expected: Int64) {
        #expect(ServerTime.milliseconds(text) == expected)
    }

    @Test(
        "A server's words are found in every shape of a body",
        arguments: [
            (#"{"detail":"no such channel"}"#, "no such channel"),
            (
                #"{"detail":[{"loc":["body","business_id"],"msg":"Field required","type":"missing","input":{"x":1}}]}"#,
                "business_id: Field required"
            ),
            (#"{"detail":[{"loc":["body"],"msg":"a"},{"msg":"b"}]}"#, "a; b"),
            (
                #"{"detail":{"error":"limit_exceeded","message":"Full","feature":"agents","current":5,"limit":5}}"#,
                "limit_exceeded; Full; feature: agents; 5 of 5"
            ),
            (#"{"error":"feature_locked","message":"Upgrade"}"#, "feature_locked; Upgrade"),
            (#"["plain"]"#, "plain"), ("plain words\r\nof two lines", "plain words of two lines"),
            (#"{"detail":"red \u001b[31m and \u202e turned"}"#, "red [31m and turned"),
        ])
    func words(_ body: String, _ expected: String) {
        let answer = Answer(status: 422, headers: HTTPHeaders(), body: Data(body.utf8), ending: .complete)
        #expect(ServerWords.read(answer, token: nil) == expected)
    }

    @Test(
        "What a server repeats of the request, of people and of the token is struck out",
        arguments: [
            ("no customer 'Anna Bo' here", "no customer '‹as sent›' here"),
            ("not accepted (please call\nme back tomorrow)", "not accepted (‹as sent›)"),
            ("größer als “Grüße an alle Übrigen”", "größer als “‹as sent›”"),
            ("no C3D4E5F6-a7b8, no c3d4e5f6-a7b8-9012-cdef-123456789012", "no C3D4E5F6-a7b8, no ‹as sent›"),
            ("kaethe@example.org is unknown, <a@b>", "‹address› is unknown, <‹address›>"),
            ("see http://x/?mail=a%40b.org&x=1", "see http://x/?mail=‹address›&x=1"),
            ("Bearer canary-token", "Bearer ‹secret›"),
            // Coincidence.
            ("customer_id: call 'me', or a@ or @b", "customer_id: call 'me', or a@ or @b"),
        ])
    func redaction(_ words: String, _ expected: String) {
        let sent = CreateRequest(
            businessID: Fixture.business, customerID: "c3d4e5f6-a7b8-9012-cdef-123456789012",
            initialMessage: "Anna Bo says: please call  me back tomorrow, customer_id: 7; Grüße an alle Übrigen")
        #expect(ServerWords.tidy(words, token: Secret(Fixture.token), sent: sent) == expected)
        let long = String(repeating: "x", count: 290) + words
        #expect(ServerWords.tidy(long, token: Secret(Fixture.token), sent: sent)?.contains("canary") == false)
    }

    @Test("Words are none in HTML and in nothing, and never long")
    func noWords() {
        let page = Answer(
            status: 422, headers: ["Content-Type": "text/html"], body: Data("<p>x".utf8), ending: .complete)
        #expect(ServerWords.read(page, token: nil) == nil)
        #expect(ServerWords.read(Answer(status: 422, headers: HTTPHeaders()), token: nil) == nil)
        let long = Answer(status: 422, headers: HTTPHeaders(), body: Data(repeating: 0x61, count: 5000))
        #expect(ServerWords.read(long, token: nil)?.count == 300)
    }
}
