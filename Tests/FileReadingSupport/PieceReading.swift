package import FileReading
import ImportCore

/// Plays the file's part as `PieceFormat` states it: shows a format some bytes, goes on where it stopped, shows more
/// where it made no headway.
package struct PieceReading<Format: PieceFormat> {
    package var format: Format
    /// Whether pieces are cut as `cut` says, or just where the bytes in sight end.
    package var cuts: Bool
    /// How often a piece did not end as `cut` had promised.
    package private(set) var brokenPromises = 0
    /// How often nothing was read where something must be, or a state did not survive being written down.
    package private(set) var stalls = 0

    package init(_ format: Format, cuts: Bool = false) {
        self.format = format
        self.cuts = cuts
    }

    package mutating func read(_ text: String) -> RecordTranscript {
        read(Array(text.utf8)) { .max }
    }

    package mutating func read(_ bytes: [UInt8], pieceSize: () -> Int) -> RecordTranscript {
        var transcript = RecordTranscript()
        var offset = 0
        var state = format.initial
        var size = pieceSize()
        while offset < bytes.count {
            let sight = bytes[offset...].prefix(size)
            var piece = Array(sight)
            let isEnd = sight.endIndex == bytes.count
            var promise: Format.State?
            if cuts && !isEnd {
                if let cut = piece.withUnsafeBufferPointer({ format.cut($0, from: state) }) {
                    piece = Array(piece.prefix(cut.length))
                    promise = cut.state
                } else if piece.count < format.window {
                    size = size * 2 + 1
                    continue
                }
            }
            let result = format.read(piece, from: state, isEnd: isEnd)
            if let promise, promise != result.state || result.consumed != piece.count { brokenPromises += 1 }
            if result.consumed == 0 && (isEnd || piece.count >= format.window) {
                stalls += 1
                return transcript
            }
            transcript.add(result.batch, behind: transcript.position(at: offset))
            transcript.lines += result.lines
            offset += result.consumed
            // As a checkpoint would keep it.
            guard let kept = format.state(text: format.text(of: result.state)), kept == result.state else {
                stalls += 1
                return transcript
            }
            state = kept
            size = result.consumed == 0 ? size * 2 + 1 : pieceSize()
        }
        return transcript
    }
}
