internal import CLibXML2
package import ImportCore

/// HTML as browsers and mail programs write it, to the text that a person sees: read by libxml2's parser, which takes
/// broken HTML as browsers do.
///
/// The parser tells of elements and text one after the other, and no tree is built: so memory is bounded by the text.
/// Nothing is loaded, no address is followed. Characters that HTML does not allow (most of the control characters) are
/// left out.
package struct HTMLConverter: TextConverter {
    /// Twice of what browsers build (512 in Blink and WebKit). libxml2 looks through the open elements at every end tag,
    /// so that without a bound a text of nothing but tags would take the square of its length.
    package static let deepest = 1024

    /// Its tables are made once, before the first threads use them.
    private static let isPrepared: Void = xmlInitParser()

    private let limit: Int

    /// - Parameter limit: the longest text that is made, in bytes.
    package init(limit: Int) { self.limit = limit }

    package func text(of markup: UnsafeBufferPointer<UInt8>) throws(TextConversionFault) -> [UInt8] {
        guard !markup.isEmpty else { return [] }
        guard !markup.contains(0) else { throw .holdsNUL }
        let document = Self.document(markup)
        guard let length = Int32(exactly: document.count) else { throw .tooLong(Int(Int32.max)) }
        _ = Self.isPrepared
        guard let context = htmlNewParserCtxt() else {
            preconditionFailure("a parser is always created: lack of memory ends the program before")
        }
        defer { htmlFreeParserCtxt(context) }
        let events = HTMLEvents(context: context, limit: limit)
        context.pointee.sax.pointee = HTMLEvents.makeHandler()
        context.pointee.userData = Unmanaged.passUnretained(events).toOpaque()
        let options =
            HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
            | HTML_PARSE_NONET.rawValue | HTML_PARSE_IGNORE_ENC.rawValue
        withExtendedLifetime(events) {
            document.withUnsafeBytes { bytes in
                let characters = bytes.bindMemory(to: CChar.self)
                let tree = htmlCtxtReadMemory(
                    context, characters.baseAddress, length, nil, "UTF-8", Int32(options))
                // None is built; if a later libxml2 does, it is ours to free.
                xmlFreeDoc(tree)
            }
        }
        if let fault = events.fault { throw fault }
        guard context.pointee.disableSAX == 0, Self.isReadToItsEnd(context) else { throw .unreadable }
        return events.writer.text
    }

    private static func isReadToItsEnd(_ context: htmlParserCtxtPtr) -> Bool {
        guard let input = context.pointee.input, let next = input.pointee.cur, let end = input.pointee.end else {
            return true
        }
        return next >= end
    }

    /// The markup behind a `<body>`, without which the parser takes bare text for a paragraph, and without the conditions
    /// that Outlook writes (`<![if !mso]>`, `<![endif]>`), which the parser takes for text.
    private static func document(_ markup: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var document = Array("<body>".utf8)
        document.reserveCapacity(markup.count + document.count)
        var rest = markup[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            document += rest[..<start]
            rest = rest[start...]
            let end: Int?
            if rest.starts(with: "<!--".utf8) {
                // Within a comment they stand before its end, and take it along.
                end = rest.indices.dropFirst(6).first {
                    rest[$0] == UInt8(ascii: ">") && rest[$0 - 1] == UInt8(ascii: "-")
                        && rest[$0 - 2] == UInt8(ascii: "-")
                }
                document += rest[..<(end.map { $0 + 1 } ?? rest.endIndex)]
            } else if rest.starts(with: "<![if".utf8) || rest.starts(with: "<![endif".utf8) {
                end = rest.prefix(longestCondition).firstIndex(of: UInt8(ascii: ">")) ?? start
                if end == start { document.append(rest[start]) }
            } else {
                end = start
                document.append(rest[start])
            }
            guard let end else { return document }
            rest = rest[(end + 1)...]
        }
        return document + rest
    }

    /// No condition is longer: what is looked through for the end of one is bounded.
    private static let longestCondition = 200
}
