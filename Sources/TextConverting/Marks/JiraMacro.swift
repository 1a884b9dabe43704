/// A macro of Jira's wiki markup, such as `{code:java}`; what has another name is text.
enum JiraMacro: String {
    case quote, code, noformat, color, panel

    /// The macro that begins at `index`, and where it ends.
    init?(_ text: [UInt8], at index: Int, end: inout Int) {
        // No name with its options is longer: what is looked through is bounded.
        let window = text[index..<min(text.count, index + 200)]
        guard let close = window.firstIndex(of: UInt8(ascii: "}")) else { return nil }
        let content = window[(index + 1)..<close]
        guard !content.contains(where: { $0 == UInt8(ascii: "{") || $0 == 0x0A }) else { return nil }
        let name = content.prefix { $0 != UInt8(ascii: ":") }
        guard let macro = JiraMacro(rawValue: String(decoding: name, as: UTF8.self)) else { return nil }
        self = macro
        end = close + 1
    }
}

/// A stretch of a text between macros that matter: each is its own for reading.
struct JiraStretch {
    var text: [UInt8] = []
    /// Code, in which no mark means anything.
    var isVerbatim = false
    var isQuoted = false

    /// Takes the macros of a text apart.
    static func all(of text: [UInt8]) -> [JiraStretch] {
        var stretches: [JiraStretch] = []
        var current = JiraStretch()
        var verbatim: JiraMacro?
        var index = 0
        func next(isVerbatim: Bool, isQuoted: Bool) {
            if current.text.contains(where: { $0 > 0x20 }) { stretches.append(current) }
            current = JiraStretch(isVerbatim: isVerbatim, isQuoted: isQuoted)
        }
        while index < text.count {
            var end = index
            guard text[index] == UInt8(ascii: "{"), let macro = JiraMacro(text, at: index, end: &end),
                verbatim == nil || verbatim == macro
            else {
                current.text.append(text[index])
                index += 1
                continue
            }
            switch macro {
            case .quote: next(isVerbatim: false, isQuoted: !current.isQuoted)
            case .code, .noformat:
                verbatim = verbatim == nil ? macro : nil
                next(isVerbatim: verbatim != nil, isQuoted: current.isQuoted)
            case .color, .panel: break
            }
            index = end
        }
        next(isVerbatim: false, isQuoted: false)
        return stretches
    }
}
