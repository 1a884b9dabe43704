import ImportCore

/// The processes of a checkpoint under each other, the oldest first.
struct HistoryTable {
    let entries: [ProcessEntry]

    private static let heads = ["started (UTC)", "took", "status", "read", "created", "rejected", "in doubt"]

    /// The last column is words, and stands behind the aligned ones.
    var text: String {
        let rows = [Self.heads] + entries.map { Self.cells($0) }
        let widths = Self.heads.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return zip(rows, ["how it ended"] + entries.map { $0.reason ?? "killed, or at work" }).map { row, words in
            let cells = zip(row, widths).map { cell, width in
                String(repeating: " ", count: width - cell.count) + cell
            }
            return "  " + cells.joined(separator: "  ") + "  " + words
        }.joined(separator: "\n")
    }

    private static func cells(_ entry: ProcessEntry) -> [String] {
        let took = entry.finishedAt.map { Figures.duration(Double($0 - entry.startedAt) / 1000) }
        let figures = entry.figures.map { [$0.read, $0.created, $0.rejected, $0.inDoubt].map(Figures.grouped) }
        return [
            Timestamp(microseconds: entry.startedAt / 1000 * 1_000_000).iso8601, took ?? "",
            entry.status.map { String($0) } ?? "",
        ] + (figures ?? Array(repeating: "", count: 4))
    }
}
