/// Which of the plan's paths occur in the first records of a source: JSON has no header that a mistyped one could be
/// checked against.
package struct PathPresence: Sendable {
    /// A path of the plan that occurs in none of the records looked at.
    package struct Absent: Sendable, Equatable {
        package var path: FieldPath
        /// The plan's line that names it first.
        package var line: Int
        /// Whether it is looked for in the messages of the records.
        package var isOfMessages: Bool
    }

    private var columns: [Bool]
    private var items: [Bool]
    private var hasList = false
    private var hasItems = false
    /// Records looked at that could be read.
    package private(set) var records = 0

    package init(_ layout: RecordLayout) {
        columns = Array(repeating: false, count: layout.columns.count)
        items = Array(repeating: false, count: layout.list?.columns.count ?? 0)
    }

    /// Looks at the first `most` records of a batch. A null occurs like any other value.
    package mutating func enter(_ batch: RecordBatch, atMost most: Int) {
        let unreadable = Set(batch.unreadable.map(\.index))
        for index in batch.records.indices.prefix(most) where !unreadable.contains(index) {
            records += 1
            for column in columns.indices where batch.cells[index * columns.count + column].kind != .missing {
                columns[column] = true
            }
            let record = batch.records[index]
            if record.listKind != .missing { hasList = true }
            for row in record.items {
                hasItems = true
                for column in items.indices where batch.itemCells[row * items.count + column].kind != .missing {
                    items[column] = true
                }
            }
        }
    }

    /// The paths that occurred nowhere, in the order in which the plan is compiled; none where no record could be read.
    package func absent(from program: MappingProgram) -> [Absent] {
        guard records > 0 else { return [] }
        let (layout, lines) = (program.layout, program.lines)
        var absent = columns.indices.filter { !columns[$0] }.map {
            Absent(path: layout.columns[$0], line: lines.columns[$0], isOfMessages: false)
        }
        guard let list = layout.list else { return absent }
        if !hasList { absent.append(Absent(path: list.path, line: lines.list, isOfMessages: false)) }
        if hasItems {
            absent += items.indices.filter { !items[$0] }.map {
                Absent(path: list.columns[$0], line: lines.items[$0], isOfMessages: true)
            }
        }
        return absent
    }
}
