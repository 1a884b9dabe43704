package import ImportCore

/// JSON as exports hold it: one document a line, a list of documents, or a page of an API's answer with such a list.
///
/// Every document is checked against RFC 8259 as a whole, the fields that nobody wants included, and against three rules
/// of ours: no key twice in an object, no deeper than the limit, nothing longer than the limits.
package struct JSONFormat: PieceFormat {
    package typealias State = JSONState

    /// As deep as documents may nest whatever the plan allows: each level is a call, and the stack is finite.
    package static let deepest = 1024
    /// How far to look for what ends the lines.
    static let lineEndSight = 65536

    let limits: Limits
    private let compiled: CompiledLayout

    package init(layout: RecordLayout, limits: Limits) {
        var limits = limits
        limits.depth = min(limits.depth, Self.deepest)
        self.limits = limits
        compiled = CompiledLayout(layout)
    }

    package var initial: JSONState { .start }
    package func text(of state: JSONState) -> String { state.text }
    package func state(text: String) -> JSONState? { JSONState(text: text) }

    package var window: Int { limits.recordBytes + Self.lineEndSight }

    package func read(
        _ bytes: [UInt8], from state: JSONState, isEnd: Bool, stop: Int
    ) -> PieceResult<JSONState> {
        bytes.withUnsafeBufferPointer { sight in
            let buffer = UnsafeBufferPointer(rebasing: sight[..<stop])
            let reader = makeReader()
            var reading = JSONPieceReading(
                bytes: buffer, sight: sight, isSightEnd: isEnd, state: state, limits: limits, window: window,
                reader: reader,
                batch: RecordBatch(
                    columnCount: compiled.layout.columns.count,
                    itemColumnCount: compiled.layout.list?.columns.count ?? 0))
            reading.run()
            var batch = reading.batch
            reader.fill(&batch)
            batch.raw = reading.position == bytes.count ? bytes : Array(buffer[..<reading.position])
            if isEnd && reading.position == bytes.count && reading.state.isInLines { batch.markCutShort(bytes) }
            return PieceResult(batch: batch, consumed: reading.position, state: reading.state, lines: reading.line)
        }
    }

    package func cut(
        _ bytes: UnsafeBufferPointer<UInt8>, from state: JSONState
    ) -> (length: Int, state: JSONState)? {
        switch state {
        case .start:
            guard let opening = JSONOpening.find(in: bytes, isEnd: false, window: window, reader: makeReader),
                let rest = cut(UnsafeBufferPointer(rebasing: bytes[opening.length...]), from: opening.state)
            else { return nil }
            return (opening.length + rest.length, rest.state)
        case .lines(let lineEnd):
            return bytes.lastIndex(of: lineEnd.rawValue).map { ($0 + 1, .lines(lineEnd)) }
        case .skippedLine(let lineEnd):
            if let last = bytes.lastIndex(of: lineEnd.rawValue) { return (last + 1, .lines(lineEnd)) }
            // A CR may be the first half of the line's end.
            let length = bytes.last == Byte.cr ? bytes.count - 1 : bytes.count
            return length == 0 ? nil : (length, state)
        case .elements(let list, _):
            return cutElements(bytes, of: list, from: 0)
        case .skippedElement(let list, var scan):
            guard let end = scan.end(in: bytes, from: 0) else {
                return bytes.isEmpty ? nil : (bytes.count, .skippedElement(list, scan))
            }
            if bytes[end] == Byte.closeBracket { return (end + 1, .tail(list)) }
            return cutElements(bytes, of: list, from: end)
        case .tail(let list):
            return list.wrapping == .array && !bytes.isEmpty ? (bytes.count, state) : nil
        case .rest:
            return bytes.isEmpty ? nil : (bytes.count, state)
        }
    }

    /// Behind the last comma in sight that stands between elements, or behind the list.
    private func cutElements(
        _ bytes: UnsafeBufferPointer<UInt8>, of list: JSONList, from start: Int
    ) -> (length: Int, state: JSONState)? {
        var length = 0
        while true {
            var scan = ElementScan()
            guard let end = scan.end(in: bytes, from: max(start, length)) else {
                return length == 0 ? nil : (length, .elements(list, afterComma: true))
            }
            length = end + 1
            if bytes[end] == Byte.closeBracket { return (length, .tail(list)) }
        }
    }

    private func makeReader() -> DocumentReader {
        DocumentReader(compiled, depth: limits.depth, fieldBytes: limits.fieldBytes)
    }
}
