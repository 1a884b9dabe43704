import ImportCore
import ImportTestSupport
import Testing

@testable import TextConverting

@Suite("HTML to text")
struct HTMLConverterTests {
    static func text(_ html: String, limit: Int = 1 << 20) throws -> String {
        try HTMLConverter(limit: limit).text(of: html)
    }

    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("  a \n b\t c ", "a b c"), ("a<b>b</b>c", "abc"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"), ("<div>one</div><div>two</div>", "one\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"), ("one<br><br>two", "one\n\ntwo"),
        ("<div>one<br></div><div>two</div>", "one\ntwo"), ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("<p>one</p><p>&nbsp;</p><p>two</p>", "one\n\ntwo"), ("a&nbsp;&nbsp;b", "a  b"),
        ("<h1>Title</h1>text", "Title\n\ntext"), ("a<hr>b", "a\n---\nb"), ("a<div>b</div>c", "a\nb\nc"),
        ("<pre>\n  if a {\n\n    b\n  }</pre>", "  if a {\n\n    b\n  }"),
    ])
    func `lines and paragraphs are those that a person sees`(_ html: String, _ text: String) throws {
        #expect(try Self.text(html) == text)
    }

    @Test(arguments: [
        ("&lt;b&gt; &amp; &quot;x&quot; &eacute;&#8364;&#x1F600;", "<b> & \"x\" é€😀"),
        ("a &amp b &copy 2024 &unknown; &", "a &amp b &copy 2024 &unknown; &"), ("R&D, AT&T", "R&D, AT&T"),
        ("ä日本 😀 ß", "ä日本 😀 ß"), ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ])
    func `entities are read, and what is none stays`(_ html: String, _ text: String) throws {
        #expect(try Self.text(html) == text)
    }

    @Test(arguments: [
        (
            "see <a href='https://a.example/x?a=1&amp;b=2'>this page</a>.",
            "see this page (https://a.example/x?a=1&b=2)."
        ),
        ("<a href='https://a.example/'>https://a.example</a>", "https://a.example"),
        ("<a href='https://a.example'>A.example</a>", "A.example"), ("<a href='mailto:a@b.c'>a@b.c</a>", "a@b.c"),
        ("<a href='#top'>up</a> <a href='javascript:x()'>go</a> <a name=x>here</a>", "up go here"),
        ("<a href='https://a.example'></a>", "https://a.example"),
        (
            "<a href='https://a.example'><img src='https://a.example/i/logo.png'></a>",
            "[image: logo.png] (https://a.example)"
        ),
        ("<a href='https://a.example'><p>text</p></a>after", "text (https://a.example)\n\nafter"),
    ])
    func `a link says where it leads, unless its text does`(_ html: String, _ text: String) throws {
        #expect(try Self.text(html) == text)
    }

    @Test(arguments: [
        ("<img alt='a  chart' src=x.png>", "[image: a chart]"),
        ("<img src='cid:image001.png@01D'>", "[image: image001.png]"),
        ("<img src='/a/b.gif?x=/y'>", "[image: b.gif]"), ("<img src='data:image/png;base64,AAAA'>", "[image]"),
        ("a<img src=t.gif width=1 height=1>b", "ab"),
    ])
    func `an image is named`(_ html: String, _ text: String) throws {
        #expect(try Self.text(html) == text)
    }

    @Test(arguments: [
        ("<ul><li>a<li>b</ul>c", "- a\n- b\n\nc"), ("<ol start=9><li>a</li><li>b</li></ol>", "9. a\n10. b"),
        ("<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>", "- a\n  - b\n  - c\n- d"),
        ("<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n\n- b"), ("<ul><li>a<br>b</li></ul>", "- a\n  b"),
        ("<ul><li></li><li>b</li></ul>", "- b"), ("<ol start=99999999999999999999><li>a</ol>", "1. a"),
    ])
    func `lists keep their marks and their levels`(_ html: String, _ text: String) throws {
        #expect(try Self.text(html) == text)
    }

    @Test(arguments: [
        ("a<blockquote>b<br>c</blockquote>d", "a\n\n> b\n> c\n\nd"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
    ])
    func `a quote is marked on each line`(_ html: String, _ text: String) throws {
        #expect(try Self.text(html) == text)
    }

    @Test(arguments: [
        ("<table><tr><th>a<th>b<tr><td>1<td>2</table>", "a | b\n1 | 2"),
        ("<table><tr><td>a</td><td></td><td>c</td></tr></table>", "a | | c"),
        ("<table><tr><td>&nbsp;</td><td><p>a</p></td><td><p>b</p></td></tr></table>", "a | b"),
        ("<table><tr><td><table><tr><td>a</td></tr><tr><td>b</td></tr></table></td></tr></table>", "a\nb"),
    ])
    func `a table is a line a row, with bars between its cells`(_ html: String, _ text: String) throws {
        #expect(try Self.text(html) == text)
    }

    @Test(arguments: [
        ("<style>p{color:red}</style><script>if (a<b) alert('x')</script>a", "a"),
        ("<html><head><title>t</title><meta charset=iso-8859-1></head><body>ä</body></html>", "ä"),
        ("a<!-- b --><!DOCTYPE html>c", "ac"), ("<o:p>a</o:p><v:shape>b</v:shape>", "ab"),
        ("<script>never closed", ""), ("<![if !mso]>a<![endif]>", "a"), ("a<!--[if mso]> b->c <![endif]-->d", "ad"),
        ("<![if", "<![if"), ("<html lang=x><body class=y>a</body></html>", "a"),
    ])
    func `what no person sees is left out`(_ html: String, _ text: String) throws {
        #expect(try Self.text(html) == text)
    }

    @Test(arguments: [
        ("<b><i>a</b></i>b", "ab"), ("<p>a<p>b</div></p></td>c", "a\n\nb"), ("</p></li></a>a", "a"),
        ("<div <b>>a", "a"), ("<a href='x>y", ""), ("</html>a</body>b", "ab"),
    ])
    func `broken HTML loses no text outside its tags`(_ html: String, _ text: String) throws {
        let found = try Self.text(html)
        #expect(found.filter(\.isLetter).hasPrefix(text.filter(\.isLetter)), "\(found)")
    }

    @Test func `what nests too deep is refused, and never half read`() throws {
        let deep = String(repeating: "<div>", count: HTMLConverter.deepest) + "a"
        #expect(throws: TextConversionFault.tooDeep(HTMLConverter.deepest)) { try Self.text(deep) }
        let less = String(repeating: "<span>", count: HTMLConverter.deepest - 10) + "a"
        #expect(try Self.text(less) == "a")
    }

    @Test func `a text over the limit, or with a NUL, is refused`() throws {
        #expect(throws: TextConversionFault.tooLong(10)) { try Self.text("<p>12345678901</p>", limit: 10) }
        #expect(try Self.text("<p>1234567890</p>", limit: 10) == "1234567890")
        #expect(throws: TextConversionFault.holdsNUL) { try Self.text("a\0b") }
    }

    @Test func `a long text is read whole`() throws {
        let words = (0..<200_000).map { "word\($0)" }
        let text = try Self.text("<div>" + words.joined(separator: " <b>x</b>\n") + "</div>", limit: 16 << 20)
        #expect(text.split(separator: " ").count == 2 * words.count - 1)
        #expect(text.hasSuffix("word199999"))
    }
}
