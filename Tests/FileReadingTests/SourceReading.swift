import ImportCore
import Testing

@testable import FileReading

/// Drives a source as a run does: pieces are in flight before the first is read, and are accepted in order.
struct SourceReading {
    var transcript = RecordTranscript()
    /// Where each accepted batch began and ended.
    var spans: [BatchSpan] = []
    /// Pieces whose bytes came again.
    var stale = 0

    var ends: [SourcePosition] { spans.map(\.end) }

    /// - Parameter inFlight: how many pieces may be given out before the next one is accepted.
    static func read<Source: RecordSource>(_ source: Source, inFlight: () -> Int = { 1 }) async throws -> Self {
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
            reading.take(batch, span)
        }
        Issue.record("the source makes no headway")
        return reading
    }

    private mutating func take(_ batch: RecordBatch, _ span: BatchSpan) {
        // The span says where the batch stands; as it says so of a place, it must say of all.
        let first = span.place(Place(file: 0, line: 0, record: 0, offset: 0))
        #expect(span.start == spans.last?.end || span.start.file != spans.last?.end.file)
        #expect(span.end.record == span.start.record + batch.records.count)
        transcript.add(batch, behind: first)
        spans.append(span)
    }
}

extension FileRecordSource {
    /// A source of one file that is read by a format from an offset on.
    init(
        _ path: String, _ format: Format, from start: SourcePosition = .start, barrier: SourcePosition? = nil,
        pieceBytes: Int = 1 << 20
    ) {
        self.init(
            files: [File(name: path, path: path, format: format, start: start)], barrier: barrier,
            pieceBytes: pieceBytes)
    }
}
