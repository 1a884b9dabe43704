/// Writes the text that a person sees of an HTML document, element by element.
///
/// White space is written late: an element only asks for line ends, and the next text says how many there are. So nothing
/// stands at the end of a line, and two elements that both want an empty line share it.
struct HTMLTextWriter {
    /// Ends with its last character that is no white space.
    private(set) var text: [UInt8] = []

    /// Line ends to be written before the next text.
    private var breaks = 0
    private var blanks = 0
    private var hiddenDepth = 0
    private var preformattedDepth = 0
    /// Whether a line end would be the one that HTML does not count, right behind `<pre>`.
    private var isPreformattedStart = false
    private var quoteDepth = 0
    /// The quotes around the text written last.
    private var quoteDepthBefore = 0
    private var lists: [HTMLList] = []
    /// What stands before an item of a list, until its first text comes.
    private var marker: [UInt8]?
    private var tables: [HTMLTable] = []
    /// Cells begun since the text written last, in a row that has text.
    private var cells = 0
    private var links: [(address: String, start: Int)] = []

    /// At most two empty lines stand together.
    private static let mostBreaks = 3
    /// What stands before each line is bounded, or a text could be made to grow with the square of its markup.
    private static let mostQuotes = 16, mostIndent = 32

    // MARK: - Elements

    mutating func begin(_ element: HTMLElement, _ attributes: HTMLAttributes) {
        if case .hidden = element { hiddenDepth += 1 }
        guard hiddenDepth == 0 else { return }
        switch element {
        case .inline, .hidden: break
        case .block: separate(1)
        case .paragraph: separate(2)
        case .lineBreak: breaks = min(breaks + 1, Self.mostBreaks)
        case .rule:
            separate(1)
            write("---")
            separate(1)
        case .image: writeImage(attributes)
        case .link: links.append((Self.address(attributes["href"]), text.count))
        case .preformatted:
            separate(2)
            preformattedDepth += 1
            isPreformattedStart = true
        case .quote:
            separate(2)
            quoteDepth += 1
        case .list(let isOrdered):
            separate(lists.isEmpty ? 2 : 1)
            lists.append(HTMLList(isOrdered: isOrdered, start: attributes["start"]))
        case .listItem:
            if marker != nil { write("") }
            separate(1)
            marker = lists.isEmpty ? Array("- ".utf8) : lists[lists.count - 1].nextMarker()
        case .table:
            separate(1)
            tables.append(HTMLTable())
        case .tableRow:
            separate(1)
            cells = 0
            if !tables.isEmpty { tables[tables.count - 1].rowHasText = false }
        case .tableCell:
            guard let table = tables.last, table.rowHasText else { return }
            // What the cell before asked for at its end would part the row.
            breaks = 0
            blanks = 0
            cells += 1
        }
    }

    mutating func end(_ element: HTMLElement) {
        guard hiddenDepth == 0 else {
            if case .hidden = element { hiddenDepth -= 1 }
            return
        }
        switch element {
        case .inline, .hidden, .lineBreak, .rule, .image, .tableCell: break
        case .block: separate(1)
        case .paragraph: separate(2)
        case .link: if let link = links.popLast() { writeAddress(link.address, from: link.start) }
        case .preformatted:
            preformattedDepth = max(0, preformattedDepth - 1)
            separate(2)
        case .quote:
            quoteDepth = max(0, quoteDepth - 1)
            separate(2)
        case .list:
            _ = lists.popLast()
            marker = nil
            separate(lists.isEmpty ? 2 : 1)
        case .listItem:
            marker = nil
            separate(1)
        case .table:
            let table = tables.popLast()
            if table?.hasText == true, !tables.isEmpty { tables[tables.count - 1].note() }
            cells = 0
            separate(1)
        case .tableRow:
            cells = 0
            separate(1)
        }
    }

    // MARK: - Text

    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard hiddenDepth == 0 else { return }
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0xC2, index + 1 < bytes.count, bytes[index + 1] == 0xA0 {
                // A blank that is not to be broken, and not to be made one with others.
                blanks += 1
                index += 2
            } else if preformattedDepth > 0, byte == 0x0A {
                if !isPreformattedStart { breaks = min(breaks + 1, Self.mostBreaks) }
                isPreformattedStart = false
                blanks = 0
                index += 1
            } else if preformattedDepth > 0, byte == 0x20 || byte == 0x09 {
                blanks += byte == 0x09 ? 4 : 1
                index += 1
            } else if Self.isBlank(byte) {
                blanks = max(blanks, 1)
                index += 1
            } else {
                let start = index
                while index < bytes.count, !Self.isBlank(bytes[index]) {
                    if bytes[index] == 0xC2, index + 1 < bytes.count, bytes[index + 1] == 0xA0 { break }
                    index += 1
                }
                write(bytes[start..<index])
            }
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// Asks for line ends: so many, also where others asked for some.
    private mutating func separate(_ count: Int) {
        // What begins an item or a cell stands on the line of its mark.
        guard marker == nil, cells == 0 else { return }
        breaks = max(breaks, count)
        blanks = 0
    }

