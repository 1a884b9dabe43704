/// Which requests a rule of a fault script is for: those that meet everything that is stated.
package struct FaultCondition: Sendable, Equatable {
    package var request = RequestKind.any
    /// Numbers among the requests of this kind, from 1. A request that a limit turns away is not counted.
    package var first = 1
    package var last = Int.max
    /// Each so many-th of them.
    package var every = 1
    /// The share of them that is met at random, 0 to 1.
    package var share = 1.0
    /// The time window, in seconds since the first request.
    package var after = 0.0
    package var duration = Double.infinity

    package init() {}
}

/// The documented requests that an import makes, by the words of a fault script.
package enum RequestKind: String, Sendable, CaseIterable {
    /// Every request, also one that no other word names.
    case any
    case create, list, get, me, resolve, close, assign, message, members, channels
}
