/// Rows of cells over a slab, as rules read them: the records of a batch, or the items of its lists.
///
/// The pointers are valid only inside the closure that made the table.
struct CellTable {
    let cells: UnsafeBufferPointer<Cell>
    let columns: Int
    let rows: Int
    /// The record that each row belongs to; nil where rows are records.
    let owners: UnsafeBufferPointer<Int32>?
    /// Where rows are items: the cells of their records, for what an item is compared with.
    var records: (cells: UnsafeBufferPointer<Cell>, columns: Int, rows: Int)?
    /// The rows that a rule is asked for, where others have their value already or shall have none; nil for all. Nothing
    /// is wrong with a row that nobody asks for.
    private var asked: [Bool]?

    /// The rows that `record(of:)` counts.
    var ofRecords: CellTable {
        guard let records else { return self }
        return CellTable(cells: records.cells, columns: records.columns, rows: records.rows, owners: nil)
    }

    init(
        cells: UnsafeBufferPointer<Cell>, columns: Int, rows: Int, owners: UnsafeBufferPointer<Int32>?
    ) {
        self.cells = cells
        self.columns = columns
        self.rows = rows
        self.owners = owners
    }

    /// The same table, of which only some rows are asked for.
    func asking(_ rows: [Bool]) -> CellTable {
        var table = self
        table.asked = asked.map { zip($0, rows).map { $0 && $1 } } ?? rows
        return table
    }

    @inline(__always)
    func asks(for row: Int) -> Bool { asked.map { $0[row] } ?? true }

    @inline(__always)
    func cell(_ row: Int, _ column: Int) -> Cell {
        asks(for: row) ? cells[row &* columns &+ column] : .missing
    }

    @inline(__always)
    func record(of row: Int) -> Int { owners.map { Int($0[row]) } ?? row }
}

/// The plan's spellings of "no value", made quick to rule out: most values differ from all of them in length.
struct NullSpellings: Sendable {
    private let spellings: [[UInt8]]
    private let hasEmpty: Bool
    private let longest: Int

    init(_ spellings: [String]) {
        self.spellings = spellings.filter { !$0.isEmpty }.map { Array($0.utf8) }
        hasEmpty = spellings.contains("")
        longest = self.spellings.map(\.count).max() ?? 0
    }

    @inline(__always)
    func contains(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if bytes.isEmpty { return hasEmpty }
        if bytes.count > longest { return false }
        return isSpelled(bytes)
    }

    private func isSpelled(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        spellings.contains { $0.elementsEqual(bytes) }
    }
}
