import Foundation
import ImportTestSupport
import Testing

/// Nights whose export only grows.
extension NightlyYear {
    /// An export, and nights in which lines come to its end and nothing else happens to it.
    mutating func grow() async throws {
        var export = try exportFiles()
        try await night(export)
        for _ in 0..<random.int(1...3) {
            let isSettled = isSettled(export)
            desk.work(&random)
            let before = export.tickets.count
            try export.grow(by: appended(to: export), in: workspace)
            let isKilled = random.chance(4)
            if isKilled { try await kill() }
            try await night(export, checksBooks: !isKilled)
            if isSettled && !isKilled {
                let summary = Summary(try workspace.summary("summary.json"))
                #expect(summary["checked", "records"] == before, "seed \(seed), night \(night)")
            }
        }
        try await beginAnew()
    }

    /// The night after one whose export had grown by repeated keys: it holds far fewer records than that.
    private mutating func beginAnew() async throws {
        plan.expects = false
        desk.work(&random)
        try await night(try exportFiles())
        plan.expects = true
    }

    /// Where the last record of a key counts, what changed comes once more; elsewhere only what is new.
    private func appended(to export: NightlyExport) -> [NightlyTicket] {
        let last = Dictionary(export.tickets.map { ($0.key, $0.line) }) { _, last in last }
        return desk.tickets.keys.sorted().compactMap { desk.tickets[$0] }.filter { ticket in
            plan.variant.duplicates == "last" ? last[ticket.key] != ticket.line : last[ticket.key] == nil
        }
    }

    /// Whether nothing of an export has to be looked at again. What `since` passes over may have to be.
    private func isSettled(_ export: NightlyExport) -> Bool {
        Set(export.tickets.map(\.key)).count == export.tickets.count && !export.tickets.contains(where: \.isWrong)
            && !plan.goesBySince && export.tickets.count > 0
    }
}
