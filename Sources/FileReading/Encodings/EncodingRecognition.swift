import ImportCore

/// Tells a file's encoding: by what the plan says and by the mark at the file's beginning, which must not differ. Nothing
/// is guessed.
enum EncodingRecognition {
    /// The marks of Unicode's encodings (The Unicode Standard, section 23.8); the longer ones first.
    private static let marks: [(bytes: [UInt8], name: String)] = [
        ([0xFF, 0xFE, 0x00, 0x00], "UTF-32LE"), ([0x00, 0x00, 0xFE, 0xFF], "UTF-32BE"), ([0xEF, 0xBB, 0xBF], "UTF-8"),
        ([0xFF, 0xFE], "UTF-16LE"), ([0xFE, 0xFF], "UTF-16BE"),
    ]

    /// What a file's byte order mark tells; nil without one.
    static func mark(of head: ArraySlice<UInt8>) -> String? { marks.first { head.starts(with: $0.bytes) }?.name }

    /// The encoding of the file; nil for UTF-8.
    ///
    /// - Parameter stated: the plan's word; nil for none.
    static func encoding(
        of head: ArraySlice<UInt8>, stated: String?, path: String
    ) throws(InputError) -> TextEncoding? {
        let mark = marks.first { head.starts(with: $0.bytes) }
        guard let stated, plain(stated) != "utf8" else {
            if let mark, mark.name != "UTF-8" {
                if let stated { throw .otherEncoding(path: path, stated: stated, mark: mark.name) }
                return try encoding(mark.name, mark: mark.bytes, path: path)
            }
            if let likely = likely(head) { throw .noMark(path: path, likely: likely) }
            return nil
        }
        if let family = families[plain(stated)] {
            guard let mark else { throw .noMark(path: path, likely: likely(head) ?? family + "LE") }
            guard mark.name.hasPrefix(family) else {
                throw .otherEncoding(path: path, stated: stated, mark: mark.name)
            }
            return try encoding(mark.name, mark: mark.bytes, path: path)
        }
        if let mark, plain(mark.name) != plain(stated) {
            throw .otherEncoding(path: path, stated: stated, mark: mark.name)
        }
        return try encoding(stated, mark: mark?.bytes ?? [], path: path)
    }

    /// Names that leave the order of bytes to the mark.
    private static let families = [
        "utf16": "UTF-16", "unicode": "UTF-16", "ucs2": "UTF-16", "utf32": "UTF-32", "ucs4": "UTF-32",
    ]

    private static func plain(_ name: String) -> String { name.lowercased().filter { $0 != "-" && $0 != "_" } }

    private static func encoding(
        _ name: String, mark: [UInt8], path: String
    ) throws(InputError) -> TextEncoding {
        do throws(TextEncoding.Failure) {
            var encoding = try TextEncoding(name)
            encoding.mark = mark
            return encoding
        } catch {
            throw .unknownEncoding(path: path, name: name, isStateful: error == .stateful)
        }
    }

    /// Which UTF-16 a beginning without a mark may well be: of ASCII's characters every second byte is NUL.
    private static func likely(_ head: ArraySlice<UInt8>) -> String? {
        let sample = Array(head.prefix(1024))
        guard sample.count >= 8 else { return nil }
        var zeros = [0, 0]
        for (index, byte) in sample.enumerated() where byte == 0 { zeros[index % 2] += 1 }
        if zeros[1] > sample.count / 4 && zeros[0] == 0 { return "UTF-16LE" }
        return zeros[0] > sample.count / 4 && zeros[1] == 0 ? "UTF-16BE" : nil
    }
}
