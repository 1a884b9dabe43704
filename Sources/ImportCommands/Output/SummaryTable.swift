import ImportCore

/// The table at the end of a run, for a person.
struct SummaryTable {
    private var table = FigureTable()

    init(books: Books, isDryRun: Bool) {
        add("records read", books.records.read)
        if books.entries.blank > 0 { add("empty lines", books.entries.blank) }
        table.addIfAny("  checked, and not read again", books.checked.records)
        add(isDryRun ? "valid" : "valid", books.records.valid)
        add("rejected", books.records.rejected)
        if books.rejections.byDestination > 0 { add("  by the destination", books.rejections.byDestination) }
        if books.records.skipped > 0 { add("skipped", books.records.skipped) }
        for (reason, count) in books.skipped.byReason.sorted(by: { $0.key < $1.key }) { add("  \(reason)", count) }
        if !isDryRun {
            add("created", books.conversations.created)
            table.addIfAny("updated", books.conversations.updated)
            table.addIfAny("unchanged", books.conversations.unchanged)
            if books.conversations.alreadyPresent > 0 { add("already present", books.conversations.alreadyPresent) }
            if books.conversations.inDoubt > 0 { add("in doubt", books.conversations.inDoubt) }
            if books.conversations.notSent > 0 { add("not sent", books.conversations.notSent) }
            add(books.steps)
            add(books.drift)
        }
        if books.messages.read > 0 { add("messages read", books.messages.read) }
        if books.messages.rejected > 0 { add("  of rejected records", books.messages.rejected) }
        if books.messages.dropped > 0 { add("messages not carried", books.messages.dropped) }
        for (name, count) in books.lost.sorted(by: { $0.key < $1.key }) { add("not carried: \(name)", count) }
        for (name, count) in books.repairs.sorted(by: { $0.key < $1.key }) { add("repaired: \(name)", count) }
        if let budget = books.limits["message_budget"] {
            add("message budget", budget)
            add("  of it used", books.limits["message_budget_used"] ?? 0)
        }
        if books.requests.sent > 0 { add("requests", books.requests.sent) }
        if books.requests.retried > 0 { add("  of them repeated", books.requests.retried) }
    }

    private mutating func add(_ steps: Books.Steps) {
        table.addIfAny("assigned", steps.assigned)
        table.addIfAny("resolved", steps.resolved)
        table.addIfAny("closed", steps.closed)
        table.addIfAny("steps refused", steps.refused)
        table.addIfAny("steps still to be done", steps.inDoubt)
    }

    private mutating func add(_ drift: Books.Drifts) {
        table.addIfAny("drift kept", drift.kept)
        table.addIfAny("drift overwritten", drift.overwritten)
        table.addIfAny("changes not carried", drift.notCarried)
    }

    private mutating func add(_ label: String, _ value: Int) { table.add(label, value) }

    var text: String { table.text }

    /// The same for a machine, in the summary's form.
    static func fields(_ books: Books) -> [(key: String, value: LogValue?)] {
        [("books", SummaryFile.json(books).map { .json($0) })]
    }

    /// Findings by code, with the first places of each.
    static func text(_ tally: FindingTally, fileNames: [String]) -> String {
        tally.byCount.map { line in
            let places = line.places.map { "\(fileNames[$0.file]):\($0.line)" }.joined(separator: ", ")
            return "  \(line.code.rawValue): \(Figures.grouped(line.count)), at \(places)"
                + (line.count > line.places.count ? ", …" : "")
        }.joined(separator: "\n")
    }
}
