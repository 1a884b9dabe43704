import FileReading
import FileReadingSupport
import ImportCore

/// The JSON reader. The first byte is the limits, the rest a file.
///
/// Lines must give what a plain parser of RFC 8259 gives; a list's elements that are read must be what it takes; no byte
/// is lost; and pieces of any size and resuming change nothing.
enum JSONLinesTarget {
    static func check(_ input: [UInt8]) async throws {
        guard let options = input.first else { return }
        let bytes = Array(input.dropFirst())
        var limits = Limits()
        if options & 1 != 0 { limits.recordBytes = 60 }
        if options & 2 != 0 { limits.depth = 2 }
        let layout = RecordLayout("id", "a", "c[0].b", list: "c", items: ["b"])

        let format = JSONFormat(layout: layout, limits: limits)
        let properties = PieceProperties(format: format, bytes: bytes)
        let whole = try properties.whole()
        try require(
            whole.entries.indices.allSatisfy { whole.entries[$0].place.record == $0 }, "records are not numbered on")
        switch format.read(bytes, from: format.initial, isEnd: true).state {
        case .lines, .skippedLine, .start:
            try requireNone(linesDifference(whole, bytes, limits: limits), "a plain parser says otherwise")
        case .elements, .skippedElement, .tail, .rest:
            for (index, entry) in whole.entries.enumerated() where entry.finding == nil {
                let expected = JSONReference.record(entry.raw[...], depth: limits.depth)
                try require(
                    expected.map { $0.agrees(with: entry) } ?? false,
                    "a plain parser gives \(String(describing: expected)) for entry \(index): \(entry.text)")
            }
            try properties.checkTiles(whole) { _ in true }
        }
        try properties.checkPieces(whole)
        try await properties.checkSource(whole)
    }

    /// JSON Lines read by splitting: what each line gives is told by the line alone.
    private static func linesDifference(_ transcript: RecordTranscript, _ bytes: [UInt8], limits: Limits) -> String? {
        let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let isOld = !bytes.dropFirst(mark).contains(0x0A) && bytes.contains(0x0D)
        let lineEnd: UInt8 = isOld ? 0x0D : 0x0A
        var entries = transcript.entries[...]
        for (number, line) in bytes[mark...].split(separator: lineEnd, omittingEmptySubsequences: false).enumerated() {
            let content = !isOld && line.last == 0x0D ? line.dropLast() : line
            let isBlank = content.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
            if isBlank && content.count <= limits.recordBytes { continue }
            guard let entry = entries.popFirst() else { return "line \(number) is lost" }
            let expected = content.count > limits.recordBytes ? nil : JSONReference.record(content, depth: limits.depth)
            guard entry.place.line == number, entry.place.offset == line.startIndex, entry.raw.elementsEqual(content)
            else { return "line \(number) is \(entry.text)" }
            guard let expected else {
                if entry.finding == nil { return "line \(number) must be refused: \(entry.text)" }
                continue
            }
            if !expected.agrees(with: entry) { return "line \(number) holds \(expected), and not \(entry.text)" }
        }
        return entries.first.map { "no line is \($0.text)" }
    }
}
