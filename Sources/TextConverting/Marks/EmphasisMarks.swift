/// Finds pairs of marks around words (`*so*`, `__so__`) and takes them out.
///
/// A mark opens only at a word's beginning and closes only at a word's end, also where a dialect allows more: `2*3*4` and
/// `snake_case_name` stay as they are, since taking too much out would change what a person wrote.
struct EmphasisMarks {
    private let marks: [[UInt8]]
    /// The places of marks that may be opened, for each kind.
    private var open: [[Int]]

    /// - Parameter marks: longer ones before those that they begin with.
    init(_ marks: [String]) {
        self.marks = marks.map { Array($0.utf8) }
        open = Array(repeating: [], count: marks.count)
    }

    /// Takes the mark that stands at `index`, if one does; says how many bytes it is long.
    mutating func take(_ line: ArraySlice<UInt8>, at index: Int, into edits: inout LineEdits) -> Int? {
        let kinds = marks.indices.filter { line[index...].starts(with: marks[$0]) }
        guard let longest = kinds.first else { return nil }
        let before = index > line.startIndex ? line[index - 1] : nil
        // Of several kinds that could be closed here, the one that was opened last.
        let closed = kinds.filter { isClosed($0, line, at: index, edits.count) }
            .max { (open[$0].last ?? 0) < (open[$1].last ?? 0) }
        if let closed, let start = open[closed].last {
            edits.replace(start, marks[closed].count)
            edits.replace(edits.count, marks[closed].count)
            for other in open.indices {
                while let last = open[other].last, last >= start { open[other].removeLast() }
            }
            edits.append(marks[closed])
            return marks[closed].count
        }
        let end = index + marks[longest].count
        if end < line.endIndex, !Self.isBlank(line[end]), !(before.map(Self.isWord) ?? false) {
            open[longest].append(edits.count)
        }
        edits.append(marks[longest])
        return marks[longest].count
    }

    private func isClosed(_ kind: Int, _ line: ArraySlice<UInt8>, at index: Int, _ place: Int) -> Bool {
        let end = index + marks[kind].count
        guard let start = open[kind].last, start + marks[kind].count < place, index > line.startIndex else {
            return false
        }
        return !Self.isBlank(line[index - 1]) && !(end < line.endIndex && Self.isWord(line[end]))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Letters and digits; of what is not ASCII, everything.
    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
        default: false
        }
    }
}
