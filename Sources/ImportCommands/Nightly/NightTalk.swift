import ImportCore

/// What a comparison found, in a few lines, before anything is written.
enum NightTalk {
    static func lines(_ facts: NightFacts, plan: Plan) -> [String] {
        let figures = facts.figures
        func count(_ number: Int, _ words: String) -> String? {
            number > 0 ? "\(Figures.grouped(number)) \(words)" : nil
        }
        let parts = [
            "\(Figures.grouped(figures.new)) new", count(figures.late, "of them late"),
            "\(Figures.grouped(figures.changed)) changed", "\(Figures.grouped(figures.unchanged)) unchanged",
            count(figures.older, "older than the plan looks at"),
            count(figures.skipped, "passed over as the plan says"),
            count(figures.repeated, "with a key that another has"), count(figures.rejected, "to be rejected"),
            count(figures.vanished, "vanished from the source"), count(figures.returned, "there again"),
        ].compactMap(\.self)
        var lines = ["compared: \(Figures.counted(figures.read, "record")): " + parts.joined(separator: ", ")]
        if facts.terms.baseline == nil {
            lines.append("first night: nothing to compare with; what is in already is taken as it is")
        }
        if let grown = facts.grown, !grown.isEmpty {
            let records = grown.reduce(0) { $0 + $1.settled.records }
            let bytes = grown.reduce(0) { $0 + $1.settled.end.offset }
            let all = grown.reduce(0) { $0 + $1.size }
            lines.append(
                "checked and not read again: \(Figures.counted(records, "record")) in the first "
                    + "\(Figures.grouped(bytes)) of \(Figures.grouped(all)) bytes of "
                    + "\(Figures.counted(grown.count, "file")) as settled the night before")
        }
        if figures.heldBack > 0 {
            lines.append(
                "held back: \(Figures.counted(figures.heldBack, "last record")) without a line end, which may be cut short"
            )
        }
        if facts.terms.remaps, figures.changed > 0 {
            lines.append(
                "the plan maps \(Figures.counted(figures.changed, "record")) otherwise than the night before: taken as the "
                    + "new baseline, and not sent; --accept-changed-plan sends such changes")
        }
        return lines
    }
}
