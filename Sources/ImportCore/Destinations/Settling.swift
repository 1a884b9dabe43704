/// What settling has to know of the run that the doubts belong to.
package struct SettlingContext: Sendable {
    /// What the run's own writing looks like.
    package var traces: OwnTraces
    /// Whether requests are sent meanwhile: then what is found is adopted, and nothing counts as absent yet.
    package var isUnderWay: Bool
    /// The attempts as they are when it is asked. To be asked after the server was read: the intent of every conversation
    /// that it can have shown was durable before, so that a request still under way is known to be one.
    package var attempts: @Sendable () async throws -> KnownAttempts

    package init(
        traces: OwnTraces, isUnderWay: Bool = false, attempts: @escaping @Sendable () async throws -> KnownAttempts
    ) {
        self.traces = traces
        self.isUnderWay = isUnderWay
        self.attempts = attempts
    }
}

/// What a checkpoint knows of requests around the time of a doubt.
package struct KnownAttempts: Sendable {
    /// The ids of conversations that belong to records.
    package var ids: Set<String>
    /// Requests without a known answer: in doubt, or under way.
    package var unsettled: [AttemptEntry]

    package init(ids: Set<String> = [], unsettled: [AttemptEntry] = []) {
        self.ids = ids
        self.unsettled = unsettled
    }
}

/// A request that stays in doubt after it was looked up, with what a person needs to decide about it.
package struct OpenDoubt: Sendable, Equatable {
    package var entry: AttemptEntry
    /// The conversations that may be the one it made; empty where none looks like it.
    package var candidates: [DoubtCandidate]

    package init(entry: AttemptEntry, candidates: [DoubtCandidate] = []) {
        self.entry = entry
        self.candidates = candidates
    }
}

/// A conversation that may be the one a request made whose answer was lost.
package struct DoubtCandidate: Sendable, Equatable {
    /// What a conversation and a request can have in common.
    package enum Trait: String, Sendable, CaseIterable { case customer, text, reference, sender, channel }

    package var id: String
    /// Milliseconds since 1970, by the server's clock; nil where the server did not say.
    package var createdAt: Int64?
    package var shared: [Trait]
    /// What is told apart for certain; a trait that could not be compared stands in neither list.
    package var different: [Trait]

    package init(id: String, createdAt: Int64?, shared: [Trait], different: [Trait]) {
        self.id = id
        self.createdAt = createdAt
        self.shared = shared
        self.different = different
    }

    /// Whether a person need not be asked twice: it opens as the request did, and nothing is known to differ.
    package var isPlausible: Bool {
        different.isEmpty && (shared.contains(.text) || shared.contains(.reference) || shared.contains(.customer))
    }
}

/// A destination that can show one conversation beside a request, so that a person's word about it is checked.
package protocol CandidateReading: Sendable {
    /// The conversation of that id, compared with the request; nil where the server has none.
    func candidate(_ id: String, for doubt: AttemptEntry, traces: OwnTraces) async throws -> DoubtCandidate?
}
