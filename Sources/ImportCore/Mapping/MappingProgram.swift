/// The plan's line on which each path of a layout stands first.
package struct LayoutLines: Sendable, Equatable {
    package var columns: [Int]
    package var items: [Int]
    /// The line of the list; 0 where the layout has none.
    package var list: Int
}

/// A plan's rules, compiled once against a source's columns: maps a batch in one pure call.
package struct MappingProgram: Sendable {
    /// What the reader has to fill.
    package let layout: RecordLayout
    /// Where the plan names what the layout holds.
    package let lines: LayoutLines

    let texts: [(field: TextField, program: ValueProgram)]
    let times: [(field: TimeField, program: TimeProgram)]
    let status: ValueProgram?
    let messages: MessageProgram?
    /// Nil where the plan passes no record over.
    let skip: SkipProgram?
    /// Columns that the preset knows and the files do not have: what they would fill stays empty.
    package let absentColumns: [String]
    /// Nil where the destination asks for none.
    let reference: ReferenceProgram?
    /// Of the records' own cells.
    let repairs: CellRepairs

    /// Maps records to drafts. What cannot be mapped becomes findings; a record that could not be read stays empty.
    package func map(_ records: consuming RecordBatch) -> DraftBatch {
        var batch = consume records
        var target = MappingTarget(slab: batch.slab)
        // The slab has one owner at a time, or every append would copy it.
        batch.slab = []
        target.repairs = batch.repairs
        repairs.run(over: &batch.cells, columns: batch.columnCount, into: &target)
        var drafts = DraftBatch(records: batch)
        var openers: [UInt8]?
        batch.cells.withUnsafeBufferPointer { cells in
            let table = CellTable(
                cells: cells, columns: batch.columnCount, rows: batch.records.count, owners: nil)
            for (field, program) in texts { drafts.texts[field.rawValue] = program.run(over: table, into: &target) }
            for field in [TextField.key, .customerExternalID] {
                RoundedIDs.find(in: drafts.texts[field.rawValue], field: field.name, into: &target) { $0 }
            }
            for (field, program) in times { drafts.times[field.rawValue] = program.run(over: table, into: &target) }
            reference?.run(over: table, into: &target, &drafts)
            drafts.statuses = statuses(over: table, into: &target)
            openers = messages?.openers(over: table, into: &target)
            if let skip {
                drafts.skips = skip.run(over: table, into: &target)
                drafts.skipReasons = skip.reasons
            }
        }
        if let messages {
            var mapped = messages.run(over: batch, skips: drafts.skips, into: &target)
            if let openers {
                mapped.putInFront(
                    drafts.texts[TextField.initialMessage.rawValue], senders: openers,
                    times: drafts.times[TimeField.createdAt.rawValue])
            }
            drafts.messages = mapped.columns
            drafts.messageRanges = mapped.ranges
            drafts.droppedMessages = mapped.dropped
        }
        // What could not be read has no values that could say anything.
        if skip != nil { for broken in batch.unreadable { drafts.skips[broken.index] = 0 } }
        drafts.skip(batch.blankRecords, reason: Books.Skips.blankRecord)
        drafts.findings = target.findings
        drafts.repairs = target.repairs
        drafts.records.slab = target.slab
        return drafts
    }

    private func statuses(over table: CellTable, into target: inout MappingTarget) -> [UInt8] {
        guard let status else { return Array(repeating: 0, count: table.rows) }
        let column = status.run(over: table, into: &target)
        let names = ConversationStatus.allCases.map { (bytes: Array($0.name.utf8), raw: $0.rawValue) }
        // A constant of the plan stands once in the slab, however many records have it.
        var known: [ByteRange: UInt8] = [:]
        return target.slab.withUnsafeBufferPointer { slab in
            column.map { range in
                guard range.isPresent else { return 0 }
                if let status = known[range] { return status }
                let name = UnsafeBufferPointer(rebasing: slab[range.bounds])
                // The plan's reader lets only the vocabulary through, so that one of the names matches.
                let status = names.first { $0.bytes.elementsEqual(name) }?.raw ?? 0
                known[range] = status
                return status
            }
        }
    }
}
