extension Night {
    /// The files that are read only from where an earlier night has settled them.
    package var grown: [GrownFile] { facts.grown ?? [] }

    /// Calls `body` with the records of each such file that are not read tonight.
    private func forEachSettled(_ body: (NightRecord) throws -> Void) throws {
        for grown in grown {
            let first = facts.ordinal(of: RecordID(file: grown.file, number: 1))
            for start in stride(from: 0, to: grown.settled.records, by: Self.settledPage) {
                let count = min(Self.settledPage, grown.settled.records - start)
                for record in try records(from: first + start, count: count) { try body(record) }
            }
        }
    }

    /// So many records are read at once.
    private static var settledPage: Int { 8192 }

    /// Whether one of them is to be rejected tonight, since a file before it has its key now: what is reported of it stands
    /// in its bytes, so they have to be read.
    package func rejectsSettled() throws -> Bool {
        guard facts.terms.duplicates == .reject, facts.figures.repeated > 0 else { return false }
        var rejects = false
        try forEachSettled { if $0.standing == .repeated { rejects = true } }
        return rejects
    }

    /// What those records add to the books where only what stands behind them is read.
    func settledCounts() throws -> PassingCounts {
        var counts = PassingCounts()
        try forEachSettled { record in
            switch record.standing {
            case .unchanged: counts.unchanged += 1
            case .older: counts.skip(Books.Skips.older)
            case .repeated: counts.skip(Books.Skips.repeatedKey)
            case .skipped: break
            case .new, .changed, .rejected, .heldBack:
                preconditionFailure("a record that was settled is what its entry says, whatever the other files hold")
            }
        }
        for grown in grown { counts.skip(grown.settled.skips) }
        return counts
    }

    /// For the books.
    var checked: Books.Checked {
        var checked = Books.Checked()
        checked.files = grown.count
        checked.records = grown.reduce(0) { $0 + $1.settled.records }
        checked.bytes = grown.reduce(0) { $0 + $1.settled.end.offset }
        return checked
    }
}
