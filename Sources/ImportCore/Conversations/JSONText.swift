/// Writes JSON text in one canonical form: no blanks, members in the order in which they are written, and of escapes
/// only those that JSON demands, in the spelling of RFC 8785 (section 3.2.2.2). Equal values give equal bytes.
package struct JSONText: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// Whether a value stands before the place where the next one goes.
    private var needsComma = false

    package init() {}

    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Ends a line of JSON Lines; the next value is one of its own.
    package mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// A member's name; its value comes next.
    package mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { string($0) }
    }

    /// A string given as its UTF-8 bytes, which must be valid.
    package mutating func string(_ utf8: UnsafeBufferPointer<UInt8>) {
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        // What needs no escape is copied in runs.
        var start = 0
        for index in utf8.indices {
            let byte = utf8[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<index]))
            escape(byte)
            start = index + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func number(_ value: some BinaryInteger) { verbatim(String(value).utf8) }

    /// The shortest digits that give the same number back. JSON has no infinities and no NaN.
    package mutating func number(_ value: Double) {
        precondition(value.isFinite, "A number that is not finite has no JSON.")
        verbatim(value.description.utf8)
    }

    package mutating func bool(_ value: Bool) { verbatim((value ? "true" : "false").utf8) }

    package mutating func null() { verbatim("null".utf8) }

    /// A value that is JSON text already, such as a number with its digits kept or a document of the source.
    package mutating func verbatim(_ json: some Collection<UInt8>) {
        beginValue()
        bytes.append(contentsOf: json)
    }

    /// A moment, in its canonical text.
    package mutating func time(_ value: Timestamp) {
        beginValue()
        bytes.append(UInt8(ascii: "\""))
        value.appendISO8601(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Gives the bytes away and starts anew.
    package mutating func take() -> [UInt8] {
        defer { self = JSONText() }
        return bytes
    }

    private mutating func beginValue() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        beginValue()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            let last = byte & 0x0F
            bytes.append(contentsOf: byte < 0x10 ? "u000".utf8 : "u001".utf8)
            bytes.append(last < 10 ? UInt8(ascii: "0") + last : UInt8(ascii: "a") + last - 10)
        }
    }
}
