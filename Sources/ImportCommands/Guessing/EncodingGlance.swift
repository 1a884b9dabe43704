import Foundation
import ImportCore

/// Whether a file's bytes are UTF-8, looked for over its first part; and if not, what they may be. Nothing is ever
/// converted on a guess.
enum EncodingGlance {
    /// Looked at: enough to meet the first name with an accent in any list of tickets.
    private static let sample = 8 << 20

    struct Finding {
        var hasByteOrderMark: Bool
        /// What else than UTF-8 stands in the file; nil for nothing.
        var mixture: String?
    }

    static func check(_ path: String) throws(GuessError) -> Finding {
        guard let file = try? FileHandle(forReadingFrom: URL(filePath: path)),
            let bytes = try? file.read(upToCount: sample)
        else { return Finding(hasByteOrderMark: false) }
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        guard let place = firstBad(bytes) else { return Finding(hasByteOrderMark: hasMark) }
        let line = bytes[..<place].count { $0 == 0x0A } + 1
        let (utf8, other) = linesBeyondASCII(bytes)
        let suggestion = suggestion(bytes)
        let mixture =
            "of \(Figures.counted(utf8 + other, "line")) with letters beyond ASCII \(Figures.grouped(utf8)) "
            + "\(utf8 == 1 ? "is" : "are") UTF-8"
        // A line of another encoding may look like UTF-8 by chance: the fewer must be the others.
        guard utf8 > other else {
            throw .notUTF8(
                path: path, line: line, byte: bytes[place], suggestion: suggestion, mixture: utf8 > 0 ? mixture : nil)
        }
        return Finding(
            hasByteOrderMark: hasMark,
            mixture: "mixed encodings: \(mixture), the others may be \(suggestion), the first of them line \(line); "
                + "their records are rejected")
    }

    /// How many lines are UTF-8, and how many are something else, of those that are not ASCII.
    private static func linesBeyondASCII(_ bytes: Data) -> (utf8: Int, other: Int) {
        var counts = (utf8: 0, other: 0)
        for line in bytes.split(separator: 0x0A) where line.contains(where: { $0 >= 0x80 }) {
            if String(validating: line, as: UTF8.self) != nil { counts.utf8 += 1 } else { counts.other += 1 }
        }
        return counts
    }

    private static func firstBad(_ bytes: Data) -> Int? {
        // A character that the sample's end cuts is none that is wrong.
        let isCut = bytes.count == sample
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

    /// By the bytes that only some encodings use for letters and signs.
    private static func suggestion(_ bytes: Data) -> String {
        let zeros = bytes.prefix(4096).enumerated().filter { $0.element == 0 }
        if zeros.count * 4 > min(bytes.count, 4096) {
            return zeros.count { $0.offset % 2 == 1 } * 2 > zeros.count ? "UTF-16LE" : "UTF-16BE"
        }
        // 0x80 to 0x9F are quotes, dashes and the euro in Windows' encodings, and control characters in ISO's.
        return bytes.contains { (0x80...0x9F).contains($0) } ? "WINDOWS-1252" : "ISO-8859-1"
    }
}

/// Why nothing can be guessed of a file.
enum GuessError: PresentableError {
    case notUTF8(path: String, line: Int, byte: UInt8, suggestion: String, mixture: String?)
    case nothing(path: String)
    case different(first: String, other: String)

    var report: FailureReport {
        switch self {
        case .notUTF8(let path, let line, let byte, let suggestion, let mixture):
            FailureReport(
                .data, place: "\(path):\(line)",
                "the file is not UTF-8: byte 0x\(String(byte, radix: 16, uppercase: true)) stands in it; "
                    + "it may be \(suggestion)" + (mixture.map { "; it is mixed: \($0)" } ?? ""),
                hint: "look at the result of: iconv -f \(suggestion) -t UTF-8 \(path)")
        case .nothing(let path):
            FailureReport(
                .data, place: path, "no record of it can be read", hint: "see what stands in it: records \(path)")
        case .different(let first, let other):
            FailureReport(
                .data, place: other, "it holds other columns than \(first)",
                hint: "guess each kind of file by itself: tickets here, messages there")
        }
    }
}
