/// The rules for a record's messages, compiled: they run over the messages of a whole batch at once.
struct MessageProgram: Sendable {
    let source: MessageSource
    let drops: [(reason: String, conditions: [ConditionProgram])]
    let isOrderedByTime: Bool
    let content: ValueProgram
    let senderType: ValueProgram?
    let createdAt: TimeProgram?
    let id: ValueProgram?
    /// Of the messages' cells.
    let repairs: CellRepairs
    /// Who wrote the opening message, asked of the record; nil where the messages hold it themselves.
    let opening: ValueProgram?

    /// - Parameter skips: for each record whether it is passed over, and why; what is left out of such a one counts nowhere.
    ///   Empty where none is.
    func run(
        over batch: RecordBatch, skips: [UInt8] = [], into target: inout MappingTarget
    ) -> MessageColumns.OfRecords {
        var items = source.items(of: batch, into: &target)
        if !repairs.isEmpty {
            repairs.run(over: &items.cells, columns: items.columns, owners: items.owners, into: &target)
        }
        var dropped: [Int32] = []
        if !drops.isEmpty { dropped = drop(from: &items, of: batch, skips: skips, in: &target) }
        var columns = MessageColumns()
        with(items, of: batch) { table in
            columns.contents = content.run(over: table, into: &target)
            columns.senders = senders(by: senderType, over: table, into: &target)
            columns.times = createdAt?.run(over: table, into: &target) ?? Array(repeating: .none, count: table.rows)
            columns.ids = id?.run(over: table, into: &target) ?? Array(repeating: .none, count: table.rows)
            RoundedIDs.find(in: columns.ids, field: "messages.id", into: &target) { table.record(of: $0) }
        }
        if isOrderedByTime { columns.sortByTime(items.ranges) }
        return MessageColumns.OfRecords(columns: columns, ranges: items.ranges, dropped: dropped)
    }

    /// Takes out what the plan does not want, before anything else is asked of it: a note without text is no rejection.
    private func drop(
        from items: inout MessageItems, of batch: RecordBatch, skips: [UInt8], in target: inout MappingTarget
    ) -> [Int32] {
        var isDropped = [Bool](repeating: false, count: items.ranges.last?.upperBound ?? 0)
        with(items, of: batch) { table in
            for (reason, conditions) in drops {
                var number = 0
                for (row, isMet) in conditions.met(over: table, in: &target).enumerated() where isMet && !isDropped[row]
                {
                    isDropped[row] = true
                    if skips.isEmpty || skips[table.record(of: row)] == 0 { number += 1 }
                }
                if number > 0 { target.repairs["message-dropped." + reason, default: 0] += number }
            }
        }
        return items.remove(isDropped)
    }

    private func with(_ items: MessageItems, of batch: RecordBatch, _ body: (CellTable) -> Void) {
        items.owners.withUnsafeBufferPointer { owners in
            items.cells.withUnsafeBufferPointer { cells in
                batch.cells.withUnsafeBufferPointer { recordCells in
                    var table = CellTable(cells: cells, columns: items.columns, rows: owners.count, owners: owners)
                    table.records = (recordCells, batch.columnCount, batch.records.count)
                    body(table)
                }
            }
        }
    }

    /// For each record who wrote its opening message; nil where that is put in front of no others.
    func openers(over table: CellTable, into target: inout MappingTarget) -> [UInt8]? {
        opening.map { senders(by: $0, over: table, into: &target) }
    }

    private func senders(
        by senderType: ValueProgram?, over table: CellTable, into target: inout MappingTarget
    ) -> [UInt8] {
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
}
