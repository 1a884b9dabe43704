import FileReadingSupport
import ImportCore
import Testing

@testable import FileReading

@Suite("JSON grammar: RFC 8259, the whole of it, whether a field is wanted or not")
struct JSONGrammarTests {
    static let accepted = [
        // Structure
        #"{}"#, #"{"a":{}}"#, #"{"a":[]}"#, #"{"":1}"#, #" {"a" : [ 1 , 2 ] } "#, "{\t\"a\"\t:\t1\t}", #"{"a":[[[]]]}"#,
        #"{"a":1,"b":2,"c":{"a":1}}"#, #"{"a":[{"a":1},{"a":1}]}"#, #"{"a":"{\"a\":1}"}"#, #"{"a":"]}"}"#,
        // Numbers
        #"{"a":0}"#, #"{"a":-0}"#, #"{"a":-0.0}"#, #"{"a":10}"#, #"{"a":1.5}"#, #"{"a":1e5}"#, #"{"a":1E+5}"#,
        #"{"a":1e-5}"#, #"{"a":0e0}"#, #"{"a":0.00}"#, #"{"a":12345678901234567890123}"#, #"{"a":1e400}"#,
        #"{"a":-1e-400}"#,
        #"{"a":9223372036854775808}"#, #"{"a":1.00000000000000000000000000000001}"#, #"{"a":[1,-1]}"#, #"{"a":1 }"#,
        // Literals
        #"{"a":true}"#, #"{"a":false}"#, #"{"a":null}"#, #"{"a":[true,false,null]}"#,
        // Strings
        #"{"a":""}"#, #"{"a":"\"\\\/\b\f\n\r\t"}"#, #"{"a":"\u0041"}"#, #"{"a":"\u00e9"}"#, #"{"a":"\uD83D\uDE00"}"#,
        #"{"a":"\u0000"}"#, #"{"a":"é😀"}"#, "{\"a\":\"\u{7F}\"}", #"{"a":"\uFFFF"}"#, "{\"a\":\"\u{2028}\"}",
        #"{"\n":1}"#,
        #"{"a":"/"}"#, #"{"a":"\\"}"#, #"{"a":"\\\""}"#, "{\"\u{FEFF}\":1}",
    ]

