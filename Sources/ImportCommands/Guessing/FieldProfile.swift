import ImportCore

/// What the values of one column, or of one path into JSON, have in common.
struct FieldProfile {
    enum Kind: String { case text, integer, number, boolean, email, time }

    /// More different values than these are no vocabulary.
    private static let mostWords = 40
    /// More are not compared with one another to find a key: 16 bytes each, and no more than a few columns get so far.
    private static let mostHashes = 2_000_000
    /// Longer is no id: Crisp's, the longest known, have 44 bytes.
    private static let longestIdentifier = 64

    /// What exports write where they have nothing, beside nothing.
    private static let nullSpellings = ["-", "--", "#N/A", "N/A", "n/a", "?", "null", "NULL", "None", "\\N"]

    let name: String
    private(set) var filled = 0
    /// The spellings of "no value" that occur.
    private(set) var nulls: [String: Int] = [:]
    private var integers = 0
    private var numbers = 0
    private var booleans = 0
    private var emails = 0
    private var forms = DateForms()
    /// Each value's count; nil where there are more than a vocabulary has.
    private(set) var words: [String: Int]? = [:]
    private var hashes: Set<Int> = []
    private(set) var isUnique = true
    /// Whether every value is written as ids are: letters, digits and the signs between them, and a digit at least.
    private(set) var isOfIdentifiers = true

    init(name: String) { self.name = name }

    mutating func enter(_ text: String) {
        if text.isEmpty { return }
        if Self.nullSpellings.contains(text) {
            nulls[text, default: 0] += 1
            return
        }
        filled += 1
        if Int(text) != nil { integers += 1 }
        if Double(text) != nil { numbers += 1 }
        if ["true", "false", "yes", "no"].contains(text.lowercased()) { booleans += 1 }
        if text.contains("@"), !text.contains(" "), text.split(separator: "@").count == 2 { emails += 1 }
        forms.enter(text.utf8)
        if words != nil {
            words?[text, default: 0] += 1
            if text.utf8.count > 80 || words?.count ?? 0 > Self.mostWords { words = nil }
        }
        if isOfIdentifiers { isOfIdentifiers = Self.isIdentifier(text) }
        if !isOfIdentifiers || !isUnique {
            hashes = []
        } else if hashes.count < Self.mostHashes {
            isUnique = hashes.insert(text.hashValue).inserted
        }
    }

    private static func isIdentifier(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count <= longestIdentifier, bytes.contains(where: { (0x30...0x39).contains($0) }) else {
            return false
        }
        return bytes.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || "-_.:#/".utf8.contains(byte)
        }
    }

    /// Whether the values may tell one ticket from another: each is there once, and is written as an id is, not as an
    /// address or a time. What looks like a count of seconds may be an id as well.
    var tellsRecordsApart: Bool {
        guard filled > 0, isOfIdentifiers, isUnique else { return false }
        switch dates {
        case .none: return true
        case .form(let form, _, _): return form.hasPrefix("epoch") || kind == .integer
        case .undecided: return false
        }
    }

    var dates: DateForms.Verdict { forms.verdict }

    var kind: Kind {
        guard filled > 0 else { return .text }
        if booleans == filled { return .boolean }
        if emails == filled { return .email }
        // An id may look like a count of seconds: it is called a number here.
        if integers == filled { return .integer }
        if numbers == filled { return .number }
        return dates == .none ? .text : .time
    }
}
