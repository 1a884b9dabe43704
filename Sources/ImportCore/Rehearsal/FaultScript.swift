/// How a sandbox shall misbehave: what it allows a client, what it does to which requests, and what it answers where
/// PingBack's documentation is silent.
///
/// Only values: a plan's reader makes them from YAML, and the sandbox obeys them. Times are in seconds and count from
/// the first request the sandbox gets. Equal scripts do the same to equal sequences of requests: whatever is random
/// follows from the seed and the request's number.
package struct FaultScript: Sendable, Equatable {
    package var seed: UInt64 = 1
    /// In the order of their `after`; the last that has begun holds.
    package var limits: [LoadLimit] = []
    /// The first that meets a request is the one that is done to it.
    package var faults: [FaultRule] = []
    package var unknownCustomer = UnknownCustomer.madeUp

    package init() {}

    /// The longest, in seconds, that a request may have been received and not yet done.
    package var greatestLatency: Double { faults.map(\.action.latency).max() ?? 0 }
}

/// What a create becomes that names a customer who is not there; PingBack does not document it.
package enum UnknownCustomer: String, Sendable, CaseIterable {
    /// The customer is made up: rehearsals name those of the real workspace.
    case madeUp = "made-up"
    case badRequest = "400"
    case notFound = "404"
    case unprocessable = "422"
    /// The conversation is made without a customer, as if none had been named.
    case unlinked
}

/// How much a server allows, from a moment on; what is over it is answered with `answer`, and not done.
package struct LoadLimit: Sendable, Equatable {
    package var after: Double = 0
    /// Requests a second, by a token bucket that begins full; nil for no limit.
    package var rate: Double?
    /// The bucket's size: how many requests may come at once after a pause. Nil for a tenth of a second's worth.
    package var burst: Double?
    /// Requests that are worked on side by side; nil for no limit.
    package var inFlight: Int?
    package var answer = StatedAnswer(status: 429, retryAfter: .seconds(1))

    package init() {}

    package var bucketSize: Double { max(1, burst ?? ((rate ?? 0) / 10).rounded(.up)) }
}

/// One rule: when it applies, and what is done then.
package struct FaultRule: Sendable, Equatable {
    package var condition: FaultCondition
    package var action: FaultAction

    package init(_ condition: FaultCondition, _ action: FaultAction) {
        self.condition = condition
        self.action = action
    }
}
