/// A line of text, and the changes to be made to it: they are found from left to right, and made together at the end, so
/// that no place shifts under another.
struct LineEdits {
    private(set) var text: [UInt8] = []
    private var changes: [(place: Int, length: Int, words: [UInt8])] = []

    var count: Int { text.count }

    mutating func append(_ bytes: some Sequence<UInt8>) { text.append(contentsOf: bytes) }

    /// `length` bytes from `place` on are to be taken out, and `words` to be put there.
    mutating func replace(_ place: Int, _ length: Int, by words: String = "") {
        changes.append((place, length, Array(words.utf8)))
    }

    func finished() -> [UInt8] {
        if changes.isEmpty { return text }
        var result: [UInt8] = []
        var place = 0
        for change in changes.sorted(by: { $0.place < $1.place }) {
            result += text[place..<change.place]
            result += change.words
            place = change.place + change.length
        }
        return result + text[place...]
    }
}
