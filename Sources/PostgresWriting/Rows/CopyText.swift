/// Rows in the text format of COPY (PostgreSQL documentation, COPY, "Text Format"), for reading what is there.
enum CopyText {
    /// The fields of a row: nil for null.
    static func fields(of row: UnsafeBufferPointer<UInt8>) -> [String?] {
        let line = row.last == UInt8(ascii: "\n") ? row.dropLast() : row[...]
        return line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map { field in
            field.elementsEqual("\\N".utf8) ? nil : String(decoding: unescaped(field), as: UTF8.self)
        }
    }

    private static func unescaped(_ field: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(field.count)
        var isEscaped = false
        for byte in field {
            if !isEscaped && byte == UInt8(ascii: "\\") {
                isEscaped = true
                continue
            }
            bytes.append(isEscaped ? control(byte) : byte)
            isEscaped = false
        }
        return bytes
    }

    /// What stands behind a backslash; COPY itself writes no octal or hexadecimal escapes.
    private static func control(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "f"): 12
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "r"): 13
        case UInt8(ascii: "t"): 9
        case UInt8(ascii: "v"): 11
        default: byte
        }
    }
}
