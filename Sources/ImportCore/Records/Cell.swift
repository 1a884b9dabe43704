/// One field of one record: what kind of value it is, and where its bytes stand in the batch's slab.
///
/// A JSON string is unescaped; a number keeps its digits as they were typed; an object or an array keeps its raw text.
package struct Cell: Sendable, Equatable {
    package enum Kind: UInt8, Sendable {
        /// The record has no such field.
        case missing = 0
        /// JSON's `null`.
        case null = 1
        case text = 2
        case number = 3
        /// JSON's `true` or `false`, as text.
        case boolean = 4
        case object = 5
        case array = 6
    }

    package var range: ByteRange
    package var kind: Kind

    @inlinable package init(_ kind: Kind, _ range: ByteRange) {
        self.kind = kind
        self.range = range
    }

    package static let missing = Cell(.missing, .none)
    package static let null = Cell(.null, .none)
}
