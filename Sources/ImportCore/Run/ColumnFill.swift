/// How full each of the source's own columns is, over all its files, by name.
package struct ColumnFill: Sendable, Equatable {
    private let headers: [CSVHeader]
    private var counts: [[Int]]

    package init(headers: [CSVHeader]) {
        self.headers = headers
        counts = headers.map { Array(repeating: 0, count: $0.names.count) }
    }

    package mutating func enter(_ batch: ConversationBatch) {
        let file = batch.span.start.file
        guard counts.indices.contains(file) else { return }
        for (column, filled) in batch.records.fill.enumerated() { counts[file][column] += filled }
    }

    package struct Column: Sendable, Equatable {
        package var name: String
        /// How often the name stands in a header.
        package var repeats: Int
        /// Values that are not empty, in all repeats together.
        package var filled: Int
    }

    /// The columns that no rule of the plan names, in the order of the header.
    package func unmapped(by layout: RecordLayout) -> [Column] {
        var columns: [Column] = []
        for (file, header) in headers.enumerated() {
            let mapped = Set(
                layout.columns.compactMap { path in
                    if case .column(let index) = header.match(path) { index } else { nil }
                })
            for (name, places) in header.groups {
                let unmapped = places.filter { !mapped.contains($0) }
                guard !unmapped.isEmpty else { continue }
                let filled = unmapped.reduce(0) { $0 + counts[file][$1] }
                if let known = columns.firstIndex(where: { $0.name == name }) {
                    columns[known].filled += filled
                } else {
                    columns.append(Column(name: name, repeats: unmapped.count, filled: filled))
                }
            }
        }
        return columns
    }
}
