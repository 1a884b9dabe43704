/// Bytes of a file as UTF-8, with the way back: each place in the text is a place in the file.
///
/// What is no character of the encoding stands in the text as the byte FF, which is never UTF-8: the reader of records
/// finds it there as it finds a wrong byte in a file of UTF-8, and rejects exactly the record that holds it.
struct DecodedText {
    static let impossible: UInt8 = 0xFF
    /// A place at which both are known. Between two of them is counted, or decoded, again.
    struct Anchor {
        var original: Int
        var decoded: Int
    }

    /// Original bytes between two anchors: so many are decoded again, half of them on average, to find one place.
    private static let stretch = 256

    private let encoding: TextEncoding
    private let original: UnsafeBufferPointer<UInt8>
    private let iconv: Iconv?
    private(set) var bytes: [UInt8] = []
    private var anchors: [Anchor] = []
    /// Original bytes decoded.
    private(set) var consumed = 0

    /// - Parameter original: begins with a whole character; must stay where it is.
    init(_ original: UnsafeBufferPointer<UInt8>, _ encoding: TextEncoding) {
        self.original = original
        self.encoding = encoding
        iconv = encoding.table == nil ? Iconv(from: encoding.name, to: "UTF-8") : nil
        precondition(encoding.table != nil || iconv != nil, "iconv knows what it knew before")
    }

    /// Decodes up to a place, which is not within a character; or to the end, where the last character may be left in
    /// parts until more is there.
    mutating func decode(to end: Int, isEnd: Bool) {
        if let table = encoding.table {
            decode(to: end, by: table)
        } else if let iconv {
            decode(to: end, isEnd: isEnd, by: iconv)
        }
    }

    // MARK: - One byte a character

    private mutating func decode(to end: Int, by table: [UInt32]) {
        let length = end - consumed
        let before = bytes
        bytes = [UInt8](unsafeUninitializedCapacity: before.count + length * 3 + 4) { space, count in
            _ = space.initialize(from: before)
            count = before.count
            table.withUnsafeBufferPointer { table in
                for index in consumed..<end {
                    if (index - consumed) % Self.stretch == 0 {
                        anchors.append(Anchor(original: index, decoded: count))
                    }
                    let entry = table[Int(original[index])]
                    // Four bytes are always written, and those that do not count are written over.
                    let bits = entry == 0 ? UInt32(Self.impossible) : entry >> 8
                    UnsafeMutableRawPointer(space.baseAddress.unsafelyUnwrapped + count)
                        .storeBytes(of: bits.littleEndian, as: UInt32.self)
                    count += entry == 0 ? 1 : Int(entry & 0xFF)
                }
            }
        }
        consumed = end
    }

    // MARK: - Several bytes a character

    private mutating func decode(to end: Int, isEnd: Bool, by iconv: Iconv) {
        bytes.reserveCapacity(bytes.count + (end - consumed) * 2)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.stretch * 8) { space in
            while consumed < end {
                anchors.append(Anchor(original: consumed, decoded: bytes.count))
                iconv.reset()
                let upTo = min(end, consumed + Self.stretch)
                var input = UnsafeBufferPointer(rebasing: original[consumed..<upTo])
                var output = space
                let ending = iconv.convert(&input, into: &output)
                bytes.append(contentsOf: space[..<(space.count - output.count)])
                let got = upTo - input.count - consumed
                consumed += got
                switch ending {
                case .allConverted, .outputFull: break
                case .incomplete where upTo < end && got > 0: break
                case .incomplete:
                    guard isEnd else { return }
                    appendImpossible(end - consumed)
                case .impossible: appendImpossible(min(encoding.unit, end - consumed))
                }
            }
        }
    }

    private mutating func appendImpossible(_ length: Int) {
        anchors.append(Anchor(original: consumed, decoded: bytes.count))
        bytes.append(Self.impossible)
        consumed += length
    }

    // MARK: - The way back

    /// Where in the file the character begins that begins here in the text.
    func place(of decoded: Int) -> Int {
        if decoded >= bytes.count { return consumed }
        var (low, high) = (0, anchors.count)
        while low < high {
            let middle = (low + high) / 2
            if anchors[middle].decoded <= decoded { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return 0 }
        let anchor = anchors[low - 1]
        if anchor.decoded == decoded { return anchor.original }
        guard let table = encoding.table else { return place(of: decoded, behind: anchor) }
        var (original, reached) = (anchor.original, anchor.decoded)
        while reached < decoded {
            reached += max(1, Int(table[Int(self.original[original])] & 0xFF))
            original += 1
        }
        return original
    }

    /// Decodes again, into just so much room as lies before the place.
    private func place(of decoded: Int, behind anchor: Anchor) -> Int {
        guard let iconv else { return anchor.original }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.stretch * 8) { space in
            iconv.reset()
            let upTo = min(consumed, anchor.original + Self.stretch)
            var input = UnsafeBufferPointer(rebasing: original[anchor.original..<upTo])
            var output = UnsafeMutableBufferPointer(rebasing: space[..<(decoded - anchor.decoded)])
            _ = iconv.convert(&input, into: &output)
            return upTo - input.count
        }
    }
}
