/// Walks over the bytes of one value. What it misses is remembered, not thrown: a reader runs straight through, and
/// asks once at the end.
struct ByteCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var failure: DateFailure?

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    /// The next byte; 0 at the end, which no reader looks for.
    @inline(__always)
    var next: UInt8 { position < bytes.count ? bytes[position] : 0 }

    @inline(__always)
    var nextIsDigit: Bool { next &- UInt8(ascii: "0") < 10 }

    mutating func fail(_ reason: DateFailure) { if failure != .syntax { failure = reason } }

    /// The first failure that counts, or that something stands behind the value.
    func finish() -> DateFailure? { isAtEnd ? failure : .syntax }

    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    @inline(__always)
    mutating func expect(_ byte: UInt8) { if !take(byte) { fail(.syntax) } }

    /// A number of exactly so many digits.
    @inline(__always)
    mutating func number(digits: Int) -> Int {
        guard bytes.count - position >= digits else {
            fail(.syntax)
            return 0
        }
        var value = 0
        for index in position..<(position + digits) {
            let digit = bytes[index] &- UInt8(ascii: "0")
            if digit > 9 { fail(.syntax) }
            value = value * 10 + Int(digit)
        }
        position += digits
        return value
    }

    /// A number of one digit or two.
    mutating func shortNumber() -> Int {
        let first = number(digits: 1)
        return nextIsDigit ? first * 10 + number(digits: 1) : first
    }

    /// A fraction's digits, exactly so many or all there are, as microseconds. Digits behind the sixth are left off; it is
    /// a cut where one of them is not zero.
    mutating func fraction(digits: Int? = nil) -> (microseconds: Int, isCut: Bool) {
        var microseconds = 0
        var scale = 100_000
        var isCut = false
        var count = 0
        while nextIsDigit, count != digits {
            let digit = Int(next &- UInt8(ascii: "0"))
            if scale == 0 { isCut = isCut || digit != 0 }
            microseconds += digit * scale
            scale /= 10
            position += 1
            count += 1
        }
        if count != digits ?? max(count, 1) { fail(.syntax) }
        return (microseconds, isCut)
    }

    /// `Z`, `+hh`, `+hhmm` or `+hh:mm`, as seconds east of UTC. RFC 3339 lets hours run to 23 and minutes to 59.
    mutating func offset() -> Int {
        if take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z")) { return 0 }
        let isWest = take(UInt8(ascii: "-"))
        if !isWest { expect(UInt8(ascii: "+")) }
        let hours = number(digits: 2)
        let minutes = take(UInt8(ascii: ":")) || nextIsDigit ? number(digits: 2) : 0
        if hours > 23 || minutes > 59 { fail(.impossible) }
        let seconds = hours * 3600 + minutes * 60
        return isWest ? -seconds : seconds
    }

    /// One blank: a space, or one of the two that do not break a line. Since CLDR 42 (2022), Java and the browsers put
    /// U+202F before AM and PM, and exports carry it on.
    mutating func expectBlank() {
        if take(UInt8(ascii: " ")) { return }
        if rest(startsWith: 0xC2, 0xA0) {
            position += 2
        } else if rest(startsWith: 0xE2, 0x80, 0xAF) {
            position += 3
        } else {
            fail(.syntax)
        }
    }

    /// The index of the English name that stands here, all of it, in letters of either case.
    mutating func name(of names: EnglishNames, isShort: Bool) -> Int {
        var end = position
        while end < bytes.count, bytes[end] | 0x20 &- UInt8(ascii: "a") < 26 { end += 1 }
        let word = UnsafeBufferPointer(rebasing: bytes[position..<end])
        position = end
        guard let index = names.index(of: word, isShort: isShort) else {
            fail(.syntax)
            return 0
        }
        return index
    }

    /// The month whose name stands here in one of the export's languages, from 1.
    mutating func month(of names: MonthNames) -> Int {
        guard let (month, length) = names.month(at: bytes[position...]) else {
            fail(.syntax)
            return 1
        }
        position += length
        return month
    }

    private func rest(startsWith prefix: UInt8...) -> Bool { bytes[position...].starts(with: prefix) }
}
