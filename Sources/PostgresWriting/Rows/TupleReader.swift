import ImportCore

/// A row as the server's binary COPY wrote it: the same bytes that `TupleBuffer` makes of the same values.
struct Tuple: Sendable, Equatable {
    /// Behind the number of fields, each as its length and its bytes.
    let bytes: [UInt8]
    /// Where the fields' bytes stand; nil for null.
    let fields: [Range<Int>?]

    /// The field as a UUID; nil for null, and for what is none.
    func uuid(_ field: Int) -> BinaryUUID? {
        guard let range = fields[field], range.count == 16 else { return nil }
        func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        let middle = range.lowerBound + 8
        return BinaryUUID(high: number(range.lowerBound..<middle), low: number(middle..<range.upperBound))
    }

    /// The field's bytes; nil for null.
    func value(_ field: Int) -> ArraySlice<UInt8>? { fields[field].map { bytes[$0] } }

    func text(_ field: Int) -> String? { value(field).map { String(decoding: $0, as: UTF8.self) } }
}

/// Reads rows in the binary format of COPY (PostgreSQL documentation, COPY, "Binary Format") from messages of any size:
/// where the server cuts them is its own affair.
struct TupleReader {
    private var bytes: [UInt8] = []
    private var isHeaderRead = false

    /// Takes the next bytes, and calls `body` with each row that is whole by them.
    mutating func read(_ more: some Collection<UInt8>, _ body: (Tuple) throws -> Void) rethrows {
        bytes.append(contentsOf: more)
        var start = 0
        defer { bytes.removeFirst(start) }
        if !isHeaderRead {
            // Signature (11 bytes), flags, and the length of an extension, all of which stand there for later versions.
            guard bytes.count >= 19 else { return }
            start = 19 + number(at: 15, bytes: 4)
            isHeaderRead = true
        }
        while let tuple = tuple(at: start) {
            start += tuple.bytes.count
            try body(tuple)
        }
    }

    /// The row that begins here; nil where it is not whole yet, and for the trailer.
    private func tuple(at start: Int) -> Tuple? {
        guard start + 2 <= bytes.count else { return nil }
        let count = number(at: start, bytes: 2)
        guard count != 0xFFFF else { return nil }
        var fields: [Range<Int>?] = []
        fields.reserveCapacity(count)
        var position = start + 2
        for _ in 0..<count {
            guard position + 4 <= bytes.count else { return nil }
            let length = number(at: position, bytes: 4)
            position += 4
            if length == 0xFFFF_FFFF {
                fields.append(nil)
                continue
            }
            guard position + length <= bytes.count else { return nil }
            fields.append((position - start)..<(position - start + length))
            position += length
        }
        return Tuple(bytes: Array(bytes[start..<position]), fields: fields)
    }

    private func number(at position: Int, bytes count: Int) -> Int {
        bytes[position..<(position + count)].reduce(0) { $0 << 8 | Int($1) }
    }
}

extension Connection {
    /// Runs a SELECT and hands over each row in binary form, which is that in which rows were written.
    func tuples(_ select: String, _ row: (Tuple) throws -> Void) throws {
        var reader = TupleReader()
        try copyOut("COPY (\(select)) TO STDOUT (FORMAT binary)") { try reader.read($0, row) }
    }
}