    static let refused: [(String, RejectionCode)] = [
        // Structure
        (#"{"a":1,}"#, .jsonSyntax), (#"{,"a":1}"#, .jsonSyntax), (#"{"a":1,,"b":2}"#, .jsonSyntax),
        (#"{"a"}"#, .jsonSyntax),
        (#"{"a":}"#, .jsonSyntax), (#"{:1}"#, .jsonSyntax), (#"{"a"1}"#, .jsonSyntax), (#"{"a":1 "b":2}"#, .jsonSyntax),
        // A string in a key's place, and the bracket that would end what it began.
        (#"{"a":"x":1}"#, .jsonSyntax), (#"{"a":"x":1}}"#, .jsonSyntax), (#"{"a":"x":1]}"#, .jsonSyntax),
        (#"{"a":"x":1,"b":2}}"#, .jsonSyntax), (#"{"a":["x":1]]}"#, .jsonSyntax), (#"{"a":"x":{"b":2}}}"#, .jsonSyntax),
        (#"{"a":"\"":1}}"#, .jsonSyntax),
        (#"{"a"::1}"#, .jsonSyntax), (#"{a:1}"#, .jsonSyntax), (#"{1:1}"#, .jsonSyntax), (#"{null:1}"#, .jsonSyntax),
        (#"{'a':1}"#, .jsonSyntax), (#"{"a":[1,]}"#, .jsonSyntax), (#"{"a":[,1]}"#, .jsonSyntax),
        (#"{"a":[,]}"#, .jsonSyntax),
        (#"{"a":[1 2]}"#, .jsonSyntax), (#"{"a":["x" "y"]}"#, .jsonSyntax), (#"{"a":["x""y"]}"#, .jsonSyntax),
        (#"{"a":[1:2]}"#, .jsonSyntax), (#"{"a":[1}"#, .jsonSyntax), (#"{"a":{"b":1]}"#, .jsonSyntax),
        (#"{"a":1]"#, .jsonSyntax),
        (#"{"a":[1"#, .jsonSyntax), (#"{"a":1"#, .jsonSyntax), (#"{"a":"#, .jsonSyntax), (#"{"a""#, .jsonSyntax),
        (#"{"#, .jsonSyntax), (#"}"#, .jsonSyntax), (#"{}}"#, .jsonSyntax), (#"{"a":1}}"#, .jsonSyntax),
        (#"{"a":{"b":1}"#, .jsonSyntax), (#"{"a":[{"b":1}"#, .jsonSyntax), (#"{"a":[[1]}"#, .jsonSyntax),
        (#"{"a":{}"#, .jsonSyntax), (#"{"a":[]"#, .jsonSyntax), (#"{{}}"#, .jsonSyntax), (#"{[]}"#, .jsonSyntax),
        (#"{}{}"#, .jsonSyntax), (#"{} {}"#, .jsonSyntax), (#"{},"#, .jsonSyntax), (#"{}x"#, .jsonSyntax),
        (#"{}1"#, .jsonSyntax),
        (#"{}""#, .jsonSyntax), (#"{} null"#, .jsonSyntax), (#"{"a":1}//x"#, .jsonSyntax),
        (#"{"a":/*x*/1}"#, .jsonSyntax),
        (#"{"a":1} # x"#, .jsonSyntax), (#"{"a":<b>}"#, .jsonSyntax), (#"{"a":"x"y}"#, .jsonSyntax),
        (#"{"a"x:1}"#, .jsonSyntax),
        (#"{"a":;}"#, .jsonSyntax), ("{\"a\":\u{00A0}1}", .jsonSyntax), ("{\"a\":1\u{0B}}", .jsonSyntax),
        ("{\"a\":1\u{0C}}", .jsonSyntax), ("{\"a\":\u{0}}", .jsonSyntax), ("\u{FEFF}{\"a\":1}", .jsonSyntax),
        (#"\u007b}"#, .jsonSyntax), (#"{"a":\"x\"}"#, .jsonSyntax),
        // Numbers
        (#"{"a":01}"#, .jsonSyntax), (#"{"a":-01}"#, .jsonSyntax), (#"{"a":00}"#, .jsonSyntax),
        (#"{"a":-}"#, .jsonSyntax),
        (#"{"a":+1}"#, .jsonSyntax), (#"{"a":1.}"#, .jsonSyntax), (#"{"a":.5}"#, .jsonSyntax),
        (#"{"a":-.5}"#, .jsonSyntax),
        (#"{"a":1e}"#, .jsonSyntax), (#"{"a":1e+}"#, .jsonSyntax), (#"{"a":1e1.5}"#, .jsonSyntax),
        (#"{"a":1.e5}"#, .jsonSyntax),
        (#"{"a":0x10}"#, .jsonSyntax), (#"{"a":1_000}"#, .jsonSyntax), (#"{"a":1,5.5}"#, .jsonSyntax),
        (#"{"a":--1}"#, .jsonSyntax),
        (#"{"a":NaN}"#, .jsonSyntax), (#"{"a":Infinity}"#, .jsonSyntax), (#"{"a":-Infinity}"#, .jsonSyntax),
        (#"{"a":1 2}"#, .jsonSyntax), (#"{"a":1a}"#, .jsonSyntax), (#"{"a":1"b"}"#, .jsonSyntax),
        (#"{"a":1.5.5}"#, .jsonSyntax),
        (#"{"a":１}"#, .jsonSyntax), (#"{"a":- 1}"#, .jsonSyntax), (#"{"a":1\n}"#, .jsonSyntax),
        // Literals
        (#"{"a":True}"#, .jsonSyntax), (#"{"a":tru}"#, .jsonSyntax), (#"{"a":truee}"#, .jsonSyntax),
        (#"{"a":nul}"#, .jsonSyntax),
        (#"{"a":nullx}"#, .jsonSyntax), (#"{"a":undefined}"#, .jsonSyntax), (#"{"a":falsefalse}"#, .jsonSyntax),
        (#"{"a":true"x"}"#, .jsonSyntax), (#"{"a":None}"#, .jsonSyntax),
        // Strings
        (#"{"a":"x}"#, .jsonSyntax), (#"{"a":x"}"#, .jsonSyntax), (#"{"a":'x'}"#, .jsonSyntax),
        (#"{"a":"\x41"}"#, .jsonSyntax),
        (#"{"a":"\'"}"#, .jsonSyntax), (#"{"a":"\a"}"#, .jsonSyntax), (#"{"a":"\u12"}"#, .jsonSyntax),
        (#"{"a":"\u12G4"}"#, .jsonSyntax), (#"{"a":"\U0041"}"#, .jsonSyntax), (#"{"a":"\"}"#, .jsonSyntax),
        (#"{"a":"\uD83D"}"#, .jsonSyntax), (#"{"a":"\uDE00"}"#, .jsonSyntax), (#"{"a":"\uD83D\u0041"}"#, .jsonSyntax),
        (#"{"a":"\uD83Dx"}"#, .jsonSyntax), (#"{"a":"\uDE00\uD83D"}"#, .jsonSyntax),
        (#"{"a":"\uD83D\uD83D"}"#, .jsonSyntax),
        (#"{"\uD83D":1}"#, .jsonSyntax), (#"{"\x":1}"#, .jsonSyntax), ("{\"a\":\"\t\"}", .jsonSyntax),
        ("{\"a\":\"\u{0}\"}", .jsonSyntax), ("{\"a\":\"\u{1F}\"}", .jsonSyntax), ("{\"a\tb\":1}", .jsonSyntax),
        ("{\"a\":\"\\\u{1}\"}", .jsonSyntax),
        // Keys that stand twice
        (#"{"a":1,"a":1}"#, .jsonDuplicateKey), (#"{"a":1,"\u0061":2}"#, .jsonDuplicateKey),
        (#"{"":1,"":2}"#, .jsonDuplicateKey),
        (#"{"\u0061":1,"a":2}"#, .jsonDuplicateKey), (#"{"x":{"a":1,"b":2,"a":3}}"#, .jsonDuplicateKey),
        (#"{"x":[{"a":1},{"a":1,"a":2}]}"#, .jsonDuplicateKey),
        (#"{"a long key of words":1,"a long key of words":2}"#, .jsonDuplicateKey),
        (#"{"a":{"b":1},"c":2,"a":3}"#, .jsonDuplicateKey), (#"{"\n":1,"\u000a":2}"#, .jsonDuplicateKey),
        // Not objects
        (#"1"#, .jsonNotAnObject), (#""x""#, .jsonNotAnObject), (#"null"#, .jsonNotAnObject),
        (#" true "#, .jsonNotAnObject),
        (#""""#, .jsonNotAnObject), (#"-1.5e3"#, .jsonNotAnObject), (#""\"""#, .jsonNotAnObject),
        // Broken, and not objects
        (#"01"#, .jsonSyntax), (#"nul"#, .jsonSyntax), (#""x"#, .jsonSyntax), (#"x"#, .jsonSyntax),
        (#"1,2"#, .jsonSyntax),
        (#"1 2"#, .jsonSyntax), (#"]"#, .jsonSyntax), (#","#, .jsonSyntax), (#"1]"#, .jsonSyntax),
        (#""\uDE00""#, .jsonSyntax),
        (#"1],[2"#, .jsonSyntax), ("\u{FEFF}1", .jsonSyntax),
    ]

    /// Behind an ordinary line and before another, so that the file is JSON Lines whatever the document.
    private func verdict(_ document: [UInt8], cuts: Bool) -> RecordTranscript {
        var reading = JSONReading(cuts: cuts)
        let line = Array(#"{"id":1}"#.utf8) + [0x0A]
        let transcript = reading.read(line + document + [0x0A] + line) { .max }
        return transcript
    }

    @Test("a document that the RFC allows is read", arguments: accepted)
    func accepts(document: String) {
        #expect(verdict(Array(document.utf8), cuts: false).codes == [nil, nil, nil])
    }

    @Test("a document that the RFC forbids is one rejection, and the lines around it are read", arguments: refused)
    func refuses(document: String, code: RejectionCode) {
        #expect(verdict(Array(document.utf8), cuts: false).codes == [nil, code, nil])
    }

    @Test(
        "bytes that are not UTF-8 are refused, in values and keys",
        arguments: [
            [0x80], [0xFF], [0xC0, 0x80], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xF0, 0x80, 0x80, 0x80],
            [0xE9],
        ] as [[UInt8]])
    func refusesOtherEncodings(bytes: [UInt8]) {
        let quote: [UInt8] = [0x22]
        let value = Array(#"{"ä":"#.utf8) + quote + bytes + quote + Array("}".utf8)
        let key = Array("{".utf8) + quote + bytes + quote + Array(":1}".utf8)
        #expect(verdict(value, cuts: false).codes == [nil, .textEncoding, nil])
        #expect(verdict(key, cuts: false).codes == [nil, .textEncoding, nil])
        #expect(verdict(value, cuts: false).findings.first?.column == 8)
    }

    @Test("depth counts the document as 1, and the limit itself is allowed", arguments: [1, 2, 3, 50, 512, 1024])
    func limitsDepth(limit: Int) {
        var limits = Limits()
        limits.depth = limit
        func codes(_ depth: Int) -> [RejectionCode?] {
            var reading = JSONReading(limits: limits)
            let arrays = String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1)
            let document = depth == 1 ? "{}" : #"{"a":"# + arrays + "}"
            return reading.read(document + "\n{}\n").codes
        }
        #expect(codes(limit) == [nil, nil])
        #expect(codes(limit + 1) == [.jsonDepth, nil])
    }

    @Test("a repeated key is found in an object of any size", arguments: [2, 31, 64, 65, 66, 500])
    func findsRepeatedKeys(count: Int) {
        let keys = (0..<count).map { #""member number \#($0)":0"# }
        func codes(_ members: [String]) -> [RejectionCode?] {
            var reading = JSONReading()
            return reading.read("{" + members.joined(separator: ",") + "}\n{}\n").codes
        }
        #expect(codes(keys) == [nil, nil])
        #expect(codes(keys + [keys[0]]) == [.jsonDuplicateKey, nil])
        #expect(codes([keys[count / 2]] + keys) == [.jsonDuplicateKey, nil])
        #expect(codes(keys + [#""member\u0020number 1":1"#]) == [.jsonDuplicateKey, nil])
    }

    @Test(
        "a finding says where: line and column from the record's start",
        arguments: [
            (#"{"a":01}"#, 6), (#"{"a":1,}"#, 8), (#"{"a":"x"#, 6), (#"{"a":1} x"#, 10), (#"{"a":1,"a":2}"#, 8),
            (#"{"a":"\x"}"#, 6), ("{\"a\":\"xy\tz\"}", 9), (#"{"a":tru}"#, 6), (#"{"a":[1"#, 8),
        ])
    func saysWhere(document: String, column: Int) {
        var reading = JSONReading()
        let finding = reading.read("{}\n\n" + document + "\n{}").findings.first
        #expect(finding?.line == 2)
        #expect(finding?.column == column)
    }
}
