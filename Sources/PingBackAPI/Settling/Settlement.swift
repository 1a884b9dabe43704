import ImportCore

/// Finds out what became of requests whose answers were lost, with documented reads only: the list of conversations, and
/// each that may be one of them.
struct Settlement: Sendable {
    /// How far two clocks may differ after the `Date` of an answer has been taken into account, in milliseconds.
    static let skew: Int64 = 300_000

    let reader: ConversationReader
    let options: DoubtOptions
    let timing: Timing
    let context: SettlingContext
    let journal: any Journal

    /// Every doubt leaves with an entry: `done`, `released`, or `inDoubt` with what a person should look at. While
    /// requests are under way only those that are found do.
    func settle(_ doubts: [AttemptEntry]) async throws -> [OpenDoubt] {
        var open = doubts
        var findings: [DoubtMatching.Finding] = []
        var taken = try await context.attempts().ids
        // A second look is for what seems absent, which nothing is while requests are under way.
        let looks = context.isUnderWay ? 1 : max(options.looks, 1)
        for look in 1...looks where !open.isEmpty {
            if look > 1 { try await Task.sleep(for: pause, clock: .continuous) }
            let seen = try await reader.sightings(of: open, except: taken, since: serverStart)
            let known = try await context.attempts()
            taken.formUnion(known.ids)
            let asked = Set(open.map(\.doubtName))
            let matching = DoubtMatching(
                others: known.unsettled.filter { !asked.contains($0.doubtName) }, traces: context.traces,
                since: serverStart)
            let current = matching.findings(on: open, among: seen.filter { !taken.contains($0.id) })
            var found: [AttemptEntry] = []
            var rest: [(AttemptEntry, DoubtMatching.Finding)] = []
            for (doubt, finding) in zip(open, current) {
                if case .found(let id) = finding.verdict {
                    taken.insert(id)
                    found += doubt.found(as: id)
                } else {
                    rest.append((doubt, finding))
                }
            }
            if !found.isEmpty { try await journal.record(found) }
            open = rest.map(\.0)
            findings = rest.map(\.1)
        }
        guard !context.isUnderWay else { return [] }
        let unsettled = zip(open, findings).map { doubt, finding in conclude(doubt, finding) }
        if !unsettled.isEmpty { try await journal.record(unsettled) }
        return zip(unsettled, findings).filter { $0.0.state == .inDoubt }
            .map { OpenDoubt(entry: $0.0, candidates: $0.1.candidates) }
    }

    private func conclude(_ doubt: AttemptEntry, _ finding: DoubtMatching.Finding) -> AttemptEntry {
        switch finding.verdict {
        case .absent where options.absent == .resend: return doubt.becoming(.released)
        case .absent, .found: return doubt.becoming(.inDoubt, detail: "not found in \(max(options.looks, 1)) looks")
        case .unresolved:
            let ids = finding.candidates.map(\.id)
            let named = ids.prefix(3).compactMap { ServerWords.tidy($0) }.joined(separator: ", ")
            let detail =
                ids.isEmpty
                ? "nothing to recognise it by" : "\(ids.count) may be it: \(named)\(ids.count > 3 ? ", …" : "")"
            return doubt.becoming(.inDoubt, detail: detail)
        }
    }

    private var pause: Duration {
        timing.lookInterval ?? .seconds(min(max(options.settleAfter / 2, 1), 30))
    }

    /// The earliest moment, by the server's clock, at which the attempt's conversation may have been made.
    private func serverStart(of doubt: AttemptEntry) -> Int64 {
        doubt.startedAt + reader.clockOffset - Self.skew
    }
}
