package import FileReading
package import ImportCore

/// Drives a source as a run does: pieces are in flight before the first is read, and are accepted in order.
package struct SourceReading {
    package var transcript = RecordTranscript()
    /// Where each accepted batch began and ended.
    package var spans: [BatchSpan] = []
    /// Pieces whose bytes came again.
    package var stale = 0

    package var ends: [SourcePosition] { spans.map(\.end) }

    /// What no source may do, whatever it reads.
    package enum Fault: Error {
        case makesNoHeadway
        /// A batch begins elsewhere than the one before it ended.
        case leavesGap(before: BatchSpan)
        /// A batch does not hold as many records as its span says.
        case miscounts(BatchSpan, records: Int)
    }

    /// - Parameter inFlight: how many pieces may be given out before the next one is accepted.
    /// - Throws: a `Fault`, or what the source throws.
    package static func read<Source: RecordSource>(_ source: Source, inFlight: () -> Int = { 1 }) async throws -> Self {
        var reading = SourceReading()
        var waiting: [Source.Piece] = []
        // No file of these tests has so many pieces: a source that makes no headway is found, and does not hang.
        for _ in 0..<100_000 {
            let most = inFlight()
            filling: while waiting.count < most {
                guard case .piece(let piece) = try await source.nextPiece() else { break filling }
                waiting.append(piece)
            }
            guard !waiting.isEmpty else { return reading }
            let piece = waiting.removeFirst()
            let (batch, mark) = source.read(piece)
            guard let span = await source.accept(piece, mark) else {
                reading.stale += 1
                continue
            }
            try reading.take(batch, span)
        }
        throw Fault.makesNoHeadway
    }

    private mutating func take(_ batch: RecordBatch, _ span: BatchSpan) throws {
        // The span says where the batch stands; as it says so of a place, it must say of all.
        let first = span.place(Place(file: 0, line: 0, record: 0, offset: 0))
        guard spans.isEmpty || span.start == spans.last?.end || span.start.file != spans.last?.end.file else {
            throw Fault.leavesGap(before: span)
        }
        guard span.end.record == span.start.record + batch.records.count else {
            throw Fault.miscounts(span, records: batch.records.count)
        }
        transcript.add(batch, behind: first)
        spans.append(span)
    }
}

extension FileRecordSource {
    /// A source of one file that is read by a format from an offset on.
    package init(
        _ path: String, _ format: Format, from start: SourcePosition = .start, barrier: SourcePosition? = nil,
        pieceBytes: Int = 1 << 20
    ) {
        self.init(
            files: [File(name: path, path: path, format: format, start: start)], barrier: barrier,
            pieceBytes: pieceBytes)
    }
}
