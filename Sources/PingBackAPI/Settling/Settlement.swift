import ImportCore

/// Finds out what became of requests whose answers were lost, with documented reads only: the list of conversations, and
/// each that may be one of them.
struct Settlement: Sendable {
    /// The rows of a page; PingBack's own default, as a larger one is not documented.
    static let pageSize = 50
    /// How far two clocks may differ after the `Date` of an answer has been taken into account, in milliseconds.
    static let skew: Int64 = 300_000
    /// A page of rows seen before means that rows moved while we read, or that the server does not turn pages.
    static let mostRepeatedPages = 3

    let reader: PatientReader
    let options: DoubtOptions
    let timing: Timing
    let journal: any Journal

    /// Every doubt leaves with an entry: `done`, `released`, or `inDoubt` with what a person should look at.
    func settle(_ doubts: [AttemptEntry], known: Set<String>) async throws {
        var open = doubts
        var taken = known
        var verdicts: [DoubtMatching.Verdict] = []
        let looks = max(options.looks, 1)
        for look in 1...looks where !open.isEmpty {
            if look > 1 { try await Task.sleep(for: pause, clock: .continuous) }
            let candidates = try await self.candidates(for: open, excluding: taken)
            verdicts = DoubtMatching.verdicts(on: open, among: candidates) { serverStart(of: $0) }
            var found: [AttemptEntry] = []
            var rest: [(AttemptEntry, DoubtMatching.Verdict)] = []
            for (doubt, verdict) in zip(open, verdicts) {
                if case .found(let id) = verdict {
                    taken.insert(id)
                    found += doubt.found(as: id)
                } else {
                    rest.append((doubt, verdict))
                }
            }
            if !found.isEmpty { try await journal.record(found) }
            open = rest.map(\.0)
            verdicts = rest.map(\.1)
        }
        let unsettled = zip(open, verdicts).map { doubt, verdict in conclude(doubt, verdict) }
        if !unsettled.isEmpty { try await journal.record(unsettled) }
    }

    private func conclude(_ doubt: AttemptEntry, _ verdict: DoubtMatching.Verdict) -> AttemptEntry {
        switch verdict {
        case .absent where options.absent == .resend: return doubt.becoming(.released)
        case .absent, .found: return doubt.becoming(.inDoubt, detail: "not found in \(max(options.looks, 1)) looks")
        case .unresolved(let ids):
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
        doubt.startedAt + reader.client.clockOffset - Self.skew
    }

    /// The conversations since the oldest attempt that nobody of this run knows and that may be one of the doubts.
    private func candidates(
        for doubts: [AttemptEntry], excluding known: Set<String>
    ) async throws -> [DoubtMatching.Candidate] {
        let customers = Set(doubts.map { $0.content?.customerID?.lowercased() })
        var seen: Set<String> = []
        var candidates: [DoubtMatching.Candidate] = []
        var repeated = 0
        var page = 1
        while true {
            let path = "/conversations/?page=\(page)&limit=\(Self.pageSize)"
            guard let rows = try await reader.read([ConversationObject].self, at: path) else {
                throw APIError.notPingBack("it answers 404 to listing conversations", words: nil)
            }
            // Known only now: the server's clock comes with its answer.
            let horizon = doubts.map { serverStart(of: $0) }.min() ?? 0
            let fresh = rows.filter { seen.insert($0.id).inserted }
            for row in fresh where !known.contains(row.id) && customers.contains(row.customerID?.lowercased()) {
                let createdAt = row.createdAt.flatMap { ServerTime.milliseconds($0) }
                guard (createdAt ?? horizon) >= horizon else { continue }
                candidates.append(
                    DoubtMatching.Candidate(
                        id: row.id, customerID: row.customerID, opening: try await opening(of: row.id),
                        createdAt: createdAt))
            }
            // An empty page, not a short one, is the end: a server may give fewer rows than were asked for.
            if rows.isEmpty { return candidates }
            if fresh.isEmpty {
                repeated += 1
                guard repeated < Self.mostRepeatedPages else {
                    throw APIError.notPingBack("its list of conversations repeats itself", words: nil)
                }
            }
            // The list is ordered by the last change, newest first.
            let isPast = rows.allSatisfy { row in
                row.updatedAt.flatMap { ServerTime.milliseconds($0) }.map { $0 < horizon } ?? false
            }
            if isPast { return candidates }
            page += 1
        }
    }

    /// How a conversation begins. The list may leave messages out, so it is read by itself.
    private func opening(of id: String) async throws -> DoubtMatching.Candidate.Opening {
        guard let segment = PathSegment.of(id),
            let conversation = try await reader.read(ConversationObject.self, at: "/conversations/" + segment),
            let messages = conversation.messages
        else { return .unknown }
        guard let first = messages.first else { return .none }
        switch first.senderType {
        case "agent": return .agent(RequestContent.digest(Array((first.content ?? "").utf8)))
        case "customer": return .customer
        default: return .unknown
        }
    }
}
