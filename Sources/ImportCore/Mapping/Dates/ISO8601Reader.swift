/// Reads what exports write and call ISO 8601: RFC 3339, and what is around it in real files.
///
/// `2022-09-19`, `2022-09-19T14:53`, `2022-09-19 14:53:49.123456789`, each time with an offset (`Z`, `+02`, `+0200`,
/// `+02:00`, one blank before it or none) or without. A date alone is midnight of the plan's zone. Not read: week dates,
/// ordinal dates, and the basic form without hyphens, which cannot be told from a number.
enum ISO8601Reader {
    @inline(__always)
    static func read(_ cursor: inout ByteCursor) -> CivilTime {
        var civil = CivilTime()
        civil.year = cursor.number(digits: 4)
        cursor.expect(UInt8(ascii: "-"))
        civil.month = cursor.number(digits: 2)
        cursor.expect(UInt8(ascii: "-"))
        civil.day = cursor.number(digits: 2)
        if cursor.isAtEnd { return civil }

        if !cursor.take(UInt8(ascii: "T")), !cursor.take(UInt8(ascii: " ")) { cursor.expect(UInt8(ascii: "t")) }
        civil.hour = cursor.number(digits: 2)
        cursor.expect(UInt8(ascii: ":"))
        civil.minute = cursor.number(digits: 2)
        if cursor.take(UInt8(ascii: ":")) {
            civil.second = cursor.number(digits: 2)
            // ISO 8601 writes the fraction with a comma, too.
            if cursor.take(UInt8(ascii: ".")) || cursor.take(UInt8(ascii: ",")) {
                (civil.microsecond, civil.isCut) = cursor.fraction()
            }
        }
        if cursor.isAtEnd { return civil }

        _ = cursor.take(UInt8(ascii: " "))
        civil.offset = cursor.offset()
        return civil
    }
}
