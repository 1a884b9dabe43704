/// Reads lists that stand as JSON in the text of a field. Fulfilled by `FileReading`.
package protocol JSONListReader: Sendable {
    /// Reads the text at each range; one that is `none` has no items.
    func read(_ texts: [ByteRange], in slab: UnsafeBufferPointer<UInt8>) -> JSONListBatch
}

/// What was read of the lists of a batch.
package struct JSONListBatch: Sendable {
    /// The items' text; the cells' ranges count from its start.
    package var slab: [UInt8]
    /// A row for each item, of the columns asked for.
    package var cells: [Cell]
    /// For each text, how many items it had.
    package var counts: [Int]
    /// What is wrong with a text, by its index.
    package var faults: [BatchFinding]

    package init(slab: [UInt8], cells: [Cell], counts: [Int], faults: [BatchFinding]) {
        self.slab = slab
        self.cells = cells
        self.counts = counts
        self.faults = faults
    }
}
