import ImportCore

/// Records as JSON lines: place and fields, or place and the rule that is broken.
struct RecordPrinter {
    let headers: [CSVHeader]
    let isHeaded: Bool
    let fileNames: [String]
    /// Makes UTF-8 of the file's bytes.
    let text: (ArraySlice<UInt8>) -> ArraySlice<UInt8>

    func lines(of batch: RecordBatch, span: BatchSpan, atMost count: Int) -> [UInt8] {
        var text = JSONText()
        var unreadable = batch.unreadable[...]
        for (index, record) in batch.records.prefix(count).enumerated() {
            text.beginObject()
            add(span.place(record.place), to: &text)
            if let broken = unreadable.first, broken.index == index {
                unreadable.removeFirst()
                text.key("rejected")
                text.beginObject()
                text.key("code")
                text.string(broken.finding.code.rawValue)
                text.key("message")
                text.string(broken.finding.message)
                if let line = broken.finding.line {
                    text.key("line")
                    text.number(span.start.line + line + 1)
                }
                if let column = broken.finding.column {
                    text.key("column")
                    text.number(column)
                }
                text.endObject()
            } else if headers.isEmpty {
                text.key("document")
                // One line a record, also for an element that spans several.
                text.verbatim(self.text(batch.raw[record.raw.bounds]).lazy.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
            } else if isHeaded {
                addFields(of: index, in: batch, header: headers[span.start.file], to: &text)
            } else {
                addValues(of: index, in: batch, width: headers[span.start.file].names.count, to: &text)
            }
            text.endObject()
            text.endLine()
        }
        return text.bytes
    }

    private func add(_ place: Place, to text: inout JSONText) {
        if fileNames.count > 1 {
            text.key("file")
            text.string(fileNames[place.file])
        }
        text.key("record")
        text.number(place.record)
        text.key("line")
        text.number(place.line)
        text.key("offset")
        text.number(place.offset)
    }

    private func addFields(of index: Int, in batch: RecordBatch, header: CSVHeader, to text: inout JSONText) {
        text.key("fields")
        text.beginObject()
        for group in header.groups {
            text.key(group.name)
            if group.columns.count == 1 {
                add(batch.cells[index * batch.columnCount + group.columns[0]], in: batch, to: &text)
            } else {
                text.beginArray()
                for column in group.columns {
                    add(batch.cells[index * batch.columnCount + column], in: batch, to: &text)
                }
                text.endArray()
            }
        }
        text.endObject()
    }

    private func addValues(of index: Int, in batch: RecordBatch, width: Int, to text: inout JSONText) {
        text.key("values")
        text.beginArray()
        for column in 0..<width { add(batch.cells[index * batch.columnCount + column], in: batch, to: &text) }
        text.endArray()
    }

    private func add(_ cell: Cell, in batch: RecordBatch, to text: inout JSONText) {
        guard cell.range.isPresent else { return text.null() }
        batch.slab.withUnsafeBufferPointer { text.string(UnsafeBufferPointer(rebasing: $0[cell.range.bounds])) }
    }
}
