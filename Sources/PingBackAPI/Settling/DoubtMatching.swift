import ImportCore

/// Finds out which conversations at the server are the ones whose answers were lost, by counting among look-alikes.
///
/// Which of several equal requests made which of several equal conversations does not matter: as many as there are of both
/// belong together. More conversations than requests means that somebody else wrote one just like ours; then a person
/// decides.
///
/// A conversation is ruled out only by what is certain: its customer, its first message, that a customer wrote it, or a
/// sender that is none of the run's. One that fits but for its channel may still be ours, since a business can change its
/// default channel; it is not adopted, and nothing is called absent beside it.
struct DoubtMatching {
    enum Verdict: Sendable, Equatable {
        case found(id: String)
        case absent
        /// Cannot be told apart.
        case unresolved
    }

    struct Finding: Sendable, Equatable {
        var verdict: Verdict
        /// What may be it, for a person, where it was not found; at most `mostCandidates`.
        var candidates: [DoubtCandidate]
    }

    static let mostCandidates = 20

    /// Requests that have no known answer either, and are not asked about: they may be under way at this moment.
    var others: [AttemptEntry] = []
    var traces = OwnTraces()
    /// From when on a doubt's conversation may have been made, in milliseconds since 1970 by the server's clock.
    let since: (AttemptEntry) -> Int64

    /// One finding for each doubt, in their order. `candidates` are conversations that belong to no record of the run.
    func findings(on doubts: [AttemptEntry], among candidates: [ConversationSighting]) -> [Finding] {
        var findings = [Finding](repeating: Finding(verdict: .unresolved, candidates: []), count: doubts.count)
        let marks = doubts.map(\.mark)
        let otherMarks = Set(others.compactMap(\.mark))
        let expected = otherMarks.union(marks.compactMap(\.self))
        for (mark, indices) in Dictionary(grouping: doubts.indices, by: { marks[$0] }) {
            guard let mark else { continue }
            let start = indices.map { since(doubts[$0]) }.min() ?? 0
            let fitting =
                candidates
                .filter { $0.customer == mark.customerID && ($0.createdAt ?? start) >= start && mayBeOurs($0) }
                .sorted { ($0.createdAt ?? 0, $0.id) < ($1.createdAt ?? 0, $1.id) }
            let alike = fitting.filter { looksLike($0, mark, expected) }
            let ours = alike.filter { traces.isOwn(channel: $0.channelID) != false }
            let unread = fitting.filter { $0.opening == .unknown }
            // Ours by its sender, of the same customer, and no other request's: the server may have changed its text.
            let changed = fitting.filter { isUnexplained($0, mark, expected) }
            let hasNoMark = mark.messageDigest == nil && mark.customerID == nil
            // An equal request that is under way may have made what is seen.
            let isDoubtful =
                !unread.isEmpty || ours.count > indices.count || (hasNoMark && !ours.isEmpty)
                || otherMarks.contains(mark)
            let isAbsenceCertain = ours.count == alike.count && changed.isEmpty
            let shown = (alike + unread + changed).prefix(Self.mostCandidates).map { compare($0, with: mark) }
            for (turn, index) in indices.enumerated() {
                if !isDoubtful && turn < ours.count {
                    findings[index] = Finding(verdict: .found(id: ours[turn].id), candidates: [])
                } else {
                    let taken = isDoubtful ? [] : Set(ours.map(\.id))
                    findings[index] = Finding(
                        verdict: !isDoubtful && isAbsenceCertain ? .absent : .unresolved,
                        candidates: shown.filter { !taken.contains($0.id) })
                }
            }
        }
        return findings
    }

    /// What a conversation and a request have in common, and what tells them apart.
    func compare(_ sighting: ConversationSighting, with mark: RequestContent) -> DoubtCandidate {
        var candidate = DoubtCandidate(id: sighting.id, createdAt: sighting.createdAt, shared: [], different: [])
        func enter(_ trait: DoubtCandidate.Trait, _ isShared: Bool?) {
            if isShared == true { candidate.shared.append(trait) }
            if isShared == false { candidate.different.append(trait) }
        }
        if mark.customerID != nil || sighting.customer != nil {
            enter(.customer, sighting.customer == mark.customerID)
        }
        switch sighting.opening {
        case .unknown: break
        case .agent(let opening):
            enter(.text, mark.messageDigest.map { $0 == opening.digest })
            enter(.reference, mark.referenceDigest.map { $0 == opening.lastLineDigest })
            enter(.sender, traces.isOwn(sender: sighting.senderID))
        case .none: enter(.text, mark.messageDigest == nil)
        case .customer: enter(.sender, false)
        }
        enter(.channel, traces.isOwn(channel: sighting.channelID))
        return candidate
    }

    private func mayBeOurs(_ sighting: ConversationSighting) -> Bool {
        switch sighting.opening {
        case .customer: false
        case .agent: traces.isOwn(sender: sighting.senderID) != false
        case .none, .unknown: true
        }
    }

    private func looksLike(
        _ sighting: ConversationSighting, _ mark: RequestContent, _ expected: Set<RequestContent>
    ) -> Bool {
        switch sighting.opening {
        case .agent(let opening):
            // A reference is certain, whatever became of the text above it.
            if let reference = mark.referenceDigest { return opening.lastLineDigest == reference }
            if let digest = mark.messageDigest { return opening.digest == digest }
            // Opened without text, an agent may have written into it since; unless the text is another request's.
            return !isExpected(sighting, expected)
        case .none: return mark.messageDigest == nil
        case .customer, .unknown: return false
        }
    }

    private func isUnexplained(
        _ sighting: ConversationSighting, _ mark: RequestContent, _ expected: Set<RequestContent>
    ) -> Bool {
        guard case .agent = sighting.opening, mark.customerID != nil, mark.messageDigest != nil,
            mark.referenceDigest == nil, traces.isOwn(sender: sighting.senderID) == true
        else { return false }
        return !looksLike(sighting, mark, expected) && !isExpected(sighting, expected)
    }

    /// Whether the conversation opens as one of the requests does.
    private func isExpected(_ sighting: ConversationSighting, _ expected: Set<RequestContent>) -> Bool {
        guard case .agent(let opening) = sighting.opening else { return false }
        return expected.contains { mark in
            guard mark.customerID == sighting.customer, mark.messageDigest != nil else { return false }
            return mark.messageDigest == opening.digest
                || (mark.referenceDigest != nil && mark.referenceDigest == opening.lastLineDigest)
        }
    }
}

extension AttemptEntry {
    /// What a request left to be recognised by, ids without case; nil where the checkpoint does not say.
    var mark: RequestContent? {
        guard var mark = content else { return nil }
        mark.customerID = mark.customerID?.lowercased()
        return mark
    }
}
