internal import ImportCore

/// Lists: each element is a document, found by counting brackets and read like a line.
extension JSONPieceReading {
    mutating func readElement(of list: JSONList, afterComma: Bool) -> JSONState? {
        let start = bytes.firstNonBlank(from: position)
        advance(to: start, list.lineEnd)
        guard start < bytes.count else {
            guard isEnd else { return nil }
            reject(start..<start, .jsonUnclosedList)
            return .rest(list.lineEnd)
        }
        if bytes[start] == Byte.comma || bytes[start] == Byte.closeBracket {
            if afterComma || bytes[start] == Byte.comma { reject(start..<start, .jsonMissingElement) }
            return passDelimiter(at: start, of: list)
        }

        var scan = ElementScan()
        let end = scan.end(in: bytes, from: start)
        guard end != nil || isEnd || bytes.count - start > limits.recordBytes else { return nil }
        let content = start..<(end ?? bytes.count)
        var isWhole = false
        if content.count > limits.recordBytes {
            reject(content, .jsonTooLong(limits))
        } else {
            isWhole = read(content.lowerBound..<trimmedEnd(content), list.lineEnd, isLine: false)
        }
        if let end { return passDelimiter(at: end, of: list) }
        advance(to: bytes.count, list.lineEnd)
        guard isEnd else { return .skippedElement(list, scan) }
        // A broken element has swallowed the list's end, and says so itself.
        if isWhole { reject(bytes.count..<bytes.count, .jsonUnclosedList) }
        return .rest(list.lineEnd)
    }

    mutating func skipElement(of list: JSONList, _ scan: ElementScan) -> JSONState? {
        guard isAtStart else { return nil }
        var scan = scan
        let end = scan.end(in: bytes, from: position)
        takeContinued(end ?? bytes.count)
        if let end { return passDelimiter(at: end, of: list) }
        advance(to: bytes.count, list.lineEnd)
        return .skippedElement(list, scan)
    }

    private mutating func passDelimiter(at end: Int, of list: JSONList) -> JSONState {
        advance(to: end + 1, list.lineEnd)
        return bytes[end] == Byte.comma ? .elements(list, afterComma: true) : .tail(list)
    }

    /// Behind a list that is the whole file only white space may follow.
    mutating func readTail(of list: JSONList) -> JSONState? {
        let start = bytes.firstNonBlank(from: position)
        advance(to: start, list.lineEnd)
        guard start < bytes.count else { return nil }
        reject(start..<bytes.count, .jsonBehindList)
        advance(to: bytes.count, list.lineEnd)
        return .rest(list.lineEnd)
    }

    /// Behind the list of a page its other members follow. They are read as an object of their own, with an empty list in
    /// the place of the one that was read.
    mutating func readPageTail(of list: JSONList) -> JSONState? {
        let tail = position..<bytes.count
        let isTooLong = tail.count > limits.recordBytes
        guard isEnd || isTooLong else { return nil }
        let head = Array(#"{"":[]"#.utf8)
        let start = bytes.firstNonBlank(from: position)
        advance(to: start, list.lineEnd)
        let content = start..<max(start, trimmedEnd(start..<bytes.count))
        if isTooLong {
            reject(start..<bytes.count, .jsonTooLong(limits))
        } else {
            switch reader.members(of: head + bytes[tail]) {
            case .success(let members):
                if members.contains(where: \.isList) { reject(content, .jsonSecondList) }
            case .failure(var fault):
                fault.offset = max(0, fault.offset - head.count - (start - tail.lowerBound))
                reject(content, fault, list.lineEnd)
            }
        }
        advance(to: bytes.count, list.lineEnd)
        return .rest(list.lineEnd)
    }

    private func trimmedEnd(_ range: Range<Int>) -> Int {
        var end = range.upperBound
        while end > range.lowerBound && Byte.isBlank(bytes[end - 1]) { end -= 1 }
        return end
    }
}
