/// A conversion of the plan, with what does the work.
struct TextConversion: Sendable {
    let conversion: ValueRule.Conversion
    /// For what is turned from markup to text; nil for the rest.
    let converter: (any TextConverter)?

    /// Applies the conversion to text that is valid UTF-8, in place.
    func apply(to text: inout [UInt8]) throws(TextConversionFault) {
        switch conversion {
        case .trim: Self.trim(&text)
        case .collapse: Self.collapse(&text)
        case .lowercase: Self.changeCase(&text, ascii: 0x41...0x5A) { $0.lowercased() }
        case .uppercase: Self.changeCase(&text, ascii: 0x61...0x7A) { $0.uppercased() }
        case .htmlToText, .markdownToText, .jiraWikiToText:
            guard let converter else { preconditionFailure("a program that turns markup to text has its converter") }
            let result: Result<[UInt8], TextConversionFault> = text.withUnsafeBufferPointer { markup in
                do throws(TextConversionFault) {
                    return .success(try converter.text(of: markup))
                } catch {
                    return .failure(error)
                }
            }
            text = try result.get()
        }
    }

    /// Takes white space off both ends.
    private static func trim(_ text: inout [UInt8]) {
        var scalars = Substring(decoding: text, as: UTF8.self).unicodeScalars[...]
        while let first = scalars.first, WhiteSpace.contains(first.value) { scalars = scalars.dropFirst() }
        while let last = scalars.last, WhiteSpace.contains(last.value) { scalars = scalars.dropLast() }
        text = Array(String(String.UnicodeScalarView(scalars)).utf8)
    }

    /// Makes one blank of each run of white space.
    private static func collapse(_ text: inout [UInt8]) {
        var result = String.UnicodeScalarView()
        var isInRun = false
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            let isSpace = WhiteSpace.contains(scalar.value)
            if !isSpace { result.append(scalar) } else if !isInRun { result.append(" ") }
            isInRun = isSpace
        }
        text = Array(String(result).utf8)
    }

    /// ASCII letters change by one bit; anything else is left to Unicode's own tables.
    private static func changeCase(
        _ text: inout [UInt8], ascii: ClosedRange<UInt8>, _ whole: (String) -> String
    ) {
        if text.contains(where: { $0 >= 0x80 }) {
            text = Array(whole(String(decoding: text, as: UTF8.self)).utf8)
        } else {
            for index in text.indices where ascii.contains(text[index]) { text[index] ^= 0x20 }
        }
    }
}
