internal import ImportCore

/// How a JSON file begins: which container holds its records, and where the first of them stands.
///
/// It is told from the first bytes that are not blank, never from the file's name:
///
/// - `[` opens a list.
/// - `{` opens JSON Lines or a page, the single object of an API's answer whose member is the list. It is a page when
///   1. it is not a line: no other document follows it, should it end on the line it begins on;
///   2. a member's value is an array of objects, and only one; where the whole object is in sight, an empty array will do;
///   3. no member in sight is named `id`, `key` or `uuid`: a ticket has one, a page never has; and
///   4. something speaks for a page: a member that goes with paging (`next_page`, `count`, …), a list named as lists of
///      tickets are (`tickets`, `results`, …), no other member at all, or a line that ends before the list's first
///      element, which no document of JSON Lines does.
///
///   In sight is as much as a record may be long, and a little more. Of a longer object only the members before the
///   list count.
/// - Anything else is JSON Lines.
struct JSONOpening {
    /// Bytes before the first line, or up to and including the list's opening bracket.
    var length: Int
    /// The state behind them.
    var state: JSONState

    /// Members that go with paging.
    private static let companions: Set<String> = [
        "next_page", "previous_page", "next", "previous", "prev", "page", "pages", "per_page", "page_size", "count",
        "total", "total_count", "total_pages", "total_results", "meta", "links", "_links", "paging", "pagination",
        "_pagination",
        "has_more", "hasmore", "end_of_stream", "end_time", "after_url", "after_cursor", "before_url", "before_cursor",
        "cursor", "next_cursor", "next_page_token", "nextpagetoken", "offset", "limit", "startat", "maxresults",
        "expand",
        "@odata.context", "@odata.nextlink", "totalsize", "nextrecordsurl",
    ]
    /// What lists of tickets are called.
    private static let listNames: Set<String> = [
        "tickets", "conversations", "issues", "cases", "requests", "results", "_results", "data", "items", "records",
        "values",
        "value", "rows", "entries", "_embedded", "response",
    ]
    private static let keys: Set<String> = ["id", "key", "uuid"]

    /// Finds out how a file begins; nil while too little is in sight. With `window` bytes it always knows, and what it
    /// knows does not change with more.
    static func find(
        in bytes: UnsafeBufferPointer<UInt8>, isEnd: Bool, window: Int, reader: () -> DocumentReader
    ) -> JSONOpening? {
        let sight = Sight(
            bytes: UnsafeBufferPointer(rebasing: bytes.prefix(window)), isWhole: isEnd && bytes.count <= window,
            isFull: bytes.count >= window)
        guard let mark = sight.byteOrderMark, let lineEnd = sight.lineEnd else { return nil }
        let lines = JSONOpening(length: mark, state: .lines(lineEnd))
        let first = sight.bytes.firstNonBlank(from: mark)
        guard first < sight.bytes.count else { return sight.isClosed ? lines : nil }
        func list(_ wrapping: JSONList.Wrapping, from length: Int) -> JSONOpening {
            let list = JSONList(wrapping: wrapping, lineEnd: lineEnd)
            return JSONOpening(length: length, state: .elements(list, afterComma: false))
        }
        switch sight.bytes[first] {
        case Byte.openBracket: return list(.array, from: first + 1)
        case Byte.openBrace: break
        default: return lines
        }

        let shape = ObjectShape(sight.bytes, from: first)
        let firstLineEnd = sight.bytes[first...].firstIndex(of: lineEnd.rawValue)
        let document: Range<Int>
        if let end = shape.end, end <= firstLineEnd ?? end {
            // The object is a line, or all there is.
            let next = sight.bytes.firstNonBlank(from: end)
            guard next == sight.bytes.count else { return lines }
            guard sight.isWhole else { return sight.isFull ? lines : nil }
            document = first..<end
        } else if let end = shape.end, sight.isWhole, shape.list == nil {
            document = first..<end
        } else if let list = shape.list, firstLineEnd != nil || sight.isFull {
            document = first..<list
        } else {
            return sight.isClosed ? lines : nil
        }

        guard let bracket = shape.list ?? shape.emptyList else { return lines }
        let isHead = document.upperBound != shape.end
        // A head is made whole with a list of one object.
        let text = Array(sight.bytes[document]) + (isHead ? Array("{}]}".utf8) : [])
        guard case .success(let members) = reader().members(of: text) else { return lines }
        let breaksLine = firstLineEnd.map { $0 < sight.bytes.firstNonBlank(from: bracket) } ?? false
        let isPage = isPage(members, isWhole: !isHead, breaksLine: breaksLine)
        return isPage ? list(.page, from: bracket) : lines
    }

    private static func isPage(_ members: [DocumentReader.Member], isWhole: Bool, breaksLine: Bool) -> Bool {
        var lists = members.filter(\.isList)
        if lists.isEmpty { lists = members.filter(\.isEmptyArray) }
        guard lists.count == 1, let list = lists.first else { return false }
        let names = members.map { $0.name.lowercased() }
        guard keys.isDisjoint(with: names) else { return false }
        return breaksLine || !companions.isDisjoint(with: names) || listNames.contains(list.name.lowercased())
            || (isWhole && members.count == 1)
    }
}

/// As much of a file's beginning as may decide how it is read.
private struct Sight {
    var bytes: UnsafeBufferPointer<UInt8>
    /// The file ends where the bytes end.
    var isWhole: Bool
    /// More will not be looked at.
    var isFull: Bool

    var isClosed: Bool { isWhole || isFull }

    /// The length of the byte order mark; nil while it cannot be told.
    var byteOrderMark: Int? {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if bytes.starts(with: mark) { return mark.count }
        return bytes.count < mark.count && !isWhole && mark.starts(with: bytes) ? nil : 0
    }

    /// What ends the lines; nil while it cannot be told. A CR does only where no LF follows for a long stretch.
    var lineEnd: JSONLineEnd? {
        let stretch = bytes.prefix(JSONFormat.lineEndSight)
        if stretch.contains(Byte.lf) { return .lf }
        guard isClosed || stretch.count == JSONFormat.lineEndSight else { return nil }
        return stretch.contains(Byte.cr) ? .cr : .lf
    }
}

/// The outline of an object that opens a file, as far as it is in sight.
private struct ObjectShape {
    /// Behind the object's closing brace.
    var end: Int?
    /// Behind the opening bracket of the first member that is an array of objects.
    var list: Int?
    /// Behind the opening bracket of the first member that is an empty array.
    var emptyList: Int?

    init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) {
        var depth = 0
        var index = start
        var isInString = false
        while index < bytes.count {
            let byte = bytes[index]
            if isInString {
                if byte == Byte.backslash { index += 1 } else if byte == Byte.quote { isInString = false }
                index += 1
                continue
            }
            switch byte {
            case Byte.quote: isInString = true
            case Byte.openBrace: depth += 1
            case Byte.openBracket:
                let inner = bytes.firstNonBlank(from: index + 1)
                if depth == 1 && inner < bytes.count {
                    if bytes[inner] == Byte.openBrace { list = list ?? index + 1 }
                    if bytes[inner] == Byte.closeBracket { emptyList = emptyList ?? index + 1 }
                }
                depth += 1
            case Byte.closeBrace, Byte.closeBracket:
                depth -= 1
                if depth == 0 {
                    end = index + 1
                    return
                }
            default: break
            }
            index += 1
        }
    }
}
