internal import CSimdJSON
internal import ImportCore

/// Reads the documents of one piece and keeps their cells; owns simdjson's parser and its buffers.
final class DocumentReader {
    /// What is wrong with a document, and where in it.
    struct Fault {
        var code: csj_code
        var offset: Int
        /// The field that is too long.
        var field: String?
    }

    /// A member of a document's outermost object.
    struct Member {
        var name: String
        var isList: Bool
        var isEmptyArray: Bool
    }

    private let compiled: CompiledLayout
    private let handle: OpaquePointer
    private(set) var itemCount = 0
    private(set) var listKind = Cell.Kind.missing

    init(_ compiled: CompiledLayout, depth: Int, fieldBytes: Int) {
        guard let handle = csj_reader_create(compiled.handle, depth, fieldBytes) else {
            preconditionFailure("a reader is always created: lack of memory ends the program before")
        }
        self.compiled = compiled
        self.handle = handle
    }

    deinit {
        csj_reader_destroy(handle)
    }

    /// Reads one document and adds its cells. `isLine`: what follows it in `bytes` is a line end, and may stay in sight.
    func read(_ range: Range<Int>, of bytes: UnsafeBufferPointer<UInt8>, isLine: Bool) -> Fault? {
        let readable = isLine ? bytes.count - range.lowerBound : range.count
        let verdict = bytes.withCharacters {
            csj_reader_read(handle, $0 + range.lowerBound, range.count, readable)
        }
        itemCount = verdict.items
        listKind = Cell.Kind(rawValue: UInt8(truncatingIfNeeded: verdict.list_kind.rawValue)) ?? .missing
        return fault(verdict)
    }

    /// Adds the cells of a record that is not read at all.
    func addMissing() {
        csj_reader_add_missing(handle)
        itemCount = 0
        listKind = .missing
    }

    /// The members of a document's outermost object, for what is no record: no cell is added.
    func members(of document: [UInt8]) -> Result<[Member], Fault> {
        let verdict = document.withUnsafeBufferPointer { bytes in
            bytes.withCharacters { csj_reader_read_members(handle, $0, bytes.count) }
        }
        if let fault = fault(verdict) { return .failure(fault) }
        return .success(
            (0..<csj_reader_member_count(handle)).map { index in
                let member = csj_reader_member(handle, index)
                let name = UnsafeRawBufferPointer(start: member.name, count: member.length)
                return Member(
                    name: String(decoding: name, as: UTF8.self), isList: member.is_list,
                    isEmptyArray: member.is_empty_array)
            })
    }

    /// Moves what was read into a batch.
    func fill(_ batch: inout RecordBatch) {
        let rows = csj_reader_rows(handle)
        batch.slab = Array(UnsafeBufferPointer(start: rows.slab, count: rows.slab_count))
        batch.cells = Array(UnsafeBufferPointer(start: rows.cells, count: rows.cell_count))
        batch.itemCells = Array(UnsafeBufferPointer(start: rows.item_cells, count: rows.item_cell_count))
    }

    private func fault(_ verdict: csj_verdict) -> Fault? {
        if verdict.code == CSJ_FINE { return nil }
        var fault = Fault(code: verdict.code, offset: verdict.offset)
        if verdict.code == CSJ_FIELD_TOO_LONG {
            let columns = verdict.of_item ? compiled.layout.list?.columns ?? [] : compiled.layout.columns
            fault.field = columns[Int(verdict.column)].text
        }
        return fault
    }
}

extension DocumentReader.Fault: Error {}

extension [Cell] {
    fileprivate init(_ cells: UnsafeBufferPointer<csj_cell>) {
        self.init(unsafeUninitializedCapacity: cells.count) { target, count in
            for (index, cell) in cells.enumerated() {
                let kind = Cell.Kind(rawValue: UInt8(truncatingIfNeeded: cell.kind)) ?? .missing
                target.initializeElement(
                    at: index, to: Cell(kind, ByteRange(offset: Int(cell.offset), length: Int(cell.length))))
            }
            count = cells.count
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The bytes as C's characters; an empty buffer has an address, too.
    fileprivate func withCharacters<Value>(_ body: (UnsafePointer<CChar>) -> Value) -> Value {
        guard let baseAddress else { return withUnsafePointer(to: 0 as CChar) { body($0) } }
        return baseAddress.withMemoryRebound(to: CChar.self, capacity: count) { body($0) }
    }
}
