/// Takes the cells of repeated columns apart: one message a cell, its parts found by a separator.
struct SplitProgram: Sendable {
    /// Empty where a cell is taken whole.
    let separator: [UInt8]
    /// How many parts a cell must have at least; the last takes what is left, with any separator in it.
    let parts: Int
    /// For each column of an item, which part fills it.
    let columns: [Int]
    /// The column's name, for messages.
    let name: String
    let nulls: NullSpellings

    /// No text is copied: each part is a stretch of its cell.
    func items(of batch: RecordBatch, in cellColumns: Range<Int>, into target: inout MappingTarget) -> MessageItems {
        var items = MessageItems(cells: [], columns: columns.count, ranges: [])
        var found: [(record: Int, parts: Int)] = []
        var rows = 0
        target.slab.withUnsafeBufferPointer { slab in
            for record in batch.records.indices {
                let start = rows
                for column in cellColumns {
                    let cell = batch.cells[record * batch.columnCount + column]
                    guard cell.kind == .text, cell.range.length > 0,
                        !nulls.contains(UnsafeBufferPointer(rebasing: slab[cell.range.bounds]))
                    else { continue }
                    let parts = split(cell.range, in: slab)
                    guard parts.count == self.parts else {
                        found.append((record, parts.count))
                        continue
                    }
                    for part in columns { items.cells.append(Cell(.text, parts[part])) }
                    rows += 1
                }
                items.ranges.append(start..<rows)
            }
        }
        for (record, count) in found {
            target.find(
                Finding(
                    .messagesNotSplit, field: "messages",
                    "a cell of \(name) has \(count) parts where split.into names \(parts)",
                    hint: "check source.messages.in.split; a cell that is no message can be emptied"), at: record)
        }
        return items
    }

    private func split(_ cell: ByteRange, in slab: UnsafeBufferPointer<UInt8>) -> [ByteRange] {
        var ranges: [ByteRange] = []
        var start = cell.bounds.lowerBound
        let end = cell.bounds.upperBound
        var index = start
        while ranges.count < parts - 1, index + separator.count <= end {
            if slab[index..<index + separator.count].elementsEqual(separator) {
                ranges.append(ByteRange(offset: start, length: index - start))
                index += separator.count
                start = index
            } else {
                index += 1
            }
        }
        ranges.append(ByteRange(offset: start, length: end - start))
        return ranges
    }
}
