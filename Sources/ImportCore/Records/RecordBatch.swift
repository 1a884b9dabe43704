/// Records as they were read: one slab of bytes, and for each record its place and one cell a column.
///
/// Nothing here is a `String`. The slab holds the fields' bytes, copied once from the parser; mapping appends what it
/// makes behind them, so that a value taken over unchanged is never copied again. Places count from the batch's start
/// (offset, line and record from 0, the file unset): only the batches before it decide where it stands, and its
/// `BatchSpan` says so.
package struct RecordBatch: Sendable {
    /// One record, or what could not be read as one.
    package struct Record: Sendable {
        package var place: Place
        /// The record's original bytes, in the batch's `raw`; with its line end, where the format has it.
        package var raw: ByteRange
        /// Rows of `itemCells` that belong to this record: the items of the layout's list.
        package var items: Range<Int>
        /// What kind of value stood where the list should be; `missing` when there was none.
        package var listKind: Cell.Kind

        package init(place: Place, raw: ByteRange, items: Range<Int> = 0..<0, listKind: Cell.Kind = .missing) {
            self.place = place
            self.raw = raw
            self.items = items
            self.listKind = listKind
        }
    }

    /// A record that could not be read: its place is that of `records[index]`, whose cells are all missing.
    package struct Unreadable: Sendable {
        package var index: Int
        package var finding: Finding

        package init(index: Int, finding: Finding) {
            self.index = index
            self.finding = finding
        }
    }

    /// The layout's number of columns: `cells` holds `records.count` rows of so many.
    package let columnCount: Int
    /// The number of columns of the layout's list: each row of `itemCells` holds so many.
    package let itemColumnCount: Int

    package var slab: [UInt8] = []
    package var cells: [Cell] = []
    package var itemCells: [Cell] = []
    package var records: [Record] = []
    package var unreadable: [Unreadable] = []
    /// The piece of the file that the records were read from, for what must be handed back byte for byte.
    package var raw: [UInt8] = []
    /// Bytes of `raw` (a prefix) that belong to an unreadable record begun in an earlier batch.
    package var continued: ByteRange = .none
    /// Whether text may hold a NUL: a JSON string may, written as an escape; a CSV record with one is unreadable.
    package var mayHoldNUL = true
    /// Whether the last record ends with its file, and not with a line end: the file may be cut short. Never in a list,
    /// whose end tells.
    package var isCutShort = false
    /// Empty lines passed over.
    package var blanks = 0
    /// Records whose every field is empty, where the plan passes these over; their cells are all missing.
    package var blankRecords: [Int] = []
    /// What was changed, or passed over, while reading, by name, each counted.
    package var repairs: [String: Int] = [:]
    /// For each of the source's own columns (CSV only), in how many records it was not empty.
    package var fill: [Int] = []

    /// Takes all values away from a record that turns out to be unreadable.
    package mutating func clear(_ index: Int) {
        for column in 0..<columnCount { cells[index * columnCount + column] = .missing }
        records[index].items = records[index].items.lowerBound..<records[index].items.lowerBound
        records[index].listKind = .missing
    }

    package init(columnCount: Int, itemColumnCount: Int = 0) {
        self.columnCount = columnCount
        self.itemColumnCount = itemColumnCount
    }
}
