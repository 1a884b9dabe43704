/// Finds ids that a spreadsheet, or a floating-point number, has rounded: `1.23E+17` stands for many ids, and taking it for
/// one would make one conversation, or one customer, of several.
enum RoundedIDs {
    static func find(in column: [ByteRange], field: String, into target: inout MappingTarget, record: (Int) -> Int) {
        for row in column.indices where column[row].isPresent && isRounded(target.slab[column[row].bounds]) {
            target.find(.roundedID(field: field), at: record(row))
        }
    }

    /// Digits, perhaps a point and digits, and an exponent of two or three digits: as C, Excel and Python write it.
    static func isRounded(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.count >= 5, let plus = text.suffix(4).lastIndex(of: UInt8(ascii: "+")), text.endIndex - plus >= 3,
            text[plus - 1] | 0x20 == UInt8(ascii: "e")
        else { return false }
        let mantissa = text[..<(plus - 1)]
        guard let first = mantissa.first, isDigit(first), text[(plus + 1)...].allSatisfy(isDigit) else { return false }
        let fraction = mantissa.dropFirst()
        guard let point = fraction.first else { return true }
        return point == UInt8(ascii: ".") && fraction.count > 1 && fraction.dropFirst().allSatisfy(isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

extension Finding {
    static func roundedID(field: String) -> Finding {
        Finding(
            .idRounded, field: field, "the id was rounded on its way, as spreadsheets do: some of its digits are lost",
            hint: "export again, and do not open and save the file in a spreadsheet")
    }
}
