/// Where a record stands in the source: the file, its first physical line, its number and its byte offset.
///
/// In reports, record numbers start at 1 in each file, a CSV header not counted, and lines start at 1. Offsets start at 0
/// and count bytes after decompression and before decoding.
package struct Place: Sendable, Equatable, Codable {
    /// The file's index in the source's stated order.
    package var file: Int
    package var line: Int
    package var record: Int
    package var offset: Int

    @inlinable package init(file: Int, line: Int, record: Int, offset: Int) {
        self.file = file
        self.line = line
        self.record = record
        self.offset = offset
    }

    package var id: RecordID { RecordID(file: file, number: record) }
}

/// A record's number within the whole source, ordered as the records are read.
///
/// The file takes the upper 24 bits and the number in it the lower 40, so that one SQLite integer orders them.
package struct RecordID: Sendable, Hashable, Comparable, Codable {
    package var rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }

    @inlinable package init(file: Int, number: Int) { rawValue = Int64(file) << 40 | Int64(number) }

    package var file: Int { Int(rawValue >> 40) }
    package var number: Int { Int(rawValue & (1 << 40 - 1)) }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
