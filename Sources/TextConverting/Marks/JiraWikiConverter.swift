package import ImportCore

/// The common marks of Jira's wiki markup, to text: headings, lists, quotes, tables, links, images, mentions, macros for
/// code and colour, bold and italic.
///
/// `-`, `+`, `^` and `~` around words stay: in the text of a ticket they are as often themselves.
package struct JiraWikiConverter: TextConverter {
    /// No link is longer: what is looked through for the end of one is bounded.
    private static let longestLink = 2048
    private let limit: Int

    /// - Parameter limit: the longest text that is made, in bytes.
    package init(limit: Int) { self.limit = limit }

    package func text(of markup: UnsafeBufferPointer<UInt8>) throws(TextConversionFault) -> [UInt8] {
        var text: [UInt8] = []
        for stretch in JiraStretch.all(of: Array(markup)) {
            var counters: [Counter] = []
            var lines = stretch.text.split(separator: 0x0A, omittingEmptySubsequences: false)
                .map { $0.last == 0x0D ? $0.dropLast() : $0 }[...]
            // Around what stands apart, the line ends are ours.
            while let first = lines.first, !first.contains(where: { $0 > 0x20 }) { lines = lines.dropFirst() }
            while let last = lines.last, !last.contains(where: { $0 > 0x20 }) { lines = lines.dropLast() }
            for line in lines {
                if !text.isEmpty { text.append(0x0A) }
                if stretch.isQuoted { text += "> ".utf8 }
                text += stretch.isVerbatim ? Array(line) : Self.plain(line, &counters)
                if text.count > limit { throw .tooLong(limit) }
            }
        }
        return text
    }

    // MARK: - Lines

    /// A list that is open, at its level.
    private struct Counter {
        var bullet: UInt8?
        var items = 0
    }

    private static func plain(_ line: ArraySlice<UInt8>, _ counters: inout [Counter]) -> [UInt8] {
        let content = line.drop { $0 == 0x20 }
        let bullets = content.prefix { "*#-".utf8.contains($0) }
        if !bullets.isEmpty, bullets.count <= 6, content.dropFirst(bullets.count).first == 0x20 {
            return item(bullets, &counters) + words(content.dropFirst(bullets.count + 1))
        }
        counters = []
        if content.starts(with: "bq. ".utf8) { return Array("> ".utf8) + words(content.dropFirst(4)) }
        if content.count > 4, content.first == UInt8(ascii: "h"),
            "123456".utf8.contains(content[content.startIndex + 1]),
            content.dropFirst(2).starts(with: ". ".utf8)
        {
            return words(content.dropFirst(4))
        }
        if content.first == UInt8(ascii: "|") { return row(content) }
        return words(line)
    }

    private static func item(_ bullets: ArraySlice<UInt8>, _ counters: inout [Counter]) -> [UInt8] {
        let level = bullets.count - 1
        while counters.count <= level { counters.append(Counter()) }
        counters.removeLast(counters.count - bullets.count)
        // Another bullet at the same level is another list.
        if counters[level].bullet != bullets.last { counters[level] = Counter(bullet: bullets.last) }
        counters[level].items += 1
        let indent = String(repeating: "  ", count: level)
        let mark = bullets.last == UInt8(ascii: "#") ? "\(counters[level].items)." : "-"
        return Array("\(indent)\(mark) ".utf8)
    }

    /// `||head||head||` or `|cell|cell|`; the bar inside a link parts no cells.
    private static func row(_ line: ArraySlice<UInt8>) -> [UInt8] {
        var cells: [ArraySlice<UInt8>] = []
        var start: Int?
        var isInLink = false
        let lastClose = line.lastIndex(of: UInt8(ascii: "]")) ?? line.startIndex
        for index in line.indices {
            if line[index] == UInt8(ascii: "[") { isInLink = index < lastClose }
            if line[index] == UInt8(ascii: "]") { isInLink = false }
            if line[index] == UInt8(ascii: "|"), !isInLink {
                if let from = start, from < index { cells.append(line[from..<index]) }
                start = index + 1
            }
        }
        if let start, line[start...].contains(where: { $0 > 0x20 }) { cells.append(line[start...]) }
        return Array(cells.map { words(trimmed($0)) }.joined(separator: " | ".utf8))
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text.drop { $0 == 0x20 }
        while text.last == 0x20 { text = text.dropLast() }
        return text
    }

    // MARK: - Words

    private static func words(_ line: ArraySlice<UInt8>) -> [UInt8] {
        var edits = LineEdits()
        var emphasis = EmphasisMarks(["??", "*", "_"])
        var index = line.startIndex
        while index < line.endIndex {
            let rest = line[index...]
            if line[index] == UInt8(ascii: "\\"), index + 1 < line.endIndex {
                let next = line[index + 1]
                if next == UInt8(ascii: "\\") { edits.append([0x0A]) }
                if next != UInt8(ascii: "\\") && !"*_?{}[]!|#-+^~".utf8.contains(next) {
                    edits.append([line[index], next])
                } else if next != UInt8(ascii: "\\") {
                    edits.append([next])
                }
                index += 2
            } else if let (text, length) = link(rest) ?? image(rest) ?? monospaced(rest) {
                edits.append(text.utf8)
                index += length
            } else if let length = emphasis.take(line, at: index, into: &edits) {
                index += length
            } else {
                edits.append([line[index]])
                index += 1
            }
        }
        return edits.finished()
    }

    /// `[text|address]`, `[address]`, `[~name]`, `[^file]`: what it says, and how long it is.
    private static func link(_ text: ArraySlice<UInt8>) -> (String, Int)? {
        guard let (content, length) = enclosed(text, UInt8(ascii: "["), UInt8(ascii: "]")) else { return nil }
        if content.hasPrefix("~") { return ("@" + content.dropFirst(), length) }
        if content.hasPrefix("^") { return ("[attachment: \(content.dropFirst())]", length) }
        let parts = content.split(separator: "|", omittingEmptySubsequences: false)
        let isAddress = { (part: Substring) in
            part.contains("://") || part.hasPrefix("mailto:") || part.hasPrefix("www.")
        }
        if parts.count == 1 { return isAddress(parts[0]) ? (content, length) : nil }
        guard isAddress(parts[1]) else { return nil }
        return (parts[0].isEmpty || parts[0] == parts[1] ? String(parts[1]) : "\(parts[0]) (\(parts[1]))", length)
    }

    /// `!file.png|thumbnail!`
    private static func image(_ text: ArraySlice<UInt8>) -> (String, Int)? {
        guard let (content, length) = enclosed(text, UInt8(ascii: "!"), UInt8(ascii: "!")) else { return nil }
        let file = content.prefix { $0 != "|" }
        guard file.contains("."), !file.contains(where: \.isWhitespace), file.first != "." else { return nil }
        return ("[image: \(file.split(separator: "/").last ?? "")]", length)
    }

    private static func monospaced(_ text: ArraySlice<UInt8>) -> (String, Int)? {
        guard text.starts(with: "{{".utf8),
            let (content, length) = enclosed(text.dropFirst(), UInt8(ascii: "{"), UInt8(ascii: "}")),
            text.dropFirst(length + 1).first == UInt8(ascii: "}")
        else { return nil }
        return (content, length + 2)
    }

    /// What stands between a byte at the beginning and the next of another kind, on the same line.
    private static func enclosed(_ text: ArraySlice<UInt8>, _ open: UInt8, _ close: UInt8) -> (String, Int)? {
        guard text.first == open else { return nil }
        let window = text.dropFirst().prefix(longestLink)
        guard let end = window.firstIndex(where: { $0 == close || $0 == open }), window[end] == close,
            end > window.startIndex
        else { return nil }
        return (String(decoding: window[..<end], as: UTF8.self), end + 1 - text.startIndex)
    }
}
