import CLibCSV
import ImportCore

/// One libcsv parser, and the rows that it fills: the only place where libcsv is called.
///
/// libcsv is told to be strict, and not to trim fields. It is fed one record
/// at a time, so that each row is known to belong to the bytes it came from.
final class CSVRowParser {
    // In memory of their own, and not stored properties: libcsv and its callbacks write to them many times a
    // microsecond, and each access to a property of a class is checked for exclusiveness.
    private let parser: UnsafeMutablePointer<csv_parser>
    private let rows: UnsafeMutablePointer<CSVRows>

    /// What stands for a quote where there is none: a byte that UTF-8 never holds. Records with it are not fed.
    static let noQuote: UInt8 = 0xFF

    /// - Parameter slab: where the fields' bytes go; at least as long as what will be fed.
    init(format: CSVFormat, slab: UnsafeMutablePointer<UInt8>) {
        rows = .allocate(capacity: 1)
        rows.initialize(to: CSVRows(format: format, slab: slab))
        parser = .allocate(capacity: 1)
        parser.initialize(to: csv_parser())
        let status = csv_init(parser, UInt8(CSV_STRICT))
        precondition(status == 0, "csv_init fails only for a null pointer")
        csv_set_delim(parser, format.dialect.delimiter)
        csv_set_quote(parser, format.dialect.quote ?? Self.noQuote)
    }

    deinit {
        csv_free(parser)
        parser.deallocate()
        rows.pointee.deallocate()
        rows.deinitialize(count: 1)
        rows.deallocate()
    }

    enum Verdict: Equatable {
        /// Exactly one row was read, with so many fields.
        case row(fields: Int)
        /// No row yet: the record is still open where the bytes end.
        case open
        /// The byte at this offset from the record's start breaks the rules of quoting.
        case stray(at: Int)
    }

    /// Feeds one record, whose line end is given as the last byte or else added.
    ///
    /// - Parameter hasEdgeBlank: whether a blank may stand at the edge of an unquoted field. Where none does, libcsv's
    ///   own idea of blanks changes nothing, and spares it a call for every byte: a fifth of its time (measured).
    func parse(
        _ record: UnsafeBufferPointer<UInt8>, endsWithNewline: Bool, isWhole: Bool, hasEdgeBlank: Bool = true
    ) -> Verdict {
        rows.pointee.beginRow()
        parser.pointee.is_space = hasEdgeBlank ? csv_no_space : nil
        var used = csv_parse(parser, record.baseAddress, record.count, keepField, endRow, rows)
        if used == record.count && !endsWithNewline && isWhole {
            var newline = UInt8.lf
            used += csv_parse(parser, &newline, 1, keepField, endRow, rows) - 1
        }
        guard used == record.count else {
            reset()
            return .stray(at: min(used, record.count))
        }
        guard rows.pointee.rowEnded else {
            reset()
            return .open
        }
        return .row(fields: rows.pointee.fieldIndex)
    }

    private func reset() {
        // Ends whatever was begun, without telling anybody, and clears the error.
        csv_fini(parser, nil, nil, nil)
    }

    /// The bytes of the widest field of the last row, and its column.
    var widestField: (length: Int, column: Int) { (rows.pointee.widest, rows.pointee.widestColumn) }

    /// Whether a field behind the header's last column holds anything.
    var isSurplusFilled: Bool { rows.pointee.isSurplusFilled }

    func keepRow() { rows.pointee.keepRow() }
    func keepEmptyRow(isField: Bool) { rows.pointee.keepEmptyRow(isField: isField) }

    /// Moves the cells and the columns' fill into a batch; returns how many bytes of the slab are filled.
    func finish(into batch: inout RecordBatch) -> Int { rows.pointee.finish(into: &batch) }

}

// What libcsv calls. Functions, since a closure would be called by another one that speaks C (measured: 1 % of all).

@inline(__always)
private func keepField(_ bytes: UnsafeMutableRawPointer?, _ length: Int, _ rows: UnsafeMutableRawPointer?) {
    rows.unsafelyUnwrapped.assumingMemoryBound(to: CSVRows.self).pointee.append(bytes, length)
}

