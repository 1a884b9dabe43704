import ImportCore
import Testing

@testable import TextConverting

@Suite("Jira's wiki markup to text")
struct JiraWikiConverterTests {
    @Test(arguments: [
        ("h1. Title\r\ntext", "Title\ntext"), ("*bold* _it_ ??cite?? {{mono*x*}}", "bold it cite mono*x*"),
        ("* a\n** b\n# c\n# d\n## e", "- a\n  - b\n1. c\n2. d\n  1. e"), ("bq. said", "> said"),
        ("before {quote}one\ntwo{quote} after", "before \n> one\n> two\n after"),
        ("{code:java}a *b* [c]\n  d{code}", "a *b* [c]\n  d"), ("{color:red}red{color} {x}", "red {x}"),
        ("||a||b||\n|1|[x|https://y.example]|", "a | b\n1 | x (https://y.example)"),
        (
            "[https://a.example] [a|mailto:b@c.d] [~joe] [^log.txt] [1] [x|y]",
            "https://a.example a (mailto:b@c.d) @joe [attachment: log.txt] [1] [x|y]"
        ),
        ("!shot.png|thumbnail! Wow! Yes!", "[image: shot.png] Wow! Yes!"), ("a\\\\b \\*c\\* C:\\x", "a\nb *c* C:\\x"),
        ("2*3*4 snake_case_name -x- +y+", "2*3*4 snake_case_name -x- +y+"), ("{quote}open", "> open"), ("", ""),
    ])
    func `marks are taken out, and what is none stays`(_ markup: String, _ text: String) throws {
        #expect(try JiraWikiConverter(limit: 1000).text(of: markup) == text)
    }
}
