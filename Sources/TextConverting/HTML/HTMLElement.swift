internal import CLibXML2

/// What an element means for its text; all that do not matter are `inline`.
enum HTMLElement: Sendable {
    case inline
    /// Not shown: its text is left out.
    case hidden
    /// Stands on lines of its own.
    case block
    /// Stands apart from what is around it by an empty line.
    case paragraph
    case lineBreak, rule, image, link, preformatted, quote
    case list(isOrdered: Bool)
    case listItem
    case table, tableRow, tableCell

    init(_ name: UnsafePointer<xmlChar>?) {
        self = name.flatMap { Self.kinds[String(cString: $0)] } ?? .inline
    }

    private static let kinds: [String: HTMLElement] = {
        var kinds: [String: HTMLElement] = [
            "br": .lineBreak, "hr": .rule, "img": .image, "a": .link, "pre": .preformatted, "textarea": .preformatted,
            "blockquote": .quote, "ul": .list(isOrdered: false), "menu": .list(isOrdered: false),
            "dir": .list(isOrdered: false), "ol": .list(isOrdered: true), "li": .listItem, "table": .table,
            "tr": .tableRow, "td": .tableCell, "th": .tableCell,
        ]
        for name in ["script", "style", "title", "template"] { kinds[name] = .hidden }
        for name in ["p", "h1", "h2", "h3", "h4", "h5", "h6", "dl"] { kinds[name] = .paragraph }
        let blocks = [
            "address", "article", "aside", "body", "caption", "center", "dd", "details", "div", "dt", "fieldset",
            "figcaption", "figure", "footer", "form", "header", "html", "legend", "main", "nav", "option", "section",
            "summary", "tbody", "tfoot", "thead",
        ]
        for name in blocks { kinds[name] = .block }
        return kinds
    }()
}
