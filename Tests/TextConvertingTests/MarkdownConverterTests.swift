import ImportCore
import Testing

@testable import TextConverting

@Suite("Markdown to text")
struct MarkdownConverterTests {
    @Test(arguments: [
        ("# Title\ntext", "Title\ntext"), ("#tag #5", "#tag #5"),
        ("**bold** and *it* and __b__ _i_ ~~no~~", "bold and it and b i no"),
        ("***both*** **a *b***", "both a b"), ("2 * 3 * 4, 2*3*4, a_b_c", "2 * 3 * 4, 2*3*4, a_b_c"),
        ("* item\n- item\n1. item", "* item\n- item\n1. item"), ("****", "****"), ("**open", "**open"),
        ("`a*b*c` and `open", "a*b*c and `open"), ("\\*no\\*", "*no*"), ("C:\\Users", "C:\\Users"),
        ("```swift\nlet a = *b*\n```\nafter", "let a = *b*\nafter"),
        ("[text](https://a.example/(x))", "text (https://a.example/(x))"), ("[a](b c)", "[a](b c)"),
        ("[https://a.example](https://a.example)", "https://a.example"), ("![logo](x/y.png)", "[image: logo]"),
        ("![](x/y.png?z)", "[image: y.png]"), ("[**b**](u)", "b (u)"), ("> quote", "> quote"), ("a\n\n\nb", "a\n\n\nb"),
    ])
    func `marks are taken out, and what is none stays`(_ markup: String, _ text: String) throws {
        #expect(try MarkdownConverter(limit: 1000).text(of: markup) == text)
    }
}
