import ImportCore

/// So many rows of the ledger, which are taken back in one transaction.
struct UndoPage: Sendable {
    /// Rows of the ledger in a page: the transaction's own cost does not count beside them, and little is done twice
    /// when it has to be repeated.
    static let rows = 5_000

    var figures = UndoFigures()
    var left: [LeftAlone] = []
    /// Where the next page begins: behind this id.
    var last: BinaryUUID
    /// The first row that the page takes out of the ledger; by it an unseen COMMIT is told.
    var firstTaken: BinaryUUID?
    /// Customers of conversations that stay.
    var customersInUse: Set<BinaryUUID> = []

    init(last: BinaryUUID) { self.last = last }
}

/// What a page needs to know of the plan's runs.
struct UndoScope: Sendable {
    /// The plan's number in the program's own tables.
    var plan: Int32
    /// Those of its runs.
    var runs: [Int32]
    var isDryRun: Bool
    /// Whether changes may have been carried to what they created.
    var hasUpdates: Bool
}

extension Tuple {
    /// Whether the id at a field is one that a run gives: a UUID of version 5. PingBack's own are of another.
    func isOurs(_ field: Int) -> Bool { uuid(field).map { $0.high >> 12 & 0xF == 5 } ?? false }
}
