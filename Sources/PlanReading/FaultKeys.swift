/// The keys of a fault script.
enum FaultScriptKey: String, PlanKey {
    case seed, limits, faults
    case unknownCustomer = "unknown_customer"
}

/// The keys of one of its limits.
enum LoadLimitKey: String, PlanKey {
    case after, rate, burst
    case inFlight = "in_flight"
    case answer
}

/// The keys of an answer that a limit gives.
enum StatedAnswerKey: String, PlanKey {
    case status, body
    case retryAfter = "retry_after"
    case headers
}

/// The keys of a rule.
enum FaultRuleKey: String, PlanKey {
    case condition = "when"
    case action = "do"
}

/// The keys of `when`.
enum FaultConditionKey: String, PlanKey {
    case request, number, from, to, every, share, after
    case duration = "for"
}

/// The keys of `do`.
enum FaultActionKey: String, PlanKey {
    case latency
    case latencyAfter = "latency_after"
    case close, reset, status, answer, bytes, restart
    case committed, body
    case retryAfter = "retry_after"
    case headers
    case slowBytes = "slow_bytes"
    case truncateAt = "truncate_at"

    /// What becomes of the request; a rule has one of them at most.
    static let outcomes: [Self] = [.close, .reset, .status, .answer, .bytes, .restart]
    /// What only an answer can have.
    static let manners: [Self] = [.slowBytes, .truncateAt]
}
