import ImportCore

/// What a destination carries of this very source, field by field, for a person.
struct FidelityTable {
    let text: String

    /// - Parameter figures: how many records have something in each field; nil where only the plan tells which may.
    init(_ fidelity: Fidelity, destination: String, plan: Plan, figures: FidelityFigures?) {
        let fields = figures?.fields ?? plan.fidelityFields
        let rows = fields.fields.map { field in
            (name: field.name, count: figures.map { Figures.grouped($0[field]) } ?? "?", rule: fidelity[field])
        }
        let names = rows.map(\.name.count).max() ?? 0
        let counts = rows.map(\.count.count).max() ?? 0
        let head =
            if let figures {
                "what \(destination) carries of \(Figures.counted(figures.records, "record")):"
            } else {
                "what \(destination) carries, by the plan; the source can be read only once, so nothing is counted:"
            }
        text =
            ([head]
            + rows.map { row in
                "  " + row.name + String(repeating: " ", count: names - row.name.count + 2)
                    + String(repeating: " ", count: counts - row.count.count) + row.count + "  "
                    + row.rule.disposition.rawValue + (row.rule.note.isEmpty ? "" : ": " + row.rule.note)
            }).joined(separator: "\n")
    }

    /// Every word, and what becomes of it at each kind of destination.
    static func words(_ destinations: [(name: String, fidelity: Fidelity)]) -> String {
        let width = (FidelityField.names.map(\.count).max() ?? 0) + 2
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(width - text.count, 1))
        }
        let rows = FidelityField.names.map { name in
            let field = FidelityField.allCases.first { $0.name == name }
            let cells = destinations.map { destination in
                padded(field.map { destination.fidelity[$0].disposition.rawValue } ?? "all below it", 14)
            }
            return (padded(name, width) + cells.joined()).trimmingSuffix { $0 == " " }
        }
        let head = padded("word", width) + destinations.map { padded($0.name, 14) }.joined()
        return ([head.trimmingSuffix { $0 == " " }] + rows).joined(separator: "\n")
    }
}

extension String {
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return text
    }
}
