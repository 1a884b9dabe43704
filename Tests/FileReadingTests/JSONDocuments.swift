/// Generates JSON documents, and files of them, whole and damaged, from a seed.
struct JSONDocuments {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    mutating func object(depth: Int) -> String {
        var members: [String] = []
        for index in 0..<below(6) {
            members.append(
                "\"\(pick(["a", "b", #"k\u00e9y"#, "long key with words", #"q\""#]))\(index)\"" + colon()
                    + value(depth: depth))
        }
        if below(2) == 0 { members.append("\"id\"" + colon() + "\(below(1000))") }
        if below(2) == 0 {
            members.append(#""c":["# + (0..<below(3)).map { #"{"b":"\#($0)"}"# }.joined(separator: ",") + "]")
        }
        return "{" + members.joined(separator: comma()) + "}"
    }

    /// A file's bytes: any container, documents that may be damaged, any line ends.
    mutating func file() -> [UInt8] {
        let lineEnd = pick(["\n", "\n", "\r\n", "\r"])
        var documents = (0..<below(12)).map { _ in below(4) == 0 ? damaged() : Array(object(depth: 2).utf8) }
        if below(3) == 0 {
            documents.append(Array((#"{"t":""# + String(repeating: "x{[,\\\"", count: below(60)) + #""}"#).utf8))
        }
        var bytes: [UInt8] = below(4) == 0 ? [0xEF, 0xBB, 0xBF] : []
        let wrapping = below(3)
        if wrapping == 0 {
            for document in documents {
                bytes += document + Array(lineEnd.utf8)
                if below(6) == 0 { bytes += Array((pick(["", " ", "\t"]) + lineEnd).utf8) }
            }
            if below(2) == 0 && !bytes.isEmpty { bytes.removeLast() }
            return bytes
        }
        let gap = pick(["", " ", lineEnd, lineEnd + "  "])
        if wrapping == 2 {
            bytes += Array(pick([#"{"tickets":["#, #"{"count":2,\#(gap)"tickets": ["#]).utf8)
        } else {
            bytes.append(0x5B)
        }
        for (index, document) in documents.enumerated() {
            if index > 0 || below(12) == 0 { bytes.append(0x2C) }
            bytes += Array(gap.utf8) + document
            if below(12) == 0 { bytes += Array(pick([",", "]", "}", " x", "\""]).utf8) }
        }
        bytes += Array((gap + pick(["]", "]", "]", "", ","])).utf8)
        if wrapping == 2 {
            bytes += Array(pick([#","next_page":null}"#, "}", "", #","users":[{"id":1}]}"#, ",}"]).utf8)
        }
        return bytes + Array((pick(["", lineEnd, lineEnd + "x"])).utf8)
    }

    private mutating func damaged() -> [UInt8] {
        var bytes = Array(object(depth: 2).utf8)
        for _ in 0...below(2) {
            let index = below(bytes.count)
            switch below(4) {
            case 0: bytes.remove(at: index)
            case 1: bytes.insert(pick(Array("{}[],:\"\\ 0x\t".utf8) + [0xFF]), at: index)
            case 2: bytes[index] = pick(Array("{}[],:\"\\ 0x".utf8) + [0xE9])
            default: bytes.removeSubrange(index...)
            }
            if bytes.isEmpty { return [0x7B] }
        }
        return bytes
    }

    private mutating func value(depth: Int) -> String {
        switch below(depth > 0 ? 8 : 6) {
        case 0: return pick(["0", "-0", "1.5", "1e5", "-12", "123456789", "2E-3", "0.25"])
        case 1: return pick(["true", "false", "null"])
        case 2...5: return "\"" + string() + "\""
        case 6: return "[" + (0..<below(4)).map { _ in value(depth: depth - 1) }.joined(separator: comma()) + "]"
        default: return object(depth: depth - 1)
        }
    }

    private mutating func string() -> String {
        (0..<below(8)).map { _ in
            pick([
                "a", "é", "😀", #"\n"#, #"\""#, #"\\"#, #"\u00fc"#, #"\uD83D\uDE00"#, "{", "]", ",", "plain words",
                #"\/"#, #"\t"#,
            ])
        }.joined()
    }

    private mutating func comma() -> String { pick([",", ",", " , ", ",\t"]) }
    private mutating func colon() -> String { pick([":", ":", " : "]) }
}
