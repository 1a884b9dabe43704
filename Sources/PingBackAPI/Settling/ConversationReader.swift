import ImportCore

/// Reads conversations as they can be compared with requests.
struct ConversationReader: Sendable {
    /// The rows of a page; PingBack's own default, as a larger one is not documented.
    static let pageSize = 50
    /// A page of rows seen before means that rows moved while we read, or that the server does not turn pages.
    static let mostRepeatedPages = 3

    let reader: PatientReader

    /// The server's clock minus ours, in milliseconds.
    var clockOffset: Int64 { reader.client.clockOffset }

    /// The conversations that may be one of the doubts: of one of their customers, not older than the oldest, and not among
    /// `known`. The list is gone through once, whatever the number of doubts.
    func sightings(
        of doubts: [AttemptEntry], except known: Set<String>, since: (AttemptEntry) -> Int64
    ) async throws -> [ConversationSighting] {
        let customers = Set(doubts.map { $0.content?.customerID?.lowercased() })
        var seen: Set<String> = []
        var sightings: [ConversationSighting] = []
        var repeated = 0
        var page = 1
        while true {
            let path = "/conversations/?page=\(page)&limit=\(Self.pageSize)"
            guard let rows = try await reader.read([ConversationObject].self, at: path) else {
                throw APIError.notPingBack("it answers 404 to listing conversations", words: nil)
            }
            // Known only now: the server's clock comes with its answer.
            let horizon = doubts.map(since).min() ?? 0
            let fresh = rows.filter { seen.insert($0.id).inserted }
            for row in fresh where !known.contains(row.id) && customers.contains(row.customerID?.lowercased()) {
                let createdAt = row.createdAt.flatMap { ServerTime.milliseconds($0) }
                guard (createdAt ?? horizon) >= horizon else { continue }
                // The list may leave messages out, so each is read by itself.
                sightings.append(ConversationSighting(row, try await conversation(row.id)))
            }
            // An empty page, not a short one, is the end: a server may give fewer rows than were asked for.
            if rows.isEmpty { return sightings }
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
            if isPast { return sightings }
            page += 1
        }
    }

    /// One conversation; nil where the server has none of that id.
    func conversation(_ id: String) async throws -> ConversationObject? {
        guard let segment = PathSegment.of(id) else { return nil }
        return try await reader.read(ConversationObject.self, at: "/conversations/" + segment)
    }
}
