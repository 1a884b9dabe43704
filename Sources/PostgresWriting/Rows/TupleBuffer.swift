import ImportCore

/// Rows of one table in the binary format of COPY (PostgreSQL documentation, COPY, "Binary Format"): a signature, each
/// row as its number of fields and each field as its length and its bytes, all numbers big-endian, and a trailer.
///
/// Rows are grouped by the conversation that they belong to, so that any stretch of conversations can be sent alone.
struct TupleBuffer: Sendable {
    private(set) var bytes: [UInt8] = Self.signature
    /// Where the rows of each conversation end.
    private var ends: [Int] = []
    /// How many rows there are up to the end of each conversation.
    private var rowEnds: [Int] = []
    private var rowCount = 0

    private static let signature: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xFF] + Array("\r\n".utf8) + [0] + [0, 0, 0, 0] + [0, 0, 0, 0]
    private static let trailer: [UInt8] = [0xFF, 0xFF]

    // MARK: - Writing

    mutating func reserve(conversations: Int, bytes count: Int) {
        bytes.reserveCapacity(count)
        ends.reserveCapacity(conversations)
        rowEnds.reserveCapacity(conversations)
    }

    mutating func beginRow(fields: Int16) {
        add(fields)
        rowCount += 1
    }

    mutating func null() { add(Int32(-1)) }

    mutating func text(_ value: UnsafeBufferPointer<UInt8>?) {
        guard let value else { return null() }
        add(Int32(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func text(_ value: String) {
        add(Int32(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    /// Two texts with an empty line between them, as one.
    mutating func text(_ first: UnsafeBufferPointer<UInt8>, above second: UnsafeBufferPointer<UInt8>) {
        add(Int32(first.count + 2 + second.count))
        bytes.append(contentsOf: first)
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: second)
    }

    mutating func uuid(_ value: BinaryUUID?) {
        guard let value else { return null() }
        add(Int32(16))
        add(value.high)
        add(value.low)
    }

    /// A `timestamptz`: microseconds since 2000-01-01 (PostgreSQL documentation, 8.5).
    mutating func time(_ value: Timestamp?) {
        guard let value else { return null() }
        add(Int32(8))
        add(value.microseconds - 946_684_800_000_000)
    }

    mutating func integer(_ value: Int32) {
        add(Int32(4))
        add(value)
    }

    mutating func bigInteger(_ value: Int64) {
        add(Int32(8))
        add(value)
    }

    mutating func blob(_ value: some Collection<UInt8>) {
        add(Int32(value.count))
        bytes.append(contentsOf: value)
    }

    /// An empty list as `json`, or as `jsonb`, whose binary form begins with its version.
    mutating func emptyList(isBinary: Bool) {
        add(Int32(isBinary ? 3 : 2))
        if isBinary { bytes.append(1) }
        bytes.append(UInt8(ascii: "["))
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func endConversation() {
        ends.append(bytes.count)
        rowEnds.append(rowCount)
    }

    private mutating func add(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    // MARK: - Reading

    var conversations: Int { ends.count }

    /// The bytes of one conversation's rows.
    func tuples(of conversation: Int) -> Range<Int> { start(of: conversation)..<ends[conversation] }

    func rows(in conversations: Range<Int>) -> Int {
        guard let last = conversations.last else { return 0 }
        return rowEnds[last] - (conversations.lowerBound == 0 ? 0 : rowEnds[conversations.lowerBound - 1])
    }

    /// The conversation that a row of a stretch belongs to.
    ///
    /// - Parameter row: counted from 1 within the stretch, as the server's errors count.
    func conversation(ofRow row: Int, in conversations: Range<Int>) -> Int? {
        let before = conversations.lowerBound == 0 ? 0 : rowEnds[conversations.lowerBound - 1]
        guard row >= 1, row <= rows(in: conversations) else { return nil }
        var (low, high) = (conversations.lowerBound, conversations.upperBound - 1)
        while low < high {
            let middle = (low + high) / 2
            if rowEnds[middle] - before >= row { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private func start(of conversation: Int) -> Int {
        conversation == 0 ? Self.signature.count : ends[conversation - 1]
    }

    /// Hands over a whole COPY of a stretch of conversations in pieces, which lie where they are: a batch is large.
    func send(
        _ conversations: Range<Int>, to write: (UnsafeBufferPointer<UInt8>) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        try Self.signature.withUnsafeBufferPointer(write)
        if let last = conversations.last {
            let stretch = start(of: conversations.lowerBound)..<ends[last]
            try bytes.withUnsafeBufferPointer { bytes throws(PostgresError) in
                try write(UnsafeBufferPointer(rebasing: bytes[stretch]))
            }
        }
        try Self.trailer.withUnsafeBufferPointer(write)
    }

    /// A whole COPY of a stretch of conversations.
    func copy(of conversations: Range<Int>) -> [UInt8] {
        var copy = Self.signature
        if let last = conversations.last {
            let stretch = start(of: conversations.lowerBound)..<ends[last]
            copy.reserveCapacity(copy.count + stretch.count + Self.trailer.count)
            copy.append(contentsOf: bytes[stretch])
        }
        copy.append(contentsOf: Self.trailer)
        return copy
    }
}
