/// A point between two records of a source. Opaque to everyone but the source that made it; ordered as it reads.
package struct SourcePosition: Sendable, Hashable, Comparable, Codable {
    package var file: Int
    package var offset: Int
    /// Records before this point in the same file.
    package var record: Int
    /// Physical lines before this point in the same file.
    package var line: Int
    /// What the format must know to go on here; empty between two ordinary records.
    package var state: String

    package init(file: Int, offset: Int, record: Int, line: Int, state: String = "") {
        self.file = file
        self.offset = offset
        self.record = record
        self.line = line
        self.state = state
    }

    package static let start = SourcePosition(file: 0, offset: 0, record: 0, line: 0)

    package static func < (left: Self, right: Self) -> Bool {
        (left.file, left.offset) < (right.file, right.offset)
    }
}

/// Where records come from.
///
/// Reading is split so that its costly part can run side by side: `nextPiece` cuts the bytes, in order; `read` is a
/// pure function of a piece; `accept` takes the results back in order and says where the batch stands in the file, which
/// only those before it decide. Where a piece did not begin where the one before it really ended, the source goes back:
/// what is in flight is thrown away, and `nextPiece` yields those bytes again.
package protocol RecordSource: AnyObject, Sendable {
    associatedtype Piece: Sendable
    /// What `accept` needs to know of how a piece was read.
    associatedtype Mark: Sendable

    /// The names of the files as a person would say them, in the order in which they are read.
    var fileNames: [String] { get }

    /// The next piece. Called by one task at a time.
    func nextPiece() async throws -> NextPiece<Piece>

    /// Reads a piece. Pure: any number of pieces at once. Places in the batch count from the piece's start.
    func read(_ piece: Piece) -> (batch: RecordBatch, mark: Mark)

    /// Takes a piece back in order: where its batch begins and ends, or nil when its bytes will come again.
    func accept(_ piece: Piece, _ mark: Mark) async -> BatchSpan?

    /// What of the files was read so far.
    func fingerprints() async -> [SourceFingerprint]
}

/// What a source has to give.
package enum NextPiece<Piece: Sendable>: Sendable {
    case piece(Piece)
    /// Nothing before a piece in flight is accepted: what follows depends on how it was read.
    case later
    case end
}

/// Where a batch stands in its source: what must be added to its places, and where reading goes on behind it.
package struct BatchSpan: Sendable, Equatable {
    package var start: SourcePosition
    package var end: SourcePosition

    package init(start: SourcePosition, end: SourcePosition) {
        self.start = start
        self.end = end
    }

    /// A place counted from the batch's start, as a place in the source.
    package func place(_ relative: Place) -> Place {
        Place(
            file: start.file, line: start.line + relative.line + 1, record: start.record + relative.record + 1,
            offset: start.offset + relative.offset)
    }
}
