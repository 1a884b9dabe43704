import FileReadingSupport

/// Reads a document of JSON as RFC 8259 and our three rules are written down, slowly and obviously: no key twice, no
/// deeper than the limit, an object outermost.
struct JSONReference {
    indirect enum Value {
        case null
        case boolean(String)
        case number(String)
        case text([UInt8])
        case array([Value], written: String)
        case object([(key: [UInt8], value: Value)], written: String)
    }

    /// What the layout of the target takes from a record.
    struct Record {
        var cells: [String]
        var items: [[String]]

        func agrees(with entry: RecordTranscript.Entry) -> Bool {
            entry.finding == nil && entry.cells == cells && entry.items == items
        }
    }

    private let bytes: [UInt8]
    private let limit: Int
    private var position = 0

    private struct Refused: Error {}

    /// A record of the target's layout; nil for what is no document.
    static func record(_ bytes: ArraySlice<UInt8>, depth: Int) -> Record? {
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var reference = JSONReference(bytes: Array(bytes), limit: depth)
        guard let value = try? reference.document(), case .object(let members, _) = value else { return nil }
        func member(_ name: String, of members: [(key: [UInt8], value: Value)]) -> Value? {
            members.first { $0.key == Array(name.utf8) }?.value
        }
        func cell(_ name: String, of value: Value?) -> String {
            guard case .object(let members, _) = value else { return "missing" }
            return member(name, of: members)?.cell ?? "missing"
        }
        var items: [Value] = []
        if case .array(let elements, _) = member("c", of: members) { items = elements }
        return Record(
            cells: [cell("id", of: value), cell("a", of: value), cell("b", of: items.first)],
            items: items.map { [cell("b", of: $0)] })
    }

    private init(bytes: [UInt8], limit: Int) {
        self.bytes = bytes
        self.limit = limit
    }

    private mutating func document() throws(Refused) -> Value {
        let value = try value(depth: 1)
        skipBlanks()
        guard position == bytes.count else { throw Refused() }
        return value
    }

    private mutating func value(depth: Int) throws(Refused) -> Value {
        skipBlanks()
        let start = position
        switch next {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth <= limit else { throw Refused() }
            if next == UInt8(ascii: "{") {
                let members = try members(depth: depth)
                return .object(members, written: written(from: start))
            }
            let elements = try elements(depth: depth)
            return .array(elements, written: written(from: start))
        case UInt8(ascii: "\""): return .text(try string())
        default:
            while let byte = next, !Array(" \t\n\r,:[]{}\"".utf8).contains(byte) { position += 1 }
            let word = written(from: start)
            if word == "null" { return .null }
            if word == "true" || word == "false" { return .boolean(word) }
            guard word.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+\-]?[0-9]+)?/) != nil else { throw Refused() }
            return .number(word)
        }
    }

    private mutating func members(depth: Int) throws(Refused) -> [(key: [UInt8], value: Value)] {
        var members: [(key: [UInt8], value: Value)] = []
        try list(until: UInt8(ascii: "}")) { (reference) throws(Refused) in
            guard reference.next == UInt8(ascii: "\"") else { throw Refused() }
            let key = try reference.string()
            reference.skipBlanks()
            try reference.expect(UInt8(ascii: ":"))
            let value = try reference.value(depth: depth + 1)
            guard !members.contains(where: { $0.key == key }) else { throw Refused() }
            members.append((key, value))
        }
        return members
    }

    private mutating func elements(depth: Int) throws(Refused) -> [Value] {
        var elements: [Value] = []
        try list(until: UInt8(ascii: "]")) { (reference) throws(Refused) in
            elements.append(try reference.value(depth: depth + 1))
        }
        return elements
    }

    /// What stands between brackets, with commas between.
    private mutating func list(
        until close: UInt8, _ element: (inout JSONReference) throws(Refused) -> Void
    ) throws(Refused) {
        position += 1
        skipBlanks()
        if next == close {
            position += 1
            return
        }
        while true {
            skipBlanks()
            try element(&self)
            skipBlanks()
            if next == close { break }
            try expect(UInt8(ascii: ","))
        }
        position += 1
    }

    private mutating func string() throws(Refused) -> [UInt8] {
        position += 1
        var text: [UInt8] = []
        while let byte = next, byte >= 0x20 {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"): text += try escaped()
            default: text.append(byte)
            }
        }
        throw Refused()
    }

    private mutating func escaped() throws(Refused) -> [UInt8] {
        let plain = Dictionary(uniqueKeysWithValues: zip("\"\\/bfnrt".utf8, "\"\\/\u{8}\u{C}\n\r\t".utf8))
        guard let byte = next else { throw Refused() }
        position += 1
        if let meant = plain[byte] { return [meant] }
        guard byte == UInt8(ascii: "u") else { throw Refused() }
        var units = [try hexadecimal()]
        if UTF16.isLeadSurrogate(units[0]) {
            try expect(UInt8(ascii: "\\"))
            try expect(UInt8(ascii: "u"))
            units.append(try hexadecimal())
        }
        guard let text = String(validating: units, as: UTF16.self) else { throw Refused() }
        return Array(text.utf8)
    }

    private mutating func hexadecimal() throws(Refused) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else { throw Refused() }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func expect(_ byte: UInt8) throws(Refused) {
        guard next == byte else { throw Refused() }
        position += 1
    }

    private mutating func skipBlanks() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private func written(from start: Int) -> String { String(decoding: bytes[start..<position], as: UTF8.self) }
}

extension JSONReference.Value {
    /// As a transcript tells a cell.
    fileprivate var cell: String {
        switch self {
        case .null: "null"
        case .boolean(let text): "boolean:\(text)"
        case .number(let text): "number:\(text)"
        case .text(let bytes): "text:" + String(decoding: bytes, as: UTF8.self)
        case .array(_, let written): "array:\(written)"
        case .object(_, let written): "object:\(written)"
        }
    }
}
