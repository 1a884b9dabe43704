import Testing

@testable import ImportCore

@Suite struct BytePredicatesTests {
    @Test func aUUIDIsAnyThatHasTheForm() {
        let good = "b2c3d4e5-f6a7-8901-bcde-f12345678901"
        for text in [
            good, good.uppercased(), "00000000-0000-0000-0000-000000000000", "ffffffff-FFFF-ffff-FFFF-ffffffffffff",
        ] {
            #expect(ask(text) { $0.isUUID }, "\(text)")
        }
        // One wrong byte at each position, and each byte next to the digits and letters.
        for index in 0..<36 {
            for byte in "-/:@G`g \u{0}".utf8 {
                var bytes = Array(good.utf8)
                guard bytes[index] != byte else { continue }
                bytes[index] = byte
                #expect(!bytes.withUnsafeBufferPointer { $0.isUUID }, "\(index) \(byte)")
            }
        }
        for text in [
            "", good + "\n", String(good.dropLast()), good.filter { $0 != "-" }, "{" + good + "}",
            "é" + good.dropFirst(2),
        ] {
            #expect(!ask(text) { $0.isUUID }, "\(text)")
        }
    }

    @Test func blankIsWhatUnicodeCallsWhiteSpace() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = String(Character(scalar))
            #expect(ask(text) { $0.isBlank } == scalar.properties.isWhitespace, "\(value)")
            #expect(!ask(" " + text + "x") { $0.isBlank })
        }
        #expect(ask("") { $0.isBlank })
        #expect(ask(" \t\u{3000}\u{A0}\u{2003}\r\n") { $0.isBlank })
    }

    @Test func lengthsAreInUnicodeScalars() {
        for text in ["", "abc", "äöü", "e\u{301}", "👩‍👩‍👧", "🇩🇪", "日本語"] {
            let count = text.unicodeScalars.count
            #expect(ask(text) { $0.scalarCount } == count)
            #expect(!ask(text) { $0.hasMoreScalars(than: count) })
            #expect(count == 0 || ask(text) { $0.hasMoreScalars(than: count - 1) })
        }
    }

    @Test func aNULIsFoundWhereverItStands() {
        for length in [0, 1, 15, 64, 4095, 4096, 4097, 9000] {
            var bytes = [UInt8](repeating: 0x80, count: length)
            #expect(!bytes.withUnsafeBufferPointer { $0.containsNUL })
            for index in Set([0, length / 2, length - 1]) where length > 0 {
                bytes[index] = 0
                #expect(bytes.withUnsafeBufferPointer { $0.containsNUL })
                bytes[index] = 1
            }
        }
    }

    private func ask<Answer>(_ text: String, _ question: (UnsafeBufferPointer<UInt8>) -> Answer) -> Answer {
        var text = text
        return text.withUTF8(question)
    }
}
