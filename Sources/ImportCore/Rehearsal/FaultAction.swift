/// What is done to a request that a rule of a fault script meets.
package struct FaultAction: Sendable, Equatable {
    /// How long it waits before it is done, in seconds.
    package var latency = 0.0
    /// How long it waits between being done and being answered, in seconds.
    package var latencyAfter = 0.0
    package var outcome = Outcome.usual
    /// The answer comes one byte at a time, so many seconds apart; nil for at once.
    package var slowBytes: Double?
    /// The answer's body breaks off behind so many bytes, and the connection ends; nil for a whole one.
    package var truncateAt: Int?

    package init() {}

    package enum Outcome: Sendable, Equatable {
        /// Done and answered as always.
        case usual
        /// No answer: the connection ends, in order (FIN) or with a reset (RST).
        case cut(CutMoment, isReset: Bool)
        /// Another answer than the request deserves; `committed`: it is done nevertheless.
        case stated(StatedAnswer, committed: Bool)
        /// Done, and answered in a way that tells the client wrongly or not at all.
        case garbled(Garbling)
        /// These bytes in place of an HTTP answer, and then the connection's end.
        case bytes(String, committed: Bool)
        /// Every connection is cut, this one too, and nobody listens for so many seconds.
        case restart(down: Double)
    }

    package enum CutMoment: String, Sendable, CaseIterable {
        /// As the request's first bytes come in: it is neither read nor done. What a server does that closes a kept-alive
        /// connection just then.
        case onArrival = "on-arrival"
        case beforeCommit = "before-commit"
        case afterCommit = "after-commit"
    }

    /// The ways in which an answer of status 200 can fail to say what was done.
    package enum Garbling: String, Sendable, CaseIterable {
        /// A list around the object.
        case list
        case noID = "no-id"
        case wrongBusiness = "wrong-business"
        case wrongCustomer = "wrong-customer"
        case wrongChannel = "wrong-channel"
        case wrongMessage = "wrong-message"
        /// A page of HTML.
        case notJSON = "not-json"
        /// 200 and no body.
        case empty
        /// 204.
        case noContent = "no-content"
        /// Well-formed, and longer than a client should read: 64 MiB.
        case hugeBody = "huge-body"
        /// A megabyte of headers.
        case headerFlood = "header-flood"
    }
}

/// An answer as a script states it.
package struct StatedAnswer: Sendable, Equatable {
    package var status: Int
    /// Nil for what PingBack, or FastAPI, would say with that status.
    package var body: String?
    package var retryAfter: RetryMoment?
    package var headers: [Header] = []

    package init(status: Int, retryAfter: RetryMoment? = nil) {
        self.status = status
        self.retryAfter = retryAfter
    }

    package struct Header: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The forms of `Retry-After` (RFC 9110 10.2.3).
    package enum RetryMoment: Sendable, Equatable {
        case seconds(Int)
        /// An HTTP date so many seconds from the answer; in the past if negative.
        case date(Double)
    }
}
