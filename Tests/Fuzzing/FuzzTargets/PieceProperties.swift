import FileReading
import FileReadingSupport
import ImportCore
import ImportTestSupport

/// What holds of every format: how a file is cut, and where a reading of it once stopped, changes nothing.
struct PieceProperties<Format: PieceFormat> {
    var format: Format
    var bytes: [UInt8]

    /// The file read as one piece, which every other reading must equal.
    func whole() throws(Violation) -> RecordTranscript {
        var reading = PieceReading(format)
        let transcript = reading.read(bytes) { .max }
        try require(reading.stalls == 0, "reading the whole file makes no headway")
        return transcript
    }

    /// Every entry's bytes stand where it says, in order, and the bytes between are none that a record could be made of.
    func checkTiles(_ transcript: RecordTranscript, between isFiller: (ArraySlice<UInt8>) -> Bool) throws(Violation) {
        var end = 0
        for (index, entry) in transcript.entries.enumerated() {
            let place = entry.place.offset..<(entry.place.offset + entry.raw.count)
            try require(
                place.lowerBound >= end && place.upperBound <= bytes.count && bytes[place].elementsEqual(entry.raw),
                "entry \(index) does not hold the bytes of its place: \(entry.text)")
            try require(isFiller(bytes[end..<place.lowerBound]), "bytes before entry \(index) are lost: \(entry.text)")
            end = place.upperBound
        }
        try require(isFiller(bytes[end...]), "bytes behind the last entry are lost")
    }

    /// Pieces that end anywhere, and where the format would cut them.
    func checkPieces(_ whole: RecordTranscript) throws(Violation) {
        for (size, cuts) in [(1, false), (7, false), (50, false), (2, true), (19, true)] where size < bytes.count {
            var reading = PieceReading(format, cuts: cuts)
            let transcript = reading.read(bytes) { size }
            try require(reading.stalls == 0, "pieces of \(size) make no headway")
            try requireNone(transcript.difference(from: whole), "pieces of \(size), cut: \(cuts)")
        }
    }

    /// A file on disk, with pieces in flight; and read again with an end at a place where a batch ended.
    func checkSource(_ whole: RecordTranscript) async throws {
        guard !bytes.isEmpty else { return }
        let expected = whole.countedFromOne
        let path = try ScratchFile.shared.write(bytes)
        let first = try await SourceReading.read(FileRecordSource(path, format, pieceBytes: 23)) { 3 }
        try requireNone(first.transcript.difference(from: expected), "a file in pieces of 23")
        try require(first.ends.last?.offset == bytes.count, "the file is not read to its end")
        // At the end of a file a broken list may add a record that has no bytes.
        let barriers = first.ends.filter { end in
            !first.ends.contains { $0.offset == end.offset && $0.record > end.record }
        }
        // One of them, since inputs are many.
        guard !barriers.isEmpty, case let barrier = barriers[bytes.count % barriers.count], barrier.offset > 0 else {
            return
        }
        let source = FileRecordSource(path, format, barrier: barrier, pieceBytes: 11)
        let again = try await SourceReading.read(source) { 2 }
        try require(again.ends.contains { $0.offset == barrier.offset }, "no batch ends at \(barrier)")
        try requireNone(again.transcript.difference(from: expected), "with an end at \(barrier)")
    }
}

/// A file for what is read by path; overwritten by each input, so that millions of them leave nothing behind.
struct ScratchFile {
    static let shared = ScratchFile()

    private let folder: TemporaryFolder

    private init() {
        do { folder = try TemporaryFolder() } catch { preconditionFailure("a folder for temporary files is needed") }
    }

    func write(_ bytes: [UInt8], name: String = "input") throws -> String {
        try folder.write(name, bytes: bytes)
    }
}
