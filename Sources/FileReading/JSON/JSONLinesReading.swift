internal import ImportCore

/// JSON Lines: each line is a document.
extension JSONPieceReading {
    mutating func readLines(_ lineEnd: JSONLineEnd) -> JSONState? {
        while position < bytes.count {
            let end = bytes.firstIndex(of: lineEnd.rawValue, from: position)
            // One byte more than the limit, since the last one may turn out to be half of a line end.
            guard end != nil || isEnd || sight.count - position > limits.recordBytes + 1 else { return nil }
            let content = position..<contentEnd(end, lineEnd)
            if content.count > limits.recordBytes {
                reject(content, .jsonTooLong(limits))
                if end == nil && !isEnd {
                    position = content.upperBound
                    return .skippedLine(lineEnd)
                }
            } else if bytes.firstNonBlank(from: position) >= content.upperBound {
                batch.blanks += 1
            } else {
                read(content, lineEnd, isLine: true)
            }
            position = bytes.count
            if let end {
                position = end + 1
                line += 1
            }
        }
        return nil
    }

    mutating func skipLine(_ lineEnd: JSONLineEnd) -> JSONState? {
        guard isAtStart else { return nil }
        let end = bytes.firstIndex(of: lineEnd.rawValue, from: position)
        let contentEnd = contentEnd(end, lineEnd)
        takeContinued(contentEnd)
        guard let end else {
            position = isEnd ? bytes.count : contentEnd
            return nil
        }
        position = end + 1
        line += 1
        return .lines(lineEnd)
    }

    /// Where the line's content ends: a CR before the LF, or where an LF may follow, is not part of it.
    private func contentEnd(_ end: Int?, _ lineEnd: JSONLineEnd) -> Int {
        let end = end ?? bytes.count
        return lineEnd == .lf && end > position && bytes[end - 1] == Byte.cr ? end - 1 : end
    }
}
