/// The code points with Unicode's property White_Space: what a blank text is made of.
///
/// Spelled out, and not left to a library's idea of white space, so that the validator, the published schema, and
/// whoever checks us with another regular-expression engine agree. The list (PropList.txt, Unicode 16) has not changed
/// since Unicode 6.3 took U+180E out.
enum WhiteSpace {
    static let ranges: [ClosedRange<UInt32>] = [
        0x0009...0x000D, 0x0020...0x0020, 0x0085...0x0085, 0x00A0...0x00A0, 0x1680...0x1680, 0x2000...0x200A,
        0x2028...0x2029, 0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000,
    ]

    static func contains(_ scalar: UInt32) -> Bool { ranges.contains { $0.contains(scalar) } }

    /// The inside of a regular expression's character class, in the syntax that ECMA-262 and Python share.
    static var characterClass: String {
        func escape(_ scalar: UInt32) -> String {
            let digits = String(scalar, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        return ranges.map { range in
            range.count == 1 ? escape(range.lowerBound) : escape(range.lowerBound) + "-" + escape(range.upperBound)
        }.joined()
    }
}
