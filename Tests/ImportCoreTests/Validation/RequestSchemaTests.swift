import ImportTestSupport
import Foundation
import ImportCore
import Testing

/// The published schema, as an independent validator understands it, and our rules: the same verdict on every request.
@Suite struct RequestSchemaTests {
    private static let limit = 64

    @Test func theSchemaAndTheRulesAgreeOnTwoThousandRequests() throws {
        var random = SeededRandom(seed: 2020_12)
        let requests = (0..<2000).map { random.request(number: $0, limit: Self.limit) }
        let schema = RequestSchema.text(messageCharacters: Self.limit)
        // The first line of the input is the schema, on one line.
        let object = try JSONSerialization.jsonObject(with: Data(schema.utf8))
        let line = String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
        let script = """
            import json, sys
            from jsonschema import Draft202012Validator
            schema = json.loads(sys.stdin.readline())
            Draft202012Validator.check_schema(schema)
            validator = Draft202012Validator(schema)
            for line in sys.stdin:
                print('valid' if validator.is_valid(json.loads(line)) else 'invalid')
            """
        let verdicts = try PythonOracle.ask(script, lines: [line] + requests)
        try #require(verdicts.count == requests.count)
        for (request, verdict) in zip(requests, verdicts) {
            #expect((Self.isValid(request) ? "valid" : "invalid") == verdict, "\(request)")
        }
        let valid = verdicts.count { $0 == "valid" }
        print("requests: \(valid) valid, \(verdicts.count - valid) invalid")
        #expect(valid > 400 && verdicts.count - valid > 400)
    }

    @Test func whatCreateRequestEncodesIsTheRequestTheRulesSaw() {
        let id = "B2C3D4E5-f6a7-8901-bcde-f12345678901"
        var bytes: [UInt8] = []
        CreateRequest(businessID: id, customerID: id, initialMessage: "“a/b”\\\"\n\u{1}🦉").encode(into: &bytes)
        #expect(Self.isValid(String(decoding: bytes, as: UTF8.self)))
    }

    @Test func theSchemaIsTheSameTextEachTimeAndNamesItsLimit() {
        let text = RequestSchema.text(messageCharacters: 12_345)
        #expect(text == RequestSchema.text(messageCharacters: 12_345))
        #expect(text.contains("\"maxLength\": 12345,"))
        #expect(text.hasPrefix("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"))
        #expect(text.hasSuffix("}\n"))
    }

    /// Our verdict on a raw request, decoded with `JSONDecoder` (`JSONSerialization` loses a leading U+FEFF).
    ///
    /// What the program's own types cannot hold (another type than text, a member that is not known) is judged here and
    /// not by the rules: such a request cannot be made by `CreateRequest` at all. All else, a missing `business_id`
    /// included, is the rules' word.
    private static func isValid(_ request: String) -> Bool {
        guard let members = try? JSONDecoder().decode([String: Member].self, from: Data(request.utf8)) else {
            return false
        }
        guard Set(members.keys).isSubset(of: ["business_id", "customer_id", "initial_message"]) else { return false }
        guard !members.values.contains(where: { $0.text == nil }) else { return false }
        let rules = CreateRequestRules(messageCharacters: limit)
        let fields = ["business_id", "customer_id", "initial_message"].map { members[$0]?.text.map { Array($0.utf8) } }
        return withBytes(fields[0]) { business in
            withBytes(fields[1]) { customer in
                withBytes(fields[2]) { message in
                    rules.violations(businessID: business, customerID: customer, initialMessage: message).isEmpty
                }
            }
        }
    }

    /// A member's value: text, or something else.
    private struct Member: Decodable {
        let text: String?

        init(from decoder: any Decoder) throws { text = try? decoder.singleValueContainer().decode(String.self) }
    }

    private static func withBytes<Result>(
        _ bytes: [UInt8]?, _ body: (UnsafeBufferPointer<UInt8>?) -> Result
    ) -> Result {
        guard let bytes else { return body(nil) }
        return bytes.withUnsafeBufferPointer { body($0) }
    }
}

extension SeededRandom {
    private static let whiteSpace: [UInt32] =
        Array(0x09...0x0D) + [0x20, 0x85, 0xA0, 0x1680] + Array(0x2000...0x200A) + [
            0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
        ]
    /// Blank to the eye, or to some library, and not White_Space.
    private static let nearlyWhite: [UInt32] = [
        0x00, 0x08, 0x0E, 0x1C, 0x1F, 0x7F, 0xAD, 0x180E, 0x200B, 0x2060, 0x2800, 0xFEFF,
    ]

    /// A request as JSON on one line; about every second one breaks a rule.
    fileprivate mutating func request(number: Int, limit: Int) -> String {
        if chance(60) { return pick(["[]", "null", "\"x\"", "17", "{}", "true"]) }
        var members: [(String, String)] = []
        if !chance(25) { members.append(("business_id", id())) }
        if !chance(3) { members.append(("customer_id", id())) }
        if !chance(6) { members.append(("initial_message", message(number: number, limit: limit))) }
        if chance(25) { members.append((pick(["status", "", "Business_id", "customer_id ", "extra"]), "\"open\"")) }
        return "{" + members.shuffled(using: &self).map { quoted($0.0) + ":" + $0.1 }.joined(separator: ",") + "}"
    }

    private mutating func id() -> String {
        let groups = [8, 4, 4, 4, 12].map { length in
            String((0..<length).map { _ in pick(Array("0123456789abcdefABCDEF")) })
        }
        let good = groups.joined(separator: "-")
        guard chance(5) else { return quoted(good) }
        return pick([
            quoted(good + "\n"), quoted("{\(good)}"), quoted(groups.joined()), quoted(String(good.dropLast())),
            quoted(good + "0"),
            quoted("g" + good.dropFirst()), quoted(""), quoted(" " + good), quoted("urn:uuid:" + good), "null", "12",
            "[\(quoted(good))]",
            quoted(good.replacingOccurrences(of: "-", with: "‐")), quoted("٣" + good.dropFirst()),
            quoted(good + "\u{0}"),
        ])
    }

    private mutating func message(number: Int, limit: Int) -> String {
        func scalar(_ value: UInt32) -> String { Unicode.Scalar(value).map { String(Character($0)) } ?? "" }
        switch int(0...9) {
        case 0, 1, 2, 3:
            return quoted(pick(["Hello", "Grüße / \"quoted\" \\ text", "a\nb", " x ", "नमस्ते", "👩‍👩‍👧", "e\u{301}"]))
        // At the limit, or one over it, in scalars of one to four bytes.
        case 4, 5:
            let count = limit + (chance(2) ? 1 : 0)
            return quoted((0..<count).map { _ in pick(["a", "é", "\u{301}", "日", "🦉", "\u{200D}"]) }.joined())
        // Each code point of White_Space in its turn, alone and among others.
        case 6: return quoted(scalar(Self.whiteSpace[number % Self.whiteSpace.count]))
        case 7:
            return quoted((0..<int(0...6)).map { _ in scalar(pick(Self.whiteSpace)) }.joined() + (chance(2) ? "." : ""))
        case 8: return quoted(scalar(Self.nearlyWhite[number % Self.nearlyWhite.count]))
        default:
            return chance(2)
                ? quoted(pick(["a\u{0}", "\u{0}a", "a\u{0}\n", " \u{0} "]))
                : pick(["null", "1", "true", "[\"a\"]", "{}"])
        }
    }

    private func quoted(_ text: String) -> String {
        var json = JSONText()
        json.string(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
