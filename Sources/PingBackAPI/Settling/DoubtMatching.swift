import ImportCore

/// Finds out which conversations at the server are the ones whose answers were lost, by counting among look-alikes.
///
/// Which of several equal requests made which of several equal conversations does not matter: as many as there are of both
/// belong together. More conversations than requests means that somebody else wrote one just like ours; then a person
/// decides.
enum DoubtMatching {
    /// A conversation that nobody of this run knows, as read from the server.
    struct Candidate: Sendable, Equatable {
        enum Opening: Sendable, Equatable {
            /// It holds no message.
            case none
            /// The digest of its first message, which is an agent's.
            case agent([UInt8])
            /// A customer wrote first: live traffic.
            case customer
            /// It could not be read.
            case unknown
        }

        var id: String
        var customerID: String?
        var opening: Opening
        /// Milliseconds since 1970, by the server's clock; nil where the server's text is no time.
        var createdAt: Int64?
    }

    enum Verdict: Sendable, Equatable {
        case found(id: String)
        case absent
        /// Cannot be told apart, with the ids that may be it.
        case unresolved([String])
    }

    /// One verdict for each doubt, in their order. `since` tells from when on a doubt's conversation may have been made.
    static func verdicts(
        on doubts: [AttemptEntry], among candidates: [Candidate], since: (AttemptEntry) -> Int64
    ) -> [Verdict] {
        var verdicts = [Verdict](repeating: .unresolved([]), count: doubts.count)
        let known = doubts.map { mark(of: $0) }
        let expected = Set(known.compactMap(\.self))
        for (mark, indices) in Dictionary(grouping: doubts.indices, by: { known[$0] }) {
            guard let mark else { continue }
            let start = indices.map { since(doubts[$0]) }.min() ?? 0
            let fitting =
                candidates
                .filter { $0.customerID?.lowercased() == mark.customerID && ($0.createdAt ?? start) >= start }
                .sorted { ($0.createdAt ?? 0, $0.id) < ($1.createdAt ?? 0, $1.id) }
            let alike = fitting.filter { looksLike($0, mark, expected) }
            let unread = fitting.filter { $0.opening == .unknown }
            let hasNoMark = mark.messageDigest == nil && mark.customerID == nil
            if !unread.isEmpty || alike.count > indices.count || (hasNoMark && !alike.isEmpty) {
                let ids = (alike + unread).map(\.id)
                for index in indices { verdicts[index] = .unresolved(ids) }
                continue
            }
            for (turn, index) in indices.enumerated() {
                verdicts[index] = turn < alike.count ? .found(id: alike[turn].id) : .absent
            }
        }
        return verdicts
    }

    /// What a request left to be recognised by, ids without case; nil where the checkpoint does not say.
    private static func mark(of doubt: AttemptEntry) -> RequestContent? {
        doubt.content.map { RequestContent(messageDigest: $0.messageDigest, customerID: $0.customerID?.lowercased()) }
    }

    private static func looksLike(
        _ candidate: Candidate, _ mark: RequestContent, _ expected: Set<RequestContent>
    ) -> Bool {
        switch candidate.opening {
        case .agent(let digest) where mark.messageDigest == nil:
            // Opened without text, an agent may have written into it since; unless the text is another doubt's.
            !expected.contains(RequestContent(messageDigest: digest, customerID: mark.customerID))
        case .agent(let digest): digest == mark.messageDigest
        case .none: mark.messageDigest == nil
        case .customer, .unknown: false
        }
    }
}
