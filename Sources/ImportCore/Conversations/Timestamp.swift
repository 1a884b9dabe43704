/// A moment, in microseconds since 1970-01-01T00:00:00Z: the resolution of PostgreSQL's `timestamptz`.
package struct Timestamp: Sendable, Hashable, Comparable {
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    /// No time given.
    package static let none = Timestamp(microseconds: .min)

    @inlinable package var isNone: Bool { microseconds == .min }
    @inlinable package var isPresent: Bool { microseconds != .min }

    package static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}
