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
        guard let length = Int32(exactly: markup.count) else { throw .tooLong(Int(Int32.max)) }
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
            markup.withMemoryRebound(to: CChar.self) { characters in
                let document = htmlCtxtReadMemory(
                    context, characters.baseAddress, length, nil, "UTF-8", Int32(options))
                // None is built; if a later libxml2 does, it is ours to free.
                xmlFreeDoc(document)
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
}
