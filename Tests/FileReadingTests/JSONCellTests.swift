import Foundation
import FileReadingSupport
import ImportCore
import Testing

@testable import FileReading

@Suite("JSON cells: what the mapping gets of a document")
struct JSONCellTests {
    private func cells(_ document: String, _ paths: String...) -> [String] {
        let layout = RecordLayout(columns: paths.compactMap(FieldPath.init(path:)))
        var reading = JSONReading(layout)
        return reading.read(document + "\n{}\n").entries[0].cells
    }

    @Test("each kind of value keeps its kind; numbers keep their digits")
    func kinds() {
        let document =
            #"{"t":"x","n":-1.50e+3,"i":12345678901234567890123,"b":false,"z":null,"o":{"k": 1},"a":[1, 2 ]}"#
        #expect(
            cells(document, "t", "n", "i", "b", "z", "o", "a", "m") == [
                "text:x", "number:-1.50e+3", "number:12345678901234567890123", "boolean:false", "null",
                #"object:{"k": 1}"#, "array:[1, 2 ]", "missing",
            ])
    }

    @Test("strings and keys are unescaped")
    func escapes() {
        #expect(
            cells(#"{"a":"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00","\u006b":"\\"}"#, "a", "k")
                == ["text:\"\\/\u{8}\u{C}\n\r\té😀", "text:\\"])
    }

    @Test("paths go through names and indices, and what is not there is missing")
    func paths() {
        let document = #"{"a":{"b":[10,{"c":"x"},[20]]},"s":"t"}"#
        #expect(
            cells(document, "a.b[0]", "a.b[1].c", "a.b[2][0]", "a.b[3]", "a[0]", "s.t", "a.b.c")
                == ["number:10", "text:x", "number:20", "missing", "missing", "missing", "missing"])
    }

    @Test("a path may be the beginning of another, and may be wanted twice")
    func overlapping() {
        #expect(
            cells(#"{ "r" : { "e" : "x" , "l" : [ ] } , "q":1}"#, "r", "r.e", "r.e", "r.l")
                == [#"object:{ "e" : "x" , "l" : [ ] }"#, "text:x", "text:x", "array:[ ]"])
    }

    @Test("a name with dots is one name when it is meant literally")
    func literalNames() {
        var reading = JSONReading(RecordLayout(columns: [FieldPath(literal: "a.b"), FieldPath(literal: "")]))
        #expect(reading.read(#"{"a":{"b":1},"a.b":2,"":3}"# + "\n{}").entries[0].cells == ["number:2", "number:3"])
    }

    @Test("names that begin alike are told apart")
    func similarNames() {
        #expect(
            cells(#"{"created_a":1,"created_at":2,"created_at_":3,"created":4}"#, "created_at", "created")
                == ["number:2", "number:4"])
    }

    @Test("each item of the list gives a row; an item that is no object gives an empty one")
    func items() {
        var reading = JSONReading(RecordLayout("id", "c[1].b", list: "c", items: ["b", "by.id"]))
        let entries = reading.read(
            """
            {"c":[{"b":"x","by":{"id":1}},{"b":"y"},7,[],{}],"id":1}
            {"id":2,"c":[]}
            {"id":3,"c":"none"}
            {"id":4}
            {"id":5,"c":null}
            {"id":6,"c":[{"b":1}]
            {"id":7,"c":[{"b":"z"}]}
            """
        ).entries
        #expect(
            entries[0].items == [
                ["text:x", "number:1"], ["text:y", "missing"], ["missing", "missing"], ["missing", "missing"],
                ["missing", "missing"],
            ])
        #expect(entries[0].cells == ["number:1", "text:y"])
        #expect(entries.map(\.listKind) == [.array, .array, .text, .missing, .null, .missing, .array])
        #expect(entries.map(\.items.count) == [5, 0, 0, 0, 0, 0, 1])
        #expect(entries[6].items == [["text:z", "missing"]])
    }

    @Test("a wanted field that is too long is a rejection that names it; an unwanted one is not")
    func longFields() {
        var limits = Limits()
        limits.fieldBytes = 4
        var reading = JSONReading(RecordLayout("a", list: "l", items: ["b"]), limits: limits)
        let transcript = reading.read(
            """
            {"a":"1234"}
            {"a":"12345"}
            {"b":"12345"}
            {"l":[{"b":"12345"}]}
            """)
        #expect(transcript.codes == [nil, .fieldTooLong, nil, .fieldTooLong])
        #expect(transcript.findings.map(\.field) == ["a", "b"])
        #expect(transcript.cells[1] == ["missing"])
    }

    @Test("generated documents give the values that Foundation's decoder gives", arguments: 0..<20 as Range<UInt64>)
    func agreesWithFoundation(seed: UInt64) throws {
        var random = JSONDocuments(seed: seed)
        for _ in 0..<50 {
            let document = random.object(depth: 3)
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(document.utf8)) as? [String: Any], "\(document)")
            let keys = object.keys.sorted()
            var reading = JSONReading(RecordLayout(columns: keys.map(FieldPath.init(literal:))))
            let entry = reading.read(document + "\n{}\n").entries[0]
            #expect(entry.finding == nil, "\(document)")
            for (key, cell) in zip(keys, entry.cells) {
                try #expect(agrees(cell, object[key]), "\(key) in \(document)")
            }
        }
    }

    private func agrees(_ cell: String, _ value: Any?) throws -> Bool {
        let parts = cell.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        switch parts[0] {
        case "text": return value as? String == String(parts[1])
        case "null": return value is NSNull
        case "boolean": return value as? Bool == (parts[1] == "true")
        case "number": return (value as? NSNumber)?.doubleValue == Double(parts[1])
        default:
            let again = try JSONSerialization.jsonObject(with: Data(parts[1].utf8))
            if let array = again as? NSArray { return array == value as? NSArray }
            return again as? NSDictionary == value as? NSDictionary
        }
    }
}