@inline(__always)
private func endRow(_: Int32, _ rows: UnsafeMutableRawPointer?) {
    rows.unsafelyUnwrapped.assumingMemoryBound(to: CSVRows.self).pointee.rowEnded = true
}

/// The rows read so far, in plain memory: what libcsv's callbacks write to, several times a microsecond.
struct CSVRows {
    private let slots: UnsafeMutablePointer<Int>
    private let aliases: [CSVFormat.Alias]
    /// Columns that the file lacks.
    private let absent: [Int]
    private let columns: Int
    private let width: Int

    /// The fields' bytes; they are never longer than what they were read from, so the piece's length is enough.
    private let slab: UnsafeMutablePointer<UInt8>
    private var slabCount = 0
    private var cells: UnsafeMutablePointer<Cell>
    private var cellCapacity: Int
    private var cellCount = 0
    private let lengths: UnsafeMutablePointer<Int>
    private let fill: UnsafeMutablePointer<Int>

    private(set) var fieldIndex = 0
    private(set) var widest = 0
    private(set) var widestColumn = 0
    private(set) var isSurplusFilled = false
    /// How much of the slab belongs to rows that are kept.
    private var keptSlab = 0
    var rowEnded = false

    init(format: CSVFormat, slab: UnsafeMutablePointer<UInt8>) {
        self.slab = slab
        slots = .allocate(capacity: max(format.width, 1))
        slots.initialize(from: format.slots, count: format.slots.count)
        aliases = format.aliases
        absent = format.absent
        columns = format.columnCount
        width = format.width
        cellCapacity = 64 * max(columns, 1)
        cells = .allocate(capacity: cellCapacity)
        lengths = .allocate(capacity: max(width, 1))
        lengths.initialize(repeating: 0, count: max(width, 1))
        fill = .allocate(capacity: max(width, 1))
        fill.initialize(repeating: 0, count: max(width, 1))
    }

    func deallocate() {
        slots.deallocate()
        cells.deallocate()
        lengths.deallocate()
        fill.deallocate()
    }

    mutating func beginRow() {
        fieldIndex = 0
        widest = 0
        isSurplusFilled = false
        rowEnded = false
        // What a row that was not kept left behind is written over: kept rows alone fit into the slab for certain.
        slabCount = keptSlab
        if cellCount + columns > cellCapacity { grow() }
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Cell>.allocate(capacity: cellCapacity * 2)
        larger.moveInitialize(from: cells, count: cellCount)
        cells.deallocate()
        cells = larger
        cellCapacity *= 2
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeMutableRawPointer?, _ length: Int) {
        let index = fieldIndex
        fieldIndex = index &+ 1
        if length > widest {
            widest = length
            widestColumn = index
        }
        guard index < width else {
            if length > 0 { isSurplusFilled = true }
            return
        }
        lengths[index] = length
        let slot = slots[index]
        guard slot >= 0 else { return }
        if length > 0, let bytes {
            (slab + slabCount).update(from: bytes.assumingMemoryBound(to: UInt8.self), count: length)
        }
        (cells + cellCount + slot).initialize(to: Cell(.text, ByteRange(offset: slabCount, length: length)))
        slabCount &+= length
    }

    /// Keeps the row just read as a record.
    mutating func keepRow() {
        for slot in absent { (cells + cellCount + slot).initialize(to: .missing) }
        for alias in aliases { (cells + cellCount + alias.to).initialize(to: cells[cellCount + alias.from]) }
        cellCount += columns
        keptSlab = slabCount
        for index in 0..<width where lengths[index] != 0 { fill[index] += 1 }
    }

    /// Keeps a row without cells in place of the one just read (or of none): a record that is rejected, or the empty
    /// field of an empty line in a file of one column.
    mutating func keepEmptyRow(isField: Bool) {
        slabCount = keptSlab
        if cellCount + columns > cellCapacity { grow() }
        for slot in 0..<columns {
            let cell = isField ? Cell(.text, ByteRange(offset: slabCount, length: 0)) : .missing
            (cells + cellCount + slot).initialize(to: cell)
        }
        cellCount += columns
    }

    func finish(into batch: inout RecordBatch) -> Int {
        batch.cells = Array(UnsafeBufferPointer(start: cells, count: cellCount))
        batch.fill = Array(UnsafeBufferPointer(start: fill, count: width))
        return slabCount
    }
}
