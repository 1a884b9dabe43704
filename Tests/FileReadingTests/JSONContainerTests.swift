import FileReadingSupport
import ImportCore
import Testing

@testable import FileReading

@Suite("JSON containers: lines, lists, pages, told by the bytes")
struct JSONContainerTests {
    private func read(_ text: String, _ change: (inout Limits) -> Void = { _ in }) -> RecordTranscript {
        var limits = Limits()
        change(&limits)
        var reading = JSONReading(RecordLayout("id"), limits: limits)
        return reading.read(text)
    }

    private func ids(_ text: String) -> [String] { read(text).cells.map { $0[0] } }

    @Test("a line is a document; blank lines are counted; a byte order mark is skipped")
    func lines() {
        let transcript = read("\u{FEFF}{\"id\":1}\n\n \t\n{\"id\":2}\r\n\r\n  {\"id\":3} ")
        #expect(transcript.cells == [["number:1"], ["number:2"], ["number:3"]])
        #expect(transcript.blanks == 3)
        #expect(transcript.entries.map(\.place.line) == [0, 3, 5])
        #expect(transcript.entries.map(\.place.offset) == [3, 16, 28])
        #expect(transcript.raws == [#"{"id":1}"#, #"{"id":2}"#, #"  {"id":3} "#])
    }

    @Test("a CR ends a line in a file without LF, and is white space in another")
    func lineEnds() {
        #expect(ids("{\"id\":1}\r{\"id\":2}\r\r{\"id\":3}") == ["number:1", "number:2", "number:3"])
        #expect(ids("{\"id\":\r1}\r\n{\"id\":2}\r\n") == ["number:1", "number:2"])
        #expect(read("{\"id\":1}\r{\"id\":2}\r").lines == 2)
    }

    @Test("a file may be empty, or blank")
    func nothing() {
        #expect(read("") == RecordTranscript())
        #expect(read("\u{FEFF}").entries.isEmpty)
        #expect(read(" \n\n").blanks == 2)
        #expect(read("[]").entries.isEmpty)
        #expect(read(" [ ]\n").entries.isEmpty)
    }

    @Test("a list's elements are records with places of their own")
    func list() {
        let transcript = read("[\n  {\"id\":1,\n \"c\":[{}]},\n  {\"id\":2} ,{\"id\":3}\n]\n")
        #expect(transcript.cells == [["number:1"], ["number:2"], ["number:3"]])
        #expect(transcript.entries.map(\.place.line) == [1, 3, 3])
        #expect(transcript.entries.map(\.place.offset) == [4, 27, 37])
        #expect(transcript.raws == ["{\"id\":1,\n \"c\":[{}]}", "{\"id\":2}", "{\"id\":3}"])
        #expect(transcript.lines == 5)
    }

