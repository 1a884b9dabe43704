internal import CLibXML2
internal import ImportCore

/// What libxml2's parser tells while it reads, handed on to the writer of the text.
final class HTMLEvents {
    private let context: htmlParserCtxtPtr
    private let limit: Int
    private var depth = 0
    private(set) var writer = HTMLTextWriter()
    private(set) var fault: TextConversionFault?

    init(context: htmlParserCtxtPtr, limit: Int) {
        self.context = context
        self.limit = limit
    }

    /// Everything else that a parser may tell stays without an ear, also what would build a tree.
    static func makeHandler() -> xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = 1
        handler.startElement = { events, name, attributes in
            HTMLEvents.of(events).begin(name, HTMLAttributes(attributes))
        }
        handler.endElement = { events, name in HTMLEvents.of(events).end(name) }
        handler.characters = { events, text, length in HTMLEvents.of(events).add(text, length) }
        handler.ignorableWhitespace = { events, text, length in HTMLEvents.of(events).add(text, length) }
        handler.cdataBlock = { events, text, length in HTMLEvents.of(events).add(text, length) }
        return handler
    }

    private static func of(_ pointer: UnsafeMutableRawPointer?) -> HTMLEvents {
        guard let pointer else { preconditionFailure("the parser hands back what it was given") }
        return Unmanaged<HTMLEvents>.fromOpaque(pointer).takeUnretainedValue()
    }

    private func begin(_ name: UnsafePointer<xmlChar>?, _ attributes: HTMLAttributes) {
        guard fault == nil else { return }
        depth += 1
        guard depth <= HTMLConverter.deepest else { return stop(.tooDeep(HTMLConverter.deepest)) }
        writer.begin(HTMLElement(name), attributes)
        checkLength()
    }

    private func end(_ name: UnsafePointer<xmlChar>?) {
        guard fault == nil else { return }
        depth -= 1
        writer.end(HTMLElement(name))
        checkLength()
    }

    private func add(_ text: UnsafePointer<xmlChar>?, _ length: Int32) {
        guard fault == nil else { return }
        writer.add(UnsafeBufferPointer(start: text, count: Int(length)))
        checkLength()
    }

    private func checkLength() {
        if writer.text.count > limit { stop(.tooLong(limit)) }
    }

    private func stop(_ fault: TextConversionFault) {
        self.fault = fault
        xmlStopParser(context)
    }
}

/// The attributes of an element, as libxml2 lays them out: names and values in turn, ended by a null.
struct HTMLAttributes {
    private let pairs: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?

    init(_ pairs: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?) { self.pairs = pairs }

    /// The value; nil where the attribute is not there, or has none.
    subscript(name: String) -> String? {
        guard let pairs else { return nil }
        var index = 0
        while let key = pairs[index] {
            if isEqual(key, name) { return pairs[index + 1].map { String(cString: $0) } }
            index += 2
        }
        return nil
    }

    private func isEqual(_ key: UnsafePointer<xmlChar>, _ name: String) -> Bool {
        var place = key
        for byte in name.utf8 {
            guard place.pointee == byte else { return false }
            place += 1
        }
        return place.pointee == 0
    }
}
