import FileReadingSupport
import ImportCore
import Testing

@testable import FileReading

@Suite("JSON pieces: what is read never depends on where a file is cut")
struct JSONPieceTests {
    private static let layout = RecordLayout("id", "a0", "c[0]", "c[0].b", list: "c", items: ["b"])

    /// Files, each read as one piece and in random pieces, cut anywhere or as the format itself proposes.
    @Test(
        "a file gives the same records, cells, bytes and findings in pieces of any size",
        arguments: 0..<40 as Range<UInt64>)
    func anyPieces(seed: UInt64) {
        var documents = JSONDocuments(seed: seed)
        for round in 0..<25 {
            let bytes = documents.file()
            var limits = Limits()
            limits.recordBytes = documents.pick([20, 60, 1 << 20])
            limits.depth = documents.pick([2, 512])
            let text = "seed \(seed), round \(round): \(String(decoding: bytes, as: UTF8.self).debugDescription)"
            var whole = JSONReading(Self.layout, limits: limits)
            let expected = whole.read(bytes) { .max }
            #expect(whole.stalls == 0, "\(text)")
            for cuts in [false, true] {
                let most = documents.pick([3, 30, 300])
                var pieces = JSONReading(Self.layout, limits: limits, cuts: cuts)
                let transcript = pieces.read(bytes) { documents.below(most) + 1 }
                #expect(pieces.stalls == 0, "\(text)")
                #expect(transcript == expected, "\(text)")
            }
        }
    }

    @Test(
        "every byte of a broken file comes back as some record's, or stands between records",
        arguments: 0..<10 as Range<UInt64>)
    func losesNothing(seed: UInt64) {
        var documents = JSONDocuments(seed: seed)
        for _ in 0..<50 {
            let bytes = documents.file()
            var reading = JSONReading(Self.layout)
            let transcript = reading.read(bytes) { .max }
            var end = 0
            for entry in transcript.entries {
                #expect(entry.place.offset >= end)
                end = entry.place.offset + entry.raw.count
                #expect(Array(bytes[entry.place.offset..<end]) == entry.raw)
            }
            #expect(transcript.entries.indices.allSatisfy { transcript.entries[$0].place.record == $0 })
        }
    }

    @Test("pieces of a well-formed file end as they were promised to")
    func keepsPromises() {
        let records = (0..<2000).map { #"{"id":\#($0),"t":"a \"quoted\" {[, word","c":[{"b":1},{"b":[2]}]}"# }
        for text in [
            records.joined(separator: "\n"), records.joined(separator: "\r\n"),
            "[" + records.joined(separator: ",\n") + "]",
            #"{"count":2,"tickets":["# + records.joined(separator: ",") + #"],"next":null}"#,
        ] {
            var limits = Limits()
            limits.recordBytes = 1000
            var reading = JSONReading(RecordLayout("id"), limits: limits, cuts: true)
            let transcript = reading.read(Array(text.utf8)) { 5000 }
            #expect(reading.brokenPromises == 0)
            #expect(transcript.cells == (0..<2000).map { ["number:\($0)"] })
        }
    }

    @Test("a line far beyond the limit passes through in small pieces")
    func streamsLongLines() {
        var limits = Limits()
        limits.recordBytes = 1000
        let format = JSONFormat(layout: RecordLayout("id"), limits: limits)
        let filler = [UInt8](repeating: 0x78, count: 1 << 16)
        var state = format.initial
        var result = format.read(Array("{}\n{\"id\":\"".utf8) + filler, from: state, isEnd: false)
        #expect(result.batch.unreadable.map(\.finding.code) == [.recordTooLong])
        for _ in 0..<50 {
            state = result.state
            #expect(filler.withUnsafeBufferPointer { format.cut($0, from: state) }?.length == filler.count)
            result = format.read(filler, from: state, isEnd: false)
            #expect(result.consumed == filler.count && result.batch.records.isEmpty)
            #expect(result.batch.continued.bounds == 0..<filler.count)
        }
        result = format.read(Array("\"}\n{\"id\":7}\n".utf8), from: result.state, isEnd: true)
        #expect(result.batch.continued.bounds == 0..<2)
        #expect(result.batch.records.map(\.place.line) == [1])
    }
}