    @Test(
        "in a list a broken element is one rejection, and reading goes on behind it",
        arguments: [
            (#"[{"id":1},{"id":},{"id":3}]"#, [nil, .jsonSyntax, nil]),
            (#"[{"id":1},{"id":[2},{"id":3}]"#, [nil, .jsonSyntax, nil]),
            (#"[{"id":1},{"id":2}},{"id":3}]"#, [nil, .jsonSyntax, nil]),
            (#"[{"id":1},{"id":2}{"id":3},{"id":4}]"#, [nil, .jsonSyntax, nil]),
            (
                #"[{"id":1},7,[1,{"a":[2]}],"x,]",{"id":3}]"#,
                [nil, .jsonNotAnObject, .jsonNotAnObject, .jsonNotAnObject, nil]
            ),
            (#"[{"id":1},,{"id":3}]"#, [nil, .jsonSyntax, nil]),
            (#"[{"id":1},]"#, [nil, .jsonSyntax]),
            (#"[,{"id":1}]"#, [.jsonSyntax, nil]),
            (#"[{"id":1},{"id":2"#, [nil, .jsonSyntax]),
            (#"[{"id":1},{"id":2}"#, [nil, nil, .jsonSyntax]),
            (#"[{"id":1},"#, [nil, .jsonSyntax]),
            (#"["#, [.jsonSyntax]),
            (#"[{"id":1}] x"#, [nil, .jsonSyntax]),
            ("[{\"id\":1}]\n[{\"id\":2}]", [nil, .jsonSyntax]),
            (#"[{"id":1},{"id":"x},{"id":"y"},{"id":4}]"#, [nil, .jsonSyntax]),
            ("[{\"id\":\"a\nb\"},{\"id\":2}]", [.jsonSyntax, nil]),
        ] as [(String, [RejectionCode?])])
    func brokenList(text: String, codes: [RejectionCode?]) {
        #expect(read(text).codes == codes)
    }

    @Test(
        "a page of an API's answer is read as its list",
        arguments: [
            #"{"tickets":[{"id":1},{"id":2}],"next_page":null,"count":2}"#,
            #"{"next_page":"https://x/?a=[{","count":2,"tickets":[{"id":1},{"id":2}]}"#,
            "{\n  \"count\": 2,\n  \"tickets\": [\n    {\"id\":1},\n    {\n \"id\":2}\n  ],\n  \"meta\": {\"x\": []}\n}\n",
            #"{"whatever":[{"id":1},{"id":2}]}"#,
            "{\"whatever\":[\n{\"id\":1},\n{\"id\":2}],\n\"note\":\"\"}",
            #"{"klachten":[{"id":1},{"id":2}],"note":[1],"links":{"next":null}}"#,
            "\n{\"results\":[{\"id\":1},{\"id\":2}],\"note\":1}",
        ])
    func pages(text: String) {
        #expect(read(text).codes == [nil, nil])
        #expect(ids(text) == ["number:1", "number:2"])
    }

    @Test("an empty page has no record")
    func emptyPage() {
        #expect(read(#"{"tickets":[],"next_page":null,"count":0}"#).entries.isEmpty)
        #expect(read("{\n\"tickets\": [],\n\"count\": 0\n}\n").entries.isEmpty)
    }

    @Test(
        "a document with a list of its own is a record, not a page",
        arguments: [
            #"{"id":1,"comments":[{"b":1}]}"#,
            #"{"comments":[{"b":1}],"id":1,"count":1}"#,
            "{\"id\":1,\"data\":[{\"b\":1}]}\n{\"id\":2}",
            "{\"tickets\":[{\"b\":1}],\"count\":1}\n{\"id\":2}",
            #"{"subject":"x","comments":[{"b":1}]}"#,
            #"{"subject":"x","comments":[{"b":1}],"tags":[{"t":1}],"count":1}"#,
            #"{"id":1}"#, #"{}"#, #"{"count":1,"tickets":[1,2]}"#, #"{"key":"A-1","values":[{"b":1}]}"#,
        ])
    func records(text: String) {
        let transcript = read(text)
        #expect(transcript.codes.allSatisfy { $0 == nil })
        #expect(transcript.raws == text.split(separator: "\n").map(String.init))
    }

    @Test(
        "what stands around a page's list must be valid",
        arguments: [
            (#"{"tickets":[{"id":1}],"count":01}"#, .jsonSyntax, 10), (#"{"tickets":[{"id":1}],}"#, .jsonSyntax, 2),
            (#"{"tickets":[{"id":1}],"count":1,"count":1}"#, .jsonDuplicateKey, 12),
            (#"{"tickets":[{"id":1}]"#, .jsonSyntax, 1),
            (#"{"tickets":[{"id":1}],"count":1} {}"#, .jsonSyntax, 13),
        ] as [(String, RejectionCode, Int)])
    func brokenPages(text: String, code: RejectionCode, column: Int) {
        // The line's end makes it plain that no document of JSON Lines is meant.
        let transcript = read(text.replacing("[{", with: "[\n{"))
        #expect(transcript.codes == [nil, code])
        #expect(transcript.findings.first?.column == column)
    }

    @Test("a page with a second list says that it is not read")
    func secondList() {
        let transcript = read("{\"tickets\":[\n{\"id\":1}],\"users\":[{\"id\":2}],\"count\":1}")
        #expect(transcript.codes == [nil, .jsonSyntax])
        #expect(transcript.findings.first == .jsonSecondList)
    }

    @Test("a page longer than a record may be is told by what stands before its list")
    func longPage() {
        let elements = (0..<20000).map { #"{"id":\#($0)}"# }.joined(separator: ",")
        func count(_ head: String) -> Int {
            read(head + elements + #"],"next":1}"#) { $0.recordBytes = 100 }.codes.filter { $0 == nil }.count
        }
        #expect(count(#"{"tickets":["#) == 20000)
        #expect(count(#"{"total":5,"klachten":["#) == 20000)
        #expect(count(#"{"comments":["#) == 0)
        #expect(count(#"{"id":7,"tickets":["#) == 0)
    }

    @Test("a record that is too long is one rejection with all its bytes, and the next one is read")
    func longRecords() {
        let long = #"{"id":""# + String(repeating: "x", count: 100) + #""}"#
        let fine = #"{"id":"# + String(repeating: "7", count: 40) + "}"
        for (text, codes) in [
            ("\(fine)\n\(long)\r\n\(fine)\n", [nil, .recordTooLong, nil]),
            ("[\(long),\(fine)]", [.recordTooLong, nil]),
            ("{}\n\(long)", [nil, .recordTooLong]), ("[\(fine),\(long)", [nil, .recordTooLong]),
        ] as [(String, [RejectionCode?])] {
            let transcript = read(text) { $0.recordBytes = 50 }
            #expect(transcript.codes == codes, "\(text)")
            #expect(transcript.raws.contains(long))
        }
        #expect(read(fine + "\n{}\n") { $0.recordBytes = fine.utf8.count }.codes == [nil, nil])
        #expect(read(fine + "\n{}\n") { $0.recordBytes = fine.utf8.count - 1 }.codes == [.recordTooLong, nil])
    }

    @Test("a state survives being written down")
    func states() {
        let list = JSONList(wrapping: .page, lineEnd: .cr)
        let scan = ElementScan(braces: 3, brackets: 1, isInString: true, isEscaped: true)
        let states: [JSONState] = [
            .start, .lines(.lf), .lines(.cr), .skippedLine(.lf), .elements(list, afterComma: true),
            .elements(list, afterComma: false), .skippedElement(list, scan), .tail(list), .rest(.lf),
        ]
        for state in states { #expect(JSONState(text: state.text) == state) }
        for text in ["x", "lines", "lines:", "lines:xx", "tail:page", "skipped:page:lf:1:-2:0:0", "elements:page:lf:2"]
        {
            #expect(JSONState(text: text) == nil, "\(text)")
        }
    }
}
