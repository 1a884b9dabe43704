import ImportCore

/// The one table of columns' and months' names in other languages than English.
struct LocalisedNames: Sendable {
    /// By table, as `source.headers` of a preset names it.
    let headers: [String: PlanNode]
    /// By language, as ISO 639-1 has it.
    let months: [String: [MonthName]]

    static let standard = LocalisedNames(PackageResources.localised_names_yaml)

    private init(_ bytes: [UInt8]) {
        var tree = PlanTree(String(decoding: bytes, as: UTF8.self), variables: nil, document: "the table of names")
        guard let root = try? tree.root(), case .map(let tables)? = root.child("headers")?.content,
            case .map(let languages)? = root.child("months")?.content
        else { preconditionFailure("the table of names is part of the program, and every build reads it in a test") }
        headers = Dictionary(tables.map { ($0.key, $0.node) }, uniquingKeysWith: { first, _ in first })
        months = Dictionary(
            languages.map { ($0.key, Self.months($0.node)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Twelve entries, each a name or the list of its spellings.
    private static func months(_ node: PlanNode) -> [MonthName] {
        guard case .list(let entries) = node.content else { return [] }
        return entries.enumerated().flatMap { index, entry -> [MonthName] in
            let spellings: [PlanNode] = if case .list(let items) = entry.content { items } else { [entry] }
            return spellings.compactMap { spelling in
                guard case .text(let text) = spelling.content else { return nil }
                return MonthName(text: text.value, month: index + 1)
            }
        }
    }
}
