import FileReadingSupport
import ImportCore

@testable import FileReading

/// A file in two encodings, character by character, so that each place in one is known in the other.
struct EncodedFile {
    var utf8: [UInt8] = []
    var encoded: [UInt8] = []
    /// For each offset in `utf8` at which a character begins, and its end, the offset in `encoded`.
    private var places: [Int] = [0]

    /// Adds a character; nil stands for bytes that are none, which a reader of UTF-8 shall find as such, too.
    mutating func append(_ character: [UInt8]?, as bytes: [UInt8]) {
        let text = character ?? [DecodedText.impossible]
        utf8 += text
        encoded += bytes
        places += Array(repeating: encoded.count, count: text.count)
    }

    func place(_ offset: Int) -> Int { places[offset] }

    /// What reading the encoded file must give, from what reading the other gave.
    func expected(_ transcript: RecordTranscript, lineEnd: UInt8) -> RecordTranscript {
        var transcript = transcript
        for index in transcript.entries.indices {
            let entry = transcript.entries[index]
            let start = entry.place.offset
            transcript.entries[index].place.offset = place(start)
            transcript.entries[index].raw = Array(encoded[place(start)..<place(start + entry.raw.count)])
            guard let line = entry.finding?.line, let column = entry.finding?.column else { continue }
            var lineStart = start
            for _ in entry.place.line..<line {
                guard let end = utf8[lineStart...].firstIndex(of: lineEnd) else { break }
                lineStart = end + 1
            }
            transcript.entries[index].finding?.column = place(lineStart + column - 1) - place(lineStart) + 1
        }
        return transcript.withoutWords
    }
}

extension RecordTranscript {
    /// Without the messages, which name the encoding.
    var withoutWords: Self {
        var plain = self
        for index in plain.entries.indices {
            plain.entries[index].finding?.message = ""
            plain.entries[index].finding?.hint = nil
        }
        return plain
    }
}

/// Encodings, and what is written in them.
struct WrittenEncoding: Sendable, CustomStringConvertible {
    var name: String
    /// Letters that take the place of ASCII's.
    var letters: String
    /// Bytes that are no character, wherever they stand.
    var impossible: [UInt8]

    var description: String { name }

    static let all: [WrittenEncoding] = [
        WrittenEncoding(name: "windows-1252", letters: "äé€ß", impossible: [0x81]),
        WrittenEncoding(name: "iso-8859-7", letters: "αβγΩ", impossible: [0xFF]),
        WrittenEncoding(name: "windows-1258", letters: "ăđ₫ơ", impossible: [0x8A]),
        WrittenEncoding(name: "cp037", letters: "äéß§", impossible: []),
        // The second byte of these is a backslash, or a bar, in ASCII.
        WrittenEncoding(name: "cp932", letters: "表ソ十ア", impossible: []),
        WrittenEncoding(name: "euc-jp", letters: "表ソ字ア", impossible: [0xFF]),
        WrittenEncoding(name: "gb18030", letters: "中ä😀文", impossible: [0xFF]),
        WrittenEncoding(name: "utf-16le", letters: "ä表😀\u{0A0D}", impossible: [0x00, 0xDC]),
        WrittenEncoding(name: "utf-16be", letters: "ä表😀\u{0D0A}", impossible: [0xDC, 0x00]),
        WrittenEncoding(name: "utf-32le", letters: "ä表😀ß", impossible: [0x00, 0x00, 0x11, 0x00]),
    ]

    /// A file of UTF-8 with its letters replaced by this encoding's, and, by chance, characters that are none.
    func file(like text: [UInt8], damage: Int, random: inout SeededGenerator) -> EncodedFile {
        guard let encoder = Iconv(from: "UTF-8", to: name) else { preconditionFailure("iconv knows \(name)") }
        let letters = letters.unicodeScalars.map { Array(String($0).utf8) }
        let text = text.filter { $0 < 0x80 }
        var file = EncodedFile()
        for (index, byte) in text.enumerated() {
            var character = [byte]
            if [0x61, 0x65, 0x6C, 0x6F].contains(byte), Int.random(in: 0..<3, using: &random) == 0 {
                character = letters[Int.random(in: letters.indices, using: &random)]
            }
            file.append(character, as: encoder.convert(character).bytes)
            if damage > 0, !impossible.isEmpty, index > text.count / 2,
                Int.random(in: 0..<100, using: &random) < damage
            {
                file.append(nil, as: impossible)
            }
        }
        return file
    }
}
