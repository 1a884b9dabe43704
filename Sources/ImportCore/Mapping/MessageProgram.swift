/// The rules for the messages embedded in a record, compiled: they run over the items of all lists of a batch at once.
struct MessageProgram: Sendable {
    let content: ValueProgram
    let senderType: ValueProgram?
    let createdAt: TimeProgram?
    let id: ValueProgram?

    func run(over batch: RecordBatch, into target: inout MappingTarget) -> (MessageColumns, [Range<Int>]) {
        checkLists(of: batch, in: &target)
        var owners: [Int32] = []
        owners.reserveCapacity(batch.itemColumnCount == 0 ? 0 : batch.itemCells.count / batch.itemColumnCount)
        for (index, record) in batch.records.enumerated() {
            owners.append(contentsOf: repeatElement(Int32(index), count: record.items.count))
        }
        var columns = MessageColumns()
        owners.withUnsafeBufferPointer { owners in
            batch.itemCells.withUnsafeBufferPointer { cells in
                let table = CellTable(
                    cells: cells, columns: batch.itemColumnCount, rows: owners.count, owners: owners)
                columns.contents = content.run(over: table, into: &target)
                columns.senders = senders(over: table, into: &target)
                columns.times =
                    createdAt?.run(over: table, into: &target) ?? Array(repeating: .none, count: table.rows)
                columns.ids = id?.run(over: table, into: &target) ?? Array(repeating: .none, count: table.rows)
            }
        }
        return (columns, batch.records.map(\.items))
    }

    private func senders(over table: CellTable, into target: inout MappingTarget) -> [UInt8] {
        guard let senderType else { return Array(repeating: 0, count: table.rows) }
        let column = senderType.run(over: table, into: &target)
        for row in column.indices
        where column[row].isNone && !target.isFound(senderType.field, at: table.record(of: row)) {
            target.find(
                Finding(
                    .senderUnknown, field: senderType.field, "a message has no sender_type",
                    hint: "say otherwise: customer or otherwise: agent in source.messages.map"),
                at: table.record(of: row))
        }
        let customer = Array(SenderType.customer.name.utf8)
        return column.map { range in
            guard range.isPresent else { return 0 }
            return target.slab[range.bounds].elementsEqual(customer)
                ? SenderType.customer.rawValue : SenderType.agent.rawValue
        }
    }

    private func checkLists(of batch: RecordBatch, in target: inout MappingTarget) {
        for (index, record) in batch.records.enumerated() {
            switch record.listKind {
            case .missing, .null, .array: break
            default:
                target.find(
                    Finding(
                        .messagesNotAList, field: "messages", "what stands where the messages should be is no list",
                        hint: "check source.messages.in"), at: index)
            }
        }
    }
}