    private mutating func write(_ word: String) { write(Array(word.utf8)[...]) }

    private mutating func write(_ bytes: some Collection<UInt8>) {
        let isFirst = text.isEmpty
        let isLineStart = isFirst || breaks > 0 || marker != nil
        if isLineStart {
            writeLineEnds(isFirst: isFirst)
        } else if cells > 0 {
            if text.last == UInt8(ascii: " ") { text.removeLast() }
            for _ in 0..<cells { text += " |".utf8 }
            text += " ".utf8
        }
        if !isLineStart && cells == 0 || preformattedDepth > 0 {
            text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: blanks))
        }
        (blanks, breaks, cells) = (0, 0, 0)
        isPreformattedStart = false
        if !tables.isEmpty { tables[tables.count - 1].note() }
        text.append(contentsOf: bytes)
        quoteDepthBefore = quoteDepth
    }

    private mutating func writeLineEnds(isFirst: Bool) {
        let between = min(quoteDepth, quoteDepthBefore, Self.mostQuotes)
        if !isFirst {
            for line in 0..<max(breaks, 1) {
                if line > 0 { text += quotes(between).dropLast() }
                text.append(UInt8(ascii: "\n"))
            }
        }
        text += quotes(min(quoteDepth, Self.mostQuotes))
        let own = marker == nil ? 0 : lists.last?.markerWidth ?? 0
        let indent = lists.reduce(0) { min($0 + $1.markerWidth, Self.mostIndent + own) } - own
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: max(0, indent)))
        if let marker { text += marker }
        marker = nil
    }

    private func quotes(_ depth: Int) -> [UInt8] { Array(String(repeating: "> ", count: depth).utf8) }
}

/// Links and images: what a text can say of them.
extension HTMLTextWriter {
    /// Behind a link's text stands where it leads, unless the text says it already.
    private mutating func writeAddress(_ address: String, from start: Int) {
        guard !address.isEmpty, !address.hasPrefix("#"), !address.lowercased().hasPrefix("javascript:") else { return }
        let shown = String(decoding: text[min(start, text.count)...], as: UTF8.self)
        if shown.allSatisfy(\.isWhitespace) { return write(address) }
        let plain = Self.plain(Substring(shown))
        guard plain != Self.plain(Substring(address)) else { return }
        text += " (\(address))".utf8
    }

    /// An address as people write it: without the scheme, a slash at its end, and case.
    private static func plain(_ address: Substring) -> String {
        var text = address.drop { $0.isWhitespace || $0 == ">" || $0 == "-" || $0 == "|" }
        while let last = text.last, last.isWhitespace || last == "/" { text = text.dropLast() }
        var lower = text.lowercased()[...]
        for scheme in ["https://", "http://", "mailto:", "tel:"] where lower.hasPrefix(scheme) {
            lower = lower.dropFirst(scheme.count)
        }
        return String(lower)
    }

    /// Without the white space that browsers, too, take out of it.
    private static func address(_ text: String?) -> String {
        String(String.UnicodeScalarView((text ?? "").unicodeScalars.filter { $0.value > 0x20 }))
    }

    /// An image is named by its text, or by its file. One of a single pixel tells a sender who reads, and a reader nothing.
    private mutating func writeImage(_ attributes: HTMLAttributes) {
        let sizes = [attributes["width"], attributes["height"]].compactMap { $0 }
        if sizes.count == 2, sizes.allSatisfy({ ["0", "1", "0px", "1px"].contains($0) }) { return }
        let words = (attributes["alt"] ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let source = Self.address(attributes["src"])
        var name = words
        if name.isEmpty, !source.lowercased().hasPrefix("data:") {
            let path = source.prefix { $0 != "?" && $0 != "#" }
            name = String(path.split(separator: "/").last ?? "")
            if name.lowercased().hasPrefix("cid:") { name = String(name.dropFirst(4).prefix { $0 != "@" }) }
        }
        write(name.isEmpty ? "[image]" : "[image: \(name)]")
    }
}
