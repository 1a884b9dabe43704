import FileReading
import Foundation
import ImportCore

/// Whether a file's bytes are UTF-8, looked for over its first part; and if not, what they may be. Nothing is ever
/// converted on a guess.
enum EncodingGlance {
    /// Looked at: enough to meet the first name with an accent in any list of tickets.
    static let sample = 8 << 20

    struct Finding {
        /// What the file is.
        var name = "UTF-8"
        var hasByteOrderMark = false
        /// A person's word, which the plan has to repeat; nil where the file tells.
        var stated: String?
    }

    /// - Parameter stated: a person's word; nil for none.
    static func check(_ sample: FileSample, path: String, stated: String?) throws(GuessError) -> Finding {
        if let stated { return Finding(name: stated, hasByteOrderMark: sample.mark != nil, stated: stated) }
        if let mark = sample.mark, mark != "UTF-8" { return Finding(name: mark, hasByteOrderMark: true) }
        let bytes = Data(sample.bytes)
        if let wide = wide(bytes) {
            throw .notUTF8(path: path, line: 1, byte: 0, suggestion: wide)
        }
        guard let place = firstBad(bytes, isCut: !sample.isWhole) else {
            return Finding(hasByteOrderMark: sample.mark != nil)
        }
        let line = bytes[..<place].count { $0 == 0x0A } + 1
        if let lines = mixture(bytes), lines.utf8 > 0 {
            throw .mixed(
                path: path, line: line, byte: bytes[place], utf8: lines.utf8, other: lines.other,
                suggestion: suggestion(bytes))
        }
        throw .notUTF8(path: path, line: line, byte: bytes[place], suggestion: suggestion(bytes))
    }

    /// Lines with characters beyond ASCII, by whether they are UTF-8; nil for a text that is not one of lines.
    private static func mixture(_ bytes: Data) -> (utf8: Int, other: Int)? {
        var counts = (utf8: 0, other: 0)
        for line in bytes.split(separator: 0x0A) where line.contains(where: { $0 >= 0x80 }) {
            if firstBad(line, isCut: false) == nil { counts.utf8 += 1 } else { counts.other += 1 }
        }
        return counts.other > 0 ? counts : nil
    }

    /// - Parameter isCut: whether more bytes follow, so that a character which the end cuts is none that is wrong.
    private static func firstBad(_ bytes: Data, isCut: Bool) -> Int? {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            let length =
                switch byte {
                case 0x00...0x7F: 1
                case 0xC2...0xDF: 2
                case 0xE0...0xEF: 3
                case 0xF0...0xF4: 4
                default: 0
                }
            if length == 0 { return index }
            if index + length > bytes.endIndex { return isCut ? nil : index }
            if length > 1, String(validating: bytes[index..<index + length], as: UTF8.self) == nil { return index }
            index += length
        }
        return nil
    }

    /// UTF-16 without a mark: of ASCII's characters every second byte is NUL.
    private static func wide(_ bytes: Data) -> String? {
        let zeros = bytes.prefix(4096).enumerated().filter { $0.element == 0 }
        guard zeros.count * 4 > min(bytes.count, 4096) else { return nil }
        return zeros.count { $0.offset % 2 == 1 } * 2 > zeros.count ? "UTF-16LE" : "UTF-16BE"
    }

    /// By the bytes that only some encodings use for letters and signs: 0x80 to 0x9F are quotes, dashes and the euro in
    /// Windows' encodings, and control characters in ISO's.
    private static func suggestion(_ bytes: Data) -> String {
        bytes.contains { (0x80...0x9F).contains($0) } ? "WINDOWS-1252" : "ISO-8859-1"
    }
}
