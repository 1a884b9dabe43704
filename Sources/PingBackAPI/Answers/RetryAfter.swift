import NIOHTTP1

/// How long an answer asks us to wait (RFC 9110, 10.2.3): seconds, or a date.
enum RetryAfter: Sendable, Equatable {
    case absent
    /// There is such a header, and it says nothing we understand.
    case unreadable
    case seconds(Double)

    /// A date is measured by the answer's own `Date`, so that our clock may be wrong; a date in the past means now. Of
    /// several headers the longest wait counts.
    init(_ headers: HTTPHeaders, wallClock: @autoclosure () -> Int64 = WallClock.milliseconds() / 1000) {
        let values = headers["Retry-After"]
        guard !values.isEmpty else {
            self = .absent
            return
        }
        let reference = headers.first(name: "Date").flatMap { HTTPDate.seconds($0) } ?? wallClock()
        let waits = values.compactMap { value -> Double? in
            if !value.isEmpty, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return Double(value) }
            return HTTPDate.seconds(value).map { Double(max(0, $0 - reference)) }
        }
        self = waits.max().map(RetryAfter.seconds) ?? .unreadable
    }
}
