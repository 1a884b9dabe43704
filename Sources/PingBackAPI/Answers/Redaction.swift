import ImportCore

/// Strikes out of a server's words what may not stand in a log: the token, addresses of people, and what the request
/// itself held. Servers like to repeat what they refuse.
struct Redaction: Sendable {
    /// So many bytes in a row that the words have in common with the request are no coincidence.
    static let longestCoincidence = 15
    /// Shorter pieces of the request are struck out where they stand in quotes, as a value does.
    static let shortestQuoted = 3

    private static let quotes: Set<UInt8> = [0x22, 0x27, 0x60]
    /// What an address does not hold, and is usually written beside one: blanks, quotes, brackets, `&,;:=?`.
    private static let besideAddresses = Set(" \"'`<>()[]{}&,;:=?".utf8)

    let token: Secret?
    /// The text and the customer of the request, laid out as the words are; empty where it held none.
    private let sent: [UInt8]

    init(token: Secret?, sent: CreateRequest?) {
        self.token = token
        let parts = [sent?.initialMessage, sent?.customerID].compactMap(\.self)
        self.sent = Array(parts.map { ServerWords.inOneLine($0) }.joined(separator: "\n").utf8)
    }

    func applied(to words: String) -> String {
        var words = words
        if let token, !token.reveal.isEmpty { words = words.replacing(token.reveal, with: token.description) }
        let bytes = Array(words.utf8)
        var marks = [Mark?](repeating: nil, count: bytes.count)
        markSent(in: bytes, &marks)
        Self.markAddresses(in: bytes, &marks)
        guard marks.contains(where: { $0 != nil }) else { return words }
        var kept: [UInt8] = []
        for index in bytes.indices {
            if let mark = marks[index] {
                if index == 0 || marks[index - 1] != mark { kept += mark.rawValue.utf8 }
            } else {
                kept.append(bytes[index])
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    private enum Mark: String { case sent = "‹as sent›", address = "‹address›" }

    private func markSent(in bytes: [UInt8], _ marks: inout [Mark?]) {
        var starts: [Int: [Int]] = [:]
        let long = Self.longestCoincidence + 1
        if bytes.count >= long { starts[long] = Array(0...(bytes.count - long)) }
        for quoted in Self.quoted(in: bytes) where Self.shortestQuoted..<long ~= quoted.count {
            starts[quoted.count, default: []].append(quoted.lowerBound)
        }
        for (length, starts) in starts {
            for start in common(starts, length: length, of: bytes) {
                var range = start..<(start + length)
                // Whole characters only.
                while range.lowerBound > 0, bytes[range.lowerBound].continuesCharacter {
                    range = (range.lowerBound - 1)..<range.upperBound
                }
                while range.upperBound < bytes.count, bytes[range.upperBound].continuesCharacter {
                    range = range.lowerBound..<(range.upperBound + 1)
                }
                for index in range { marks[index] = .sent }
            }
        }
    }

    /// Those of the pieces that stand in the request too. By a rolling hash modulo 2^64, so one pass over a request of
    /// any size; two pieces with the same hash would only strike out more.
    private func common(_ starts: [Int], length: Int, of bytes: [UInt8]) -> [Int] {
        guard sent.count >= length else { return [] }
        let base: UInt64 = 0x1_0000_01B3
        var places: [UInt64: [Int]] = [:]
        for start in starts {
            let hash = bytes[start..<(start + length)].reduce(UInt64(0)) { $0 &* base &+ UInt64($1) }
            places[hash, default: []].append(start)
        }
        var found: [Int] = []
        let highest = (1..<length).reduce(UInt64(1)) { power, _ in power &* base }
        var hash: UInt64 = 0
        for (index, byte) in sent.enumerated() {
            if index >= length { hash = hash &- UInt64(sent[index - length]) &* highest }
            hash = hash &* base &+ UInt64(byte)
            if index >= length - 1, let places = places.removeValue(forKey: hash) { found += places }
        }
        return found
    }

    /// What stands between a quote and the next of the same kind.
    private static func quoted(in bytes: [UInt8]) -> [Range<Int>] {
        var last: [UInt8: Int] = [:]
        var ranges: [Range<Int>] = []
        for (index, byte) in bytes.enumerated() where quotes.contains(byte) {
            if let start = last[byte] { ranges.append((start + 1)..<index) }
            last[byte] = index
        }
        return ranges
    }

    /// Also in the form that URLs give them, with `%40`.
    private static func markAddresses(in bytes: [UInt8], _ marks: inout [Mark?]) {
        for index in bytes.indices {
            let isEscaped = bytes[index...].prefix(3).elementsEqual("%40".utf8)
            guard bytes[index] == UInt8(ascii: "@") || isEscaped else { continue }
            let start = bytes[..<index].lastIndex { besideAddresses.contains($0) }.map { $0 + 1 } ?? 0
            let behind = index + (isEscaped ? 3 : 1)
            let end = bytes[behind...].firstIndex { besideAddresses.contains($0) } ?? bytes.count
            guard start < index, behind < end else { continue }
            for place in start..<end where marks[place] == nil { marks[place] = .address }
        }
    }
}

extension UInt8 {
    /// Whether it is a later byte of a character in UTF-8.
    fileprivate var continuesCharacter: Bool { self & 0b1100_0000 == 0b1000_0000 }
}
