/// Generates CSV files, good and damaged, from a seed.
struct CSVDocuments {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    /// A file with a sound header of so many columns.
    mutating func file(width: Int) -> [UInt8] {
        let lineEnds = pick([["\n"], ["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]])
        var bytes: [UInt8] = below(4) == 0 ? [0xEF, 0xBB, 0xBF] : []
        if below(8) == 0 { bytes += Array(pick(lineEnds).utf8) }
        bytes += Array((0..<width).map { "column \($0)" }.joined(separator: ",").utf8) + Array(pick(lineEnds).utf8)
        // One file in three is sound; in the others so many of a hundred records are damaged.
        let damage = pick([0, 15, 60])
        for _ in 0..<below(25) {
            if below(8) == 0 { bytes += Array(pick(lineEnds).utf8) }
            var record = record(width: width)
            if below(100) < damage { self.damage(&record) }
            bytes += record + Array(pick(lineEnds).utf8)
        }
        if below(3) == 0 { while bytes.last == 0x0A || bytes.last == 0x0D { bytes.removeLast() } }
        return bytes
    }

    private mutating func record(width: Int) -> [UInt8] {
        Array((0..<width).map { _ in field() }.joined(separator: ",").utf8)
    }

    private mutating func field() -> String {
        pick([
            "", "a", "17", " blanks around ", "\tö", "\"\"", "\"quoted\"", "\"a, b\"", "\"say \"\"hi\"\"\"",
            "\"two\nlines\"", "\"two\r\nlines\"", "\"old\rline\"", "\"1,2,3\n4,5,6\n\"", "😀",
            String(repeating: "long ", count: below(12)), "\"" + String(repeating: "x\n", count: below(20)) + "\"",
        ])
    }

    private mutating func damage(_ record: inout [UInt8]) {
        for _ in 0...below(2) {
            let index = below(record.count + 1)
            switch below(8) {
            case 0...2: record.insert(0x22, at: index)
            case 3: if index < record.count { record.remove(at: index) }
            case 4: record.insert(0x2C, at: index)
            case 5: record.insert(pick([0xFF, 0xC3, 0x80, 0xED]), at: index)
            case 6: record.insert(0, at: index)
            default: record.insert(contentsOf: Array(pick(["\n", "\r", "\r\n", "\"\n", "x\"y"]).utf8), at: index)
            }
        }
    }
}
