internal import ImportCore

/// Reads one piece of a JSON file: takes its containers apart, and has each document in them read.
struct JSONPieceReading {
    /// What may be consumed: `sight` up to where an earlier reading ended a piece, else all of it.
    let bytes: UnsafeBufferPointer<UInt8>
    let sight: UnsafeBufferPointer<UInt8>
    let isSightEnd: Bool
    var state: JSONState
    let limits: Limits
    let window: Int
    let reader: DocumentReader
    var batch: RecordBatch

    /// Bytes consumed.
    var position = 0
    /// Line ends in them.
    var line = 0
    private var items = 0

    init(
        bytes: UnsafeBufferPointer<UInt8>, sight: UnsafeBufferPointer<UInt8>, isSightEnd: Bool, state: JSONState,
        limits: Limits, window: Int, reader: DocumentReader, batch: RecordBatch
    ) {
        self.bytes = bytes
        self.sight = sight
        self.isSightEnd = isSightEnd
        self.state = state
        self.limits = limits
        self.window = window
        self.reader = reader
        self.batch = batch
    }

    /// Whether the file ends where the bytes end.
    var isEnd: Bool { isSightEnd && bytes.count == sight.count }

    mutating func run() {
        while let next = step() { state = next }
    }

    /// Reads on from the present state; nil when the piece gives no more.
    private mutating func step() -> JSONState? {
        switch state {
        case .start: return open()
        case .lines(let lineEnd): return readLines(lineEnd)
        case .skippedLine(let lineEnd): return skipLine(lineEnd)
        case .elements(let list, let afterComma): return readElement(of: list, afterComma: afterComma)
        case .skippedElement(let list, let scan): return skipElement(of: list, scan)
        case .tail(let list): return list.wrapping == .array ? readTail(of: list) : readPageTail(of: list)
        case .rest(let lineEnd):
            guard isAtStart else { return nil }
            takeContinued(bytes.count)
            advance(to: bytes.count, lineEnd)
            return nil
        }
    }

    /// Skipping begins in the piece that shows a record to be unreadable, and goes on with the next one.
    var isAtStart: Bool { position == 0 && !bytes.isEmpty }

    private mutating func open() -> JSONState? {
        let opening = JSONOpening.find(in: sight, isEnd: isSightEnd, window: window) { reader }
        guard let opening, opening.length <= bytes.count else { return nil }
        if case .elements(let list, _) = opening.state {
            advance(to: opening.length, list.lineEnd)
        } else {
            position = opening.length
        }
        return opening.state
    }
}

extension JSONPieceReading {
    /// Reads a document and appends its record; says whether it could be read.
    @discardableResult
    mutating func read(_ range: Range<Int>, _ lineEnd: JSONLineEnd, isLine: Bool) -> Bool {
        if let fault = reader.read(range, of: bytes, isLine: isLine) {
            note(range, fault, lineEnd)
            append(range)
            return false
        }
        append(range)
        return true
    }

    /// Appends a record that is not even tried.
    mutating func reject(_ range: Range<Int>, _ finding: Finding) {
        batch.unreadable.append(RecordBatch.Unreadable(index: batch.records.count, finding: finding))
        reader.addMissing()
        append(range)
    }

    mutating func reject(_ range: Range<Int>, _ fault: DocumentReader.Fault, _ lineEnd: JSONLineEnd) {
        note(range, fault, lineEnd)
        reader.addMissing()
        append(range)
    }

    private mutating func note(_ range: Range<Int>, _ fault: DocumentReader.Fault, _ lineEnd: JSONLineEnd) {
        let place = range.lowerBound + min(fault.offset, range.count)
        let before = bytes[range.lowerBound..<place]
        let lineStart = before.lastIndex(of: lineEnd.rawValue).map { $0 + 1 } ?? range.lowerBound
        let finding = Finding.json(
            fault, line: line + before.count { $0 == lineEnd.rawValue }, column: place - lineStart + 1, limits: limits)
        batch.unreadable.append(RecordBatch.Unreadable(index: batch.records.count, finding: finding))
    }

    private mutating func append(_ range: Range<Int>) {
        let place = Place(file: 0, line: line, record: batch.records.count, offset: range.lowerBound)
        batch.records.append(
            RecordBatch.Record(
                place: place, raw: ByteRange(offset: range.lowerBound, length: range.count),
                items: items..<(items + reader.itemCount), listKind: reader.listKind))
        items += reader.itemCount
    }

    /// The first bytes of the piece belong to a record that was given up before.
    mutating func takeContinued(_ end: Int) {
        if end > 0 { batch.continued = ByteRange(offset: 0, length: end) }
    }

    mutating func advance(to target: Int, _ lineEnd: JSONLineEnd) {
        let passed = UnsafeBufferPointer(rebasing: bytes[position..<target])
        var next = 0
        while let end = passed.firstIndex(of: lineEnd.rawValue, from: next) {
            line += 1
            next = end + 1
        }
        position = target
    }
}
