package import ImportCore

/// The common marks of Markdown, to text: headings, emphasis, code, links and images. Lists and quotes are readable as
/// they stand.
///
/// Only what is surely a mark is taken out; everything else stays as it was typed. HTML in it does, too.
package struct MarkdownConverter: TextConverter {
    /// No address is longer: what is looked through for the end of one is bounded.
    private static let longestAddress = 2048
    private let limit: Int

    /// - Parameter limit: the longest text that is made, in bytes.
    package init(limit: Int) { self.limit = limit }

    package func text(of markup: UnsafeBufferPointer<UInt8>) throws(TextConversionFault) -> [UInt8] {
        var text: [UInt8] = []
        var fence: [UInt8]?
        for (number, line) in Array(markup).split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let content = line.drop { $0 == 0x20 }
            let mark = ["```", "~~~"].map { Array($0.utf8) }.first { content.starts(with: $0) }
            if let mark, fence == nil || fence == mark {
                fence = fence == nil ? mark : nil
                continue
            }
            if number > 0, !text.isEmpty { text.append(0x0A) }
            text += fence == nil ? Self.plain(Self.withoutHeading(line)) : Array(line)
            if text.count > limit { throw .tooLong(limit) }
        }
        return text
    }

    private static func withoutHeading(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let rest = line.drop { $0 == UInt8(ascii: "#") }
        let level = line.count - rest.count
        guard (1...6).contains(level), rest.first == 0x20 else { return line }
        return rest.drop { $0 == 0x20 }
    }

    private static func plain(_ line: ArraySlice<UInt8>) -> [UInt8] {
        var edits = LineEdits()
        var emphasis = EmphasisMarks(["**", "__", "~~", "*", "_"])
        var brackets: [Int] = []
        let lastTick = line.lastIndex(of: UInt8(ascii: "`")) ?? line.startIndex
        var index = line.startIndex
        while index < line.endIndex {
            let byte = line[index]
            switch byte {
            case UInt8(ascii: "\\") where index + 1 < line.endIndex && isPunctuation(line[index + 1]):
                edits.append([line[index + 1]])
                index += 2
            case UInt8(ascii: "`"):
                let start = index + 1
                if index < lastTick, let end = line[start...].firstIndex(of: byte), end > start {
                    edits.append(line[start..<end])
                    index = end + 1
                } else {
                    edits.append([byte])
                    index += 1
                }
            case UInt8(ascii: "["):
                brackets.append(edits.count)
                edits.append([byte])
                index += 1
            case UInt8(ascii: "]"):
                let start = brackets.popLast()
                if let start, let address = address(line, behind: index) {
                    write(link: start, to: line[address], in: &edits)
                    index = address.upperBound + 1
                } else {
                    edits.append([byte])
                    index += 1
                }
            default:
                if let length = emphasis.take(line, at: index, into: &edits) {
                    index += length
                } else {
                    edits.append([byte])
                    index += 1
                }
            }
        }
        return edits.finished()
    }

    /// What stands in the parentheses behind a bracket: an address without blanks.
    private static func address(_ line: ArraySlice<UInt8>, behind bracket: Int) -> Range<Int>? {
        let start = bracket + 2
        guard start < line.endIndex, line[bracket + 1] == UInt8(ascii: "(") else { return nil }
        var depth = 0
        for index in start..<min(line.endIndex, start + longestAddress) {
            switch line[index] {
            case 0x20, 0x09: return nil
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                if depth == 0 { return start..<index }
                depth -= 1
            default: break
            }
        }
        return nil
    }

    private static func write(link start: Int, to address: ArraySlice<UInt8>, in edits: inout LineEdits) {
        let label = edits.text[(start + 1)...]
        let isImage = start > 0 && edits.text[start - 1] == UInt8(ascii: "!")
        let address = String(decoding: address, as: UTF8.self)
        if isImage {
            edits.replace(start - 1, 2, by: "[image: ")
            let file = address.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last
            edits.append((label.isEmpty ? String(file ?? "") : "").utf8)
            edits.append("]".utf8)
        } else {
            let isSame = label.elementsEqual(address.utf8)
            edits.replace(start, 1)
            if !isSame && !address.isEmpty { edits.append((label.isEmpty ? address : " (\(address))").utf8) }
        }
    }

    private static func isPunctuation(_ byte: UInt8) -> Bool { "\\`*_{}[]()#+-.!~>|".utf8.contains(byte) }
}
