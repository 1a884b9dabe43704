package import ImportCore

/// Reads lists that stand as JSON in the text of a field: checked as strictly as a JSON file is.
package struct JSONFieldReader: JSONListReader {
    private let compiled: CompiledLayout
    private let limits: Limits

    /// - Parameter columns: what is wanted of each item.
    package init(columns: [FieldPath], limits: Limits) {
        var limits = limits
        limits.depth = min(limits.depth, JSONFormat.deepest)
        self.limits = limits
        compiled = CompiledLayout(
            RecordLayout(columns: [], list: RecordLayout.List(path: FieldPath(literal: "list"), columns: columns)))
    }

    package func read(_ texts: [ByteRange], in slab: UnsafeBufferPointer<UInt8>) -> JSONListBatch {
        // The document is one level deeper than what it is made around.
        let reader = DocumentReader(
            compiled, depth: min(limits.depth + 1, JSONFormat.deepest), fieldBytes: limits.fieldBytes)
        var batch = JSONListBatch(slab: [], cells: [], counts: [], faults: [])
        for (index, text) in texts.enumerated() {
            guard text.isPresent else {
                batch.counts.append(0)
                continue
            }
            let (count, finding) = read(slab[text.bounds], by: reader)
            batch.counts.append(count)
            if let finding { batch.faults.append(BatchFinding(index: index, finding: finding)) }
        }
        var rows = RecordBatch(columnCount: 0, itemColumnCount: compiled.layout.list?.columns.count ?? 0)
        reader.fill(&rows)
        batch.slab = rows.slab
        batch.cells = rows.itemCells
        return batch
    }

    /// The text is read as the only member of an object; that it is the only one is asked first, or what begins as a list
    /// and goes on as members would pass.
    private func read(_ text: Slice<UnsafeBufferPointer<UInt8>>, by reader: DocumentReader) -> (items: Int, Finding?) {
        let head = Array("{\"list\":".utf8)
        let document = head + text + [UInt8(ascii: "}")]
        switch reader.members(of: document) {
        case .success(let members) where members.count == 1: break
        case .success: return (0, unreadable(Finding(.jsonSyntax, "something follows the end of the list")))
        case .failure(let fault): return (0, unreadable(.json(fault, line: 0, column: 0, limits: limits)))
        }
        let fault = document.withUnsafeBufferPointer { reader.read(0..<$0.count, of: $0, isLine: false) }
        if let fault { return (reader.itemCount, unreadable(.json(fault, line: 0, column: 0, limits: limits))) }
        switch reader.listKind {
        case .array, .null: return (reader.itemCount, nil)
        default: return (reader.itemCount, .notAList("the JSON in the field of the messages is no list"))
        }
    }

    /// The place is that of the record: within a cell nobody counts lines.
    private func unreadable(_ finding: Finding) -> Finding {
        Finding(
            finding.code, field: "messages", "the messages, written as JSON: " + finding.message, hint: finding.hint)
    }
}
