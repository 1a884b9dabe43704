/// Rows in COPY's binary form (PostgreSQL documentation, COPY, "Binary Format"), made here in the plainest way.
struct CopyBytes {
    static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0x00] + [UInt8](repeating: 0, count: 8)

    private(set) var bytes = signature

    /// The rows with signature and trailer; a field is its binary form, or nil for NULL.
    init(_ rows: [[[UInt8]?]]) {
        for row in rows { append(row) }
        bytes += [0xff, 0xff]
    }

    private mutating func append(_ row: [[UInt8]?]) { bytes += Self.row(row) }

    static func row(_ fields: [[UInt8]?]) -> [UInt8] {
        fields.reduce(into: Int16(fields.count).bigEndianBytes) { bytes, field in
            bytes += field.map { Int32($0.count).bigEndianBytes + $0 } ?? Int32(-1).bigEndianBytes
        }
    }
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}

extension [UInt8] {
    static func text(_ text: String) -> [UInt8] { Array(text.utf8) }
    static func int(_ number: Int32) -> [UInt8] { number.bigEndianBytes }
    /// `jsonb`: the version of its form, and the text.
    static func json(_ text: String) -> [UInt8] { [1] + Array(text.utf8) }
    /// `timestamptz`: microseconds since 2000-01-01 UTC.
    static func time(_ microseconds: Int64) -> [UInt8] { microseconds.bigEndianBytes }
}
