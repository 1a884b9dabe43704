import ImportCore
import Testing

@testable import FileReading

@Suite("Lists written as JSON in a field")
struct JSONFieldReaderTests {
    /// For each text its items, column by column, or what is wrong with it.
    private func read(_ texts: [String?], _ paths: String..., limits: Limits = Limits()) -> [String] {
        var slab: [UInt8] = Array("behind".utf8)
        let ranges = texts.map { text -> ByteRange in
            guard let text else { return .none }
            defer { slab += text.utf8 }
            return ByteRange(offset: slab.count, length: text.utf8.count)
        }
        let reader = JSONFieldReader(columns: paths.compactMap(FieldPath.init(path:)), limits: limits)
        let batch = slab.withUnsafeBufferPointer { reader.read(ranges, in: $0) }
        var cell = 0
        return batch.counts.enumerated().map { index, count in
            let items = (0..<count).map { _ in
                paths.map { _ in
                    defer { cell += 1 }
                    let range = batch.cells[cell].range
                    return range.isNone ? "-" : String(decoding: batch.slab[range.bounds], as: UTF8.self)
                }.joined(separator: ",")
            }
            let faults = batch.faults.filter { $0.index == index }.map(\.finding.code.rawValue)
            return (items + faults).joined(separator: " ")
        }
    }

    @Test func `each item gives its cells, and a text without a list none`() {
        #expect(
            read([#"[{"a":"x","b":{"c":1}},{"b":{}}]"#, nil, "[]", "null", #" [{"a":"ä\n"}] "#], "a", "b.c")
                == ["x,1 -,-", "", "", "", "ä\n,-"])
    }

    @Test(arguments: [
        ("{}", "messages.not-a-list"), ("17", "messages.not-a-list"), ("[1,", "json.syntax"), ("[]]", "json.syntax"),
        ("[],\"x\":[1]", "json.syntax"), ("[]}", "json.syntax"), ("[{\"a\":1,\"a\":2}]", "json.duplicate-key"),
        ("", "json.syntax"),
    ])
    func `what is no list is found, and the next text is read all the same`(_ text: String, _ code: String) {
        #expect(read([text, #"[{"a":"x"}]"#], "a") == [code, "x"])
    }

    @Test func `the plan's bounds hold`() {
        var limits = Limits()
        limits.depth = 3
        limits.fieldBytes = 4
        #expect(read(["[[[1]]]", "[[[[1]]]]"], "a", limits: limits) == ["-", "json.too-deep"])
        #expect(read([#"[{"a":"12345"}]"#], "a", limits: limits) == ["field.too-long"])
    }
}
