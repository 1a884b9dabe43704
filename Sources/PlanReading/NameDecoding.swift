import ImportCore

/// `source.headers` and `source.months`: names that an export writes in the language of who exported it.
extension PlanDecoder {
    /// A table of the program by its name, or a map of columns to their other names.
    mutating func headers(_ node: PlanNode?) -> [String: [String]] {
        guard let node else { return [:] }
        guard case .map(let entries) = node.content else {
            if case .unknown = node.content { return [:] }
            report(
                node, "must be a map of columns and the other names they go by",
                hint: "{Issue key: [Clave de incidencia]}")
            return [:]
        }
        var headers: [String: [String]] = [:]
        for entry in entries {
            let texts = (list(entry.node) ?? []).compactMap { nonEmptyText($0) }
            headers[entry.key] = texts.map(\.value)
            note(
                entry.node.path, texts.map { CanonicalText.quoted($0.value) }.joined(separator: ", "),
                line: entry.node.line)
        }
        return headers
    }

    /// Languages by their codes, and names with their month's number, in one list.
    mutating func months(_ node: PlanNode?) -> [MonthName] {
        guard let node, let items = list(node) else { return [] }
        var months: [MonthName] = []
        for item in items {
            if case .map(let entries) = item.content {
                months += entries.compactMap { entry in
                    integer(entry.node, in: 1...12).map { MonthName(text: entry.key.lowercased(), month: $0) }
                }
            } else if let text = nonEmptyText(item) {
                let table = LocalisedNames.standard.months
                if let names = table[text.value] {
                    months += names
                } else {
                    reportChoice(item, text, among: table.keys.sorted())
                }
            }
        }
        let numbers = Dictionary(grouping: months, by: \.text)
        for (text, meant) in numbers.sorted(by: { $0.key < $1.key }) where Set(meant.map(\.month)).count > 1 {
            report(
                node, "makes \(CanonicalText.quoted(text)) two different months",
                hint: "name only the languages that the file is written in")
        }
        note(
            node.path, Set(months.map { "\($0.text) \($0.month)" }).sorted().joined(separator: ", "), line: node.line)
        return months
    }
}
