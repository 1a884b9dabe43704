import ImportCore
import ImportTestSupport
import Testing

@testable import TextConverting

@Suite("Markup that nobody wrote")
struct MarkupMutationTests {
    static let seeds = [
        "<p>Hi <a href=\"https://a.example/x?y=1\">there</a>,<br>see <img src=cid:x@y alt='a'>&nbsp;&amp;c</p>",
        "<ul><li>a<ol><li>b</li></ol></li></ul><blockquote>q<pre> x\n y</pre></blockquote>",
        "<table><tr><th>a<td><table><tr><td>b</table></table><!-- c --><script>d</script>&#x41;&eacute;",
        "# T\n**bold** _it_ `code` [a](https://b.example) ![i](x.png)\n```\nx\n```\n1 * 2 * 3 \\* ~~d~~",
        "h1. T\n*b* [a|https://b.example] [~joe] !x.png|thumb! {quote}q{quote} {code:java}x*y*{code}\n||a||b||\n|1|2|",
    ]

    /// Bytes are replaced, taken out, doubled and moved; what is no UTF-8 is repaired first, as the readers let none in.
    static func mutated(_ seed: String, _ random: inout SeededRandom) -> String {
        var bytes = Array(seed.utf8)
        let marks = Array("<>&;\"'=/!-[](){}|*_`#\n \u{A0}é".utf8)
        for _ in 0..<Int.random(in: 1...12, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = marks[Int.random(in: 0..<marks.count, using: &random)]
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(marks[Int.random(in: 0..<marks.count, using: &random)], at: place)
            case 3:
                let end = min(bytes.count, place + Int.random(in: 1...20, using: &random))
                bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
            default: bytes[place] = UInt8.random(in: 1...255, using: &random)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: 0..<20)
    func `gives a text of bounded length, or a fault, and the same each time`(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let converters = TextConverters.all(limit: 1 << 20)
        for _ in 0..<200 {
            let markup = Self.mutated(Self.seeds[Int.random(in: 0..<Self.seeds.count, using: &random)], &random)
            for (conversion, converter) in converters {
                let first = try? converter.text(of: markup)
                let second = try? converter.text(of: markup)
                #expect(first == second, "\(conversion)")
                guard let first else {
                    // HTML is refused only for what it says; these seeds neither nest deep nor grow long.
                    Issue.record("\(conversion) refuses \(markup.debugDescription)")
                    continue
                }
                #expect(first.utf8.count <= 40 * markup.utf8.count + 64, "\(conversion)")
            }
        }
    }

    @Test(arguments: [
        "<b>", "</x>", "&amp;", "<li>", "<td>", "<blockquote>x", "<a href=x>", "[", "[a](", "*a ", "`", "!a", "{quote}",
        "|[",
    ])
    func `takes no time that grows with the square of its length`(_ piece: String) {
        // Its square would run for minutes.
        let markup = String(repeating: piece, count: 40_000)
        for (_, converter) in TextConverters.all(limit: 64 << 20) { _ = try? converter.text(of: markup) }
    }
}
