import ImportCore

@testable import FileReading

/// Plays the file's part as `PieceFormat` states it: shows a format some bytes, goes on where it stopped, shows more
/// where it made no headway.
struct JSONReading {
    var format: JSONFormat
    /// Whether pieces are cut as `cut` says, or just where the bytes in sight end.
    var cuts = false
    /// How often a piece did not end as `cut` had promised.
    private(set) var brokenPromises = 0
    private(set) var stalls = 0

    init(_ layout: RecordLayout = .init(columns: []), limits: Limits = Limits(), cuts: Bool = false) {
        format = JSONFormat(layout: layout, limits: limits)
        self.cuts = cuts
    }

    mutating func read(_ text: String) -> RecordTranscript {
        read(Array(text.utf8)) { .max }
    }

    mutating func read(_ bytes: [UInt8], pieceSize: () -> Int) -> RecordTranscript {
        var transcript = RecordTranscript()
        var offset = 0
        var state = format.initial
        var size = pieceSize()
        while offset < bytes.count {
            let sight = bytes[offset...].prefix(size)
            var piece = Array(sight)
            let isEnd = sight.endIndex == bytes.count
            var promise: JSONState?
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
            state = JSONState(text: result.state.text) ?? .rest(.lf)
            if state != result.state { stalls += 1 }
            size = result.consumed == 0 ? size * 2 + 1 : pieceSize()
        }
        return transcript
    }
}

extension RecordLayout {
    init(_ paths: String..., list: String? = nil, items: [String] = []) {
        self.init(columns: paths.compactMap(FieldPath.init(path:)))
        if let path = list.flatMap(FieldPath.init(path:)) {
            self.list = List(path: path, columns: items.compactMap(FieldPath.init(path:)))
        }
    }
}
