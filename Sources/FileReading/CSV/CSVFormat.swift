import CSimdJSON
package import ImportCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// CSV as one file has it: its dialect, its columns, and which of them the mapping wants.
package struct CSVFormat: PieceFormat {
    package enum State: String, Sendable, Equatable {
        /// Between two records.
        case record = ""
        /// Inside a broken record, at the start of a line: each line belongs to it until one reads as a record with
        /// exactly the header's number of fields.
        case recovering
        /// Inside a line that is longer than a record may be.
        case skipping
        /// Behind the first line of a footer.
        case footer
    }

    /// A layout column that takes its value from the same source column as another.
    struct Alias: Sendable {
        var from: Int
        var to: Int
    }

    /// The name under which lines of a footer are counted.
    static let footerLine = "footer-line"

    let dialect: SourceDescription.Dialect
    /// How the lines of footers begin.
    let footers: [[UInt8]]
    /// The number of fields that each record must have: the header's.
    let width: Int
    /// For each source column the layout column that takes it, or -1.
    let slots: [Int]
    let aliases: [Alias]
    /// Layout columns that the file lacks.
    let absent: [Int]
    let columnCount: Int
    let lineEnd: UInt8
    let fieldBytes: Int
    let recordBytes: Int

    /// - Parameters:
    ///   - columns: for each layout column the index of the source column that fills it; -1 for one that the file lacks.
    ///   - lineEnd: the byte that ends a physical line: LF, or CR in a file without LF.
    package init(
        dialect: SourceDescription.Dialect, width: Int, columns: [Int], lineEnd: UInt8, limits: Limits
    ) {
        var slots = Array(repeating: -1, count: width)
        var aliases: [Alias] = []
        absent = columns.indices.filter { columns[$0] < 0 }
        for (layoutColumn, sourceColumn) in columns.enumerated() where sourceColumn >= 0 {
            if slots[sourceColumn] < 0 {
                slots[sourceColumn] = layoutColumn
            } else {
                aliases.append(Alias(from: slots[sourceColumn], to: layoutColumn))
            }
        }
        self.dialect = dialect
        footers = dialect.footers.map { Array($0.utf8) }
        self.width = width
        self.slots = slots
        self.aliases = aliases
        columnCount = columns.count
        self.lineEnd = lineEnd
        fieldBytes = limits.fieldBytes
        recordBytes = limits.recordBytes
    }

    package var initial: State { .record }
    package func text(of state: State) -> String { state.rawValue }
    package func state(text: String) -> State? { State(rawValue: text) }

    // One byte more than the longest record: its end must be in sight to be told from one that is too long.
    package var window: Int { recordBytes + 2 }

    package func cut(_ bytes: UnsafeBufferPointer<UInt8>, from state: State) -> (length: Int, state: State)? {
        let scanner = CSVScanner(
            bytes, delimiter: dialect.delimiter, quote: state == .record ? dialect.quote : nil, lineEnd: lineEnd)
        if let end = scanner.lastRecordEnd() { return (end, .record) }
        // A line that is skipped may be cut anywhere.
        return state == .skipping && !bytes.isEmpty ? (bytes.count, .skipping) : nil
    }

    package func read(_ bytes: [UInt8], from state: State, isEnd: Bool, stop: Int) -> PieceResult<State> {
        var result: PieceResult<State>?
        // The fields go where they will stay. As much room again is left for what mapping appends behind them.
        let slab = [UInt8](unsafeUninitializedCapacity: bytes.count * 2 + 4096) { slab, slabCount in
            guard let base = slab.baseAddress else { preconditionFailure("an array with capacity has a base") }
            bytes.withUnsafeBufferPointer { buffer in
                var reading = CSVPieceReading(format: self, bytes: buffer, state: state, isEnd: isEnd, slab: base)
                reading.run(until: stop)
                let outcome = reading.result()
                result = outcome.piece
                slabCount = outcome.slabCount
            }
        }
        guard var result else { preconditionFailure("the closure above always runs") }
        result.batch.slab = slab
        result.batch.raw = bytes
        if isEnd && result.consumed == bytes.count { result.batch.markCutShort(bytes) }
        return result
    }

    /// Reads the row at the beginning of `bytes`, whatever its number of fields: a header.
    func firstRow(_ bytes: [UInt8], isEnd: Bool) -> CSVPieceReading.FirstRow {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(bytes.count, 1)) { slab in
            bytes.withUnsafeBufferPointer { buffer in
                guard let base = slab.baseAddress else { preconditionFailure("a temporary allocation has a base") }
                var reading = CSVPieceReading(
                    format: self, bytes: buffer, state: .record, isEnd: isEnd, slab: base)
                return reading.firstRow()
            }
        }
    }
}
