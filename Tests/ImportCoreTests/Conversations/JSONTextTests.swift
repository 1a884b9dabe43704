import Foundation
import ImportCore
import Testing

@Suite struct JSONTextTests {
    @Test func commasStandBetweenValuesAndNowhereElse() {
        var json = JSONText()
        json.beginObject()
        json.key("a")
        json.beginArray()
        json.number(1)
        json.number(-2)
        json.beginObject()
        json.endObject()
        json.beginArray()
        json.endArray()
        json.endArray()
        json.key("b")
        json.null()
        json.key("c")
        json.bool(true)
        json.key("d")
        json.number(0.5)
        json.key("e")
        json.verbatim("1e400".utf8)
        json.key("f")
        json.time(Timestamp(microseconds: 0))
        json.endObject()
        json.endLine()
        json.bool(false)
        let expected = #"{"a":[1,-2,{},[]],"b":null,"c":true,"d":0.5,"e":1e400,"f":"1970-01-01T00:00:00Z"}"# + "\nfalse"
        #expect(String(decoding: json.take(), as: UTF8.self) == expected)
        #expect(json.bytes.isEmpty)
    }

    @Test func onlyWhatMustBeIsEscaped() {
        var json = JSONText()
        json.string("/é🦉\u{7F}\u{2028}\"\\\u{8}\t\n\u{C}\r\u{0}\u{1F}")
        #expect(
            String(decoding: json.bytes, as: UTF8.self) == "\"/é🦉\u{7F}\u{2028}\\\"\\\\\\b\\t\\n\\f\\r\\u0000\\u001f\"")
    }

    @Test func foundationReadsEveryScalarBack() throws {
        let text = String(String.UnicodeScalarView((0..<0x3000).compactMap(Unicode.Scalar.init)))
        var json = JSONText()
        json.string(text)
        #expect(try JSONDecoder().decode(String.self, from: Data(json.bytes)) == text)
    }

    @Test func aRequestHasItsMembersInDocumentedOrder() {
        var bytes = Array("[".utf8)
        CreateRequest(businessID: "b", customerID: "c", initialMessage: "a/\"b\"\n").encode(into: &bytes)
        CreateRequest(businessID: "b").encode(into: &bytes)
        let expected = #"[{"business_id":"b","customer_id":"c","initial_message":"a/\"b\"\n"}{"business_id":"b"}"#
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }
}
