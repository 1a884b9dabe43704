/// Turns text with marks of a markup language into text without them. Fulfilled by `TextConverting`.
package protocol TextConverter: Sendable {
    /// The text; empty where the markup shows none. `markup` is valid UTF-8.
    func text(of markup: UnsafeBufferPointer<UInt8>) throws(TextConversionFault) -> [UInt8]
}

/// Why a markup gives no text: the record is rejected, since half a message would pass for a whole one.
package enum TextConversionFault: Error, Equatable {
    /// Elements nest deeper than so many levels.
    case tooDeep(Int)
    /// The text is longer than so many bytes.
    case tooLong(Int)
    /// It holds a NUL, at which the parser would stop.
    case holdsNUL
    /// The parser gave up before the end.
    case unreadable

    var words: String {
        switch self {
        case .tooDeep(let levels): "its elements nest deeper than \(levels) levels"
        case .tooLong(let bytes): "the text would be longer than \(bytes) bytes"
        case .holdsNUL: "it holds a NUL character"
        case .unreadable: "the parser gave up before its end"
        }
    }
}
