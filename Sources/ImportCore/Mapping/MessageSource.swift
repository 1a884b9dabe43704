/// Where the messages of a batch's records are, compiled: gives a row of cells for each of them.
enum MessageSource: Sendable {
    /// The reader has taken them out of the record already.
    case list
    /// The text of a column.
    case json(column: Int, reader: any JSONListReader)
    /// Columns, each of them a message.
    case columns(Range<Int>, SplitProgram)

    func items(of batch: RecordBatch, into target: inout MappingTarget) -> MessageItems {
        switch self {
        case .list:
            checkLists(of: batch, in: &target)
            return MessageItems(
                cells: batch.itemCells, columns: batch.itemColumnCount, ranges: batch.records.map(\.items))
        case .json(let column, let reader): return items(of: batch, column, reader, into: &target)
        case .columns(let columns, let split): return split.items(of: batch, in: columns, into: &target)
        }
    }

    private func items(
        of batch: RecordBatch, _ column: Int, _ reader: any JSONListReader, into target: inout MappingTarget
    ) -> MessageItems {
        let texts = batch.records.indices.map { index -> ByteRange in
            let cell = batch.cells[index * batch.columnCount + column]
            switch cell.kind {
            case .text where cell.range.length > 0: return cell.range
            case .missing, .null, .text: return .none
            default:
                target.find(.notAList("the field of the messages is no text"), at: index)
                return .none
            }
        }
        let read = target.slab.withUnsafeBufferPointer { reader.read(texts, in: $0) }
        for fault in read.faults { target.find(fault.finding, at: fault.index) }
        let offset = target.append(read.slab).bounds.lowerBound
        let cells = read.cells.map { cell in
            cell.range.isPresent
                ? Cell(
                    cell.kind, ByteRange(offset: Int(cell.range.offset) + offset, length: Int(cell.range.length)))
                : cell
        }
        var items = MessageItems(
            cells: cells, columns: read.counts.reduce(0, +) == 0 ? 0 : cells.count / read.counts.reduce(0, +),
            ranges: [])
        var row = 0
        for count in read.counts {
            items.ranges.append(row..<row + count)
            row += count
        }
        return items
    }

    private func checkLists(of batch: RecordBatch, in target: inout MappingTarget) {
        for (index, record) in batch.records.enumerated() {
            switch record.listKind {
            case .missing, .null, .array: break
            default: target.find(.notAList("what stands where the messages should be is no list"), at: index)
            }
        }
    }
}

extension Finding {
    package static func notAList(_ message: String) -> Finding {
        Finding(.messagesNotAList, field: "messages", message, hint: "check source.messages.in")
    }
}

/// The messages of a batch: rows of cells, and which of them are each record's.
struct MessageItems {
    var cells: [Cell]
    let columns: Int
    var ranges: [Range<Int>]

    /// For each row the record that it belongs to.
    var owners: [Int32] {
        var owners: [Int32] = []
        owners.reserveCapacity(ranges.last?.upperBound ?? 0)
        for (index, range) in ranges.enumerated() {
            owners.append(contentsOf: repeatElement(Int32(index), count: range.count))
        }
        return owners
    }

    /// Takes rows out; gives for each record how many it lost.
    mutating func remove(_ isRemoved: [Bool]) -> [Int32] {
        var kept: [Cell] = []
        kept.reserveCapacity(cells.count)
        var removed: [Int32] = []
        var next = 0
        for index in ranges.indices {
            let start = next
            for row in ranges[index] where !isRemoved[row] {
                kept.append(contentsOf: cells[row * columns..<(row + 1) * columns])
                next += 1
            }
            removed.append(Int32(ranges[index].count - (next - start)))
            ranges[index] = start..<next
        }
        cells = kept
        return removed
    }
}
