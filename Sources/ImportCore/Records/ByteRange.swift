/// A stretch of bytes in a batch's slab, in 8 bytes; `none` stands for a value that is not there.
///
/// Offsets are 32 bits wide: a slab holds one batch, whose size is bounded far below 4 GiB by the plan's limits.
package struct ByteRange: Sendable, Hashable {
    package var offset: UInt32
    package var length: UInt32

    @inlinable package init(offset: Int, length: Int) {
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.length = UInt32(truncatingIfNeeded: length)
    }

    private init(sentinel: UInt32) {
        offset = sentinel
        length = 0
    }

    /// No value: missing, null, or one of the plan's null spellings.
    package static let none = ByteRange(sentinel: .max)

    @inlinable package var isNone: Bool { offset == .max }
    @inlinable package var isPresent: Bool { offset != .max }

    @inlinable package var bounds: Range<Int> { Int(offset)..<(Int(offset) + Int(length)) }
}
