/// Finds where an element of a list ends, without reading it: counts brackets outside strings.
///
/// It also has to find the end of a broken element, so that the next one can be read. Square brackets therefore count
/// only outside braces: an object ends with its last brace, whatever became of the arrays in it.
package struct ElementScan: Sendable, Equatable {
    var braces = 0
    var brackets = 0
    var isInString = false
    var isEscaped = false

    /// The offset of the comma or the bracket that ends the element, looked for from `start` on; nil when it is not in
    /// sight, and the scan can go on with the bytes that follow.
    mutating func end(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        var index = start
        let count = bytes.count
        if isEscaped && index < count {
            isEscaped = false
            index += 1
        }
        while index < count {
            if isInString {
                let byte = base[index]
                if byte == Byte.quote {
                    isInString = false
                } else if byte == Byte.backslash {
                    index += 1
                    isEscaped = index == count
                }
                index += 1
                continue
            }
            switch base[index] {
            case Byte.quote: isInString = true
            case Byte.openBrace: braces += 1
            case Byte.closeBrace: braces = max(0, braces - 1)
            case Byte.openBracket where braces == 0: brackets += 1
            case Byte.closeBracket where braces == 0:
                if brackets == 0 { return index }
                brackets -= 1
            case Byte.comma where braces == 0 && brackets == 0: return index
            default: break
            }
            index += 1
        }
        return nil
    }
}

/// The bytes that give JSON its structure.
enum Byte {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
    static let comma = UInt8(ascii: ",")
    static let lf = UInt8(ascii: "\n")
    static let cr = UInt8(ascii: "\r")

    /// JSON's white space.
    @inline(__always) static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
