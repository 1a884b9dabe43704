/// Figures under each other, for a person: what they are on the left, the numbers aligned on the right.
struct FigureTable {
    private var rows: [(label: String, value: String)] = []

    mutating func add(_ label: String, _ value: Int) { rows.append((label, Figures.grouped(value))) }

    /// A figure that is of interest only where there is something to count.
    mutating func addIfAny(_ label: String, _ value: Int) { if value > 0 { add(label, value) } }

    var text: String {
        let labels = rows.map(\.label.count).max() ?? 0
        let values = rows.map(\.value.count).max() ?? 0
        return rows.map { row in
            "  " + row.label + String(repeating: " ", count: labels - row.label.count + 2)
                + String(repeating: " ", count: values - row.value.count) + row.value
        }.joined(separator: "\n")
    }
}
