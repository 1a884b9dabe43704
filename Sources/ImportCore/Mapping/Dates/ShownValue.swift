/// A value of the source as a message may show it: its first 40 characters, with what cannot be seen spelled out.
///
/// Only values of fields that are mapped by `values` or `date` are ever shown: they are words of a system, not of a
/// person.
package enum ShownValue {
    package static func text(_ bytes: some Collection<UInt8>) -> String {
        // A scalar has at most four bytes: no more than these are needed of a long value.
        let scalars = String(decoding: bytes.prefix(41 * 4), as: UTF8.self).unicodeScalars
        var text = scalars.prefix(40).reduce(into: "") { text, scalar in
            switch scalar.properties.generalCategory {
            // Format characters include those that turn the direction of the whole line around.
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                text += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        if scalars.count > 40 { text += "…" }
        return text
    }
}
