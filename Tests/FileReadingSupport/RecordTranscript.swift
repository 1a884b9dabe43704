package import ImportCore

/// What reading a whole file gave, told so that two readings can be compared: places in the file, values, findings.
package struct RecordTranscript: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        package var place: Place
        package var raw: [UInt8]
        package var cells: [String]
        package var items: [[String]] = []
        package var listKind = Cell.Kind.missing
        package var finding: Finding?

        package var text: String {
            let fault = finding.map { " \($0.code) \($0.line ?? 0):\($0.column ?? 0)" } ?? ""
            return "\(place.record) at \(place.line), \(place.offset): "
                + "\(String(decoding: raw, as: UTF8.self).debugDescription) \(cells)\(fault)"
        }
    }

    package var entries: [Entry] = []
    package var blanks = 0
    package var lines = 0
    /// For each column of the file, in how many records it was not empty.
    package var fill: [Int] = []

    package init() {}

    package var codes: [RejectionCode?] { entries.map(\.finding?.code) }
    package var cells: [[String]] { entries.map(\.cells) }
    package var raws: [String] { entries.map { String(decoding: $0.raw, as: UTF8.self) } }
    package var findings: [Finding] { entries.compactMap(\.finding) }
}

extension RecordTranscript {
    /// The first thing that another reading gave otherwise, in words; nil for nothing.
    package func difference(from other: Self) -> String? {
        for (index, (one, another)) in zip(entries, other.entries).enumerated() where one != another {
            return "entry \(index): \(one.text) and not \(another.text)"
        }
        if entries.count != other.entries.count { return "\(entries.count) entries and not \(other.entries.count)" }
        if blanks != other.blanks { return "\(blanks) blanks and not \(other.blanks)" }
        if fill != other.fill { return "fill \(fill) and not \(other.fill)" }
        return self == other ? nil : "\(lines) lines and not \(other.lines)"
    }

    /// The same, with lines and records counted from 1, as a source counts them.
    package var countedFromOne: Self {
        var transcript = self
        transcript.lines = 0
        for index in entries.indices {
            transcript.entries[index].place.line += 1
            transcript.entries[index].place.record += 1
            if let line = entries[index].finding?.line { transcript.entries[index].finding?.line = line + 1 }
        }
        return transcript
    }

    /// Where reading stands behind all entries so far, all counted from 0.
    package func position(at offset: Int) -> Place {
        Place(file: 0, line: lines, record: entries.count, offset: offset)
    }

    /// Adds a batch whose places count from `start`.
    package mutating func add(_ batch: RecordBatch, behind start: Place) {
        func texts(_ cells: ArraySlice<Cell>) -> [String] {
            cells.map { cell in
                guard cell.range.isPresent else { return "\(cell.kind)" }
                return "\(cell.kind):" + String(decoding: batch.slab[cell.range.bounds], as: UTF8.self)
            }
        }
        if batch.continued.isPresent, !entries.isEmpty {
            entries[entries.count - 1].raw += batch.raw[batch.continued.bounds]
        }
        let (columns, itemColumns) = (batch.columnCount, batch.itemColumnCount)
        let base = entries.count
        for (index, record) in batch.records.enumerated() {
            entries.append(
                Entry(
                    place: Place(
                        file: start.file, line: record.place.line + start.line,
                        record: record.place.record + start.record, offset: record.place.offset + start.offset),
                    raw: Array(batch.raw[record.raw.bounds]),
                    cells: texts(batch.cells[index * columns..<(index + 1) * columns]),
                    items: record.items.map { texts(batch.itemCells[$0 * itemColumns..<($0 + 1) * itemColumns]) },
                    listKind: record.listKind))
        }
        for unreadable in batch.unreadable {
            var finding = unreadable.finding
            finding.line = finding.line.map { $0 + start.line }
            entries[base + unreadable.index].finding = finding
        }
        blanks += batch.blanks
        if fill.isEmpty { fill = Array(repeating: 0, count: batch.fill.count) }
        for (column, count) in batch.fill.enumerated() where column < fill.count { fill[column] += count }
    }
}
