/// Where reading of a JSON file stands between two pieces.
package enum JSONState: Sendable, Equatable {
    /// At the file's first byte: what the file holds is not known yet.
    case start
    /// At the start of a line of JSON Lines.
    case lines(JSONLineEnd)
    /// Inside a line that is too long to be a record.
    case skippedLine(JSONLineEnd)
    /// Before an element of a list; `afterComma`: one must follow.
    case elements(JSONList, afterComma: Bool)
    /// Inside an element that is too long to be a record.
    case skippedElement(JSONList, ElementScan)
    /// Behind the list's closing bracket.
    case tail(JSONList)
    /// Behind the place from which on nothing can be read.
    case rest(JSONLineEnd)
}

extension JSONState {
    /// Whether records are lines, so that a line end tells that one is whole.
    var isInLines: Bool {
        switch self {
        case .lines, .skippedLine: true
        case .start, .elements, .skippedElement, .tail, .rest: false
        }
    }
}

/// The byte that ends a physical line: LF, or CR in a file without LF.
package enum JSONLineEnd: UInt8, Sendable {
    case lf = 0x0A
    case cr = 0x0D
}

/// A list whose elements are the file's records.
package struct JSONList: Sendable, Equatable {
    package enum Wrapping: String, Sendable {
        /// The list is the whole file.
        case array
        /// The list is a member of the only object, as an API answers.
        case page
    }

    package var wrapping: Wrapping
    package var lineEnd: JSONLineEnd
}

/// One line, for a checkpoint: `lines:lf`, `elements:page:lf:1`, `skipped:array:lf:2:0:1:0`.
extension JSONState: LosslessStringConvertible {
    /// As a position keeps it.
    package var text: String { description }

    package init?(text: String) {
        self.init(text)
    }

    package var description: String {
        switch self {
        case .start: ""
        case .lines(let lineEnd): "lines:\(lineEnd.name)"
        case .skippedLine(let lineEnd): "skipped:\(lineEnd.name)"
        case .elements(let list, let afterComma): "elements:\(list.name):\(afterComma ? 1 : 0)"
        case .skippedElement(let list, let scan): "skipped:\(list.name):\(scan.name)"
        case .tail(let list): "tail:\(list.name)"
        case .rest(let lineEnd): "rest:\(lineEnd.name)"
        }
    }

    package init?(_ description: String) {
        if description.isEmpty {
            self = .start
            return
        }
        let parts = description.split(separator: ":", omittingEmptySubsequences: false)
        let lineEnd = parts.count == 2 ? JSONLineEnd(name: parts[1]) : nil
        let list = parts.count > 2 ? JSONList(parts[1], parts[2]) : nil
        switch (parts[0], parts.count) {
        case ("lines", 2):
            guard let lineEnd else { return nil }
            self = .lines(lineEnd)
        case ("skipped", 2):
            guard let lineEnd else { return nil }
            self = .skippedLine(lineEnd)
        case ("rest", 2):
            guard let lineEnd else { return nil }
            self = .rest(lineEnd)
        case ("elements", 4):
            guard let list, let afterComma = Bool(digit: parts[3]) else { return nil }
            self = .elements(list, afterComma: afterComma)
        case ("tail", 3):
            guard let list else { return nil }
            self = .tail(list)
        case ("skipped", 7):
            guard let list, let scan = ElementScan(parts[3...]) else { return nil }
            self = .skippedElement(list, scan)
        default:
            return nil
        }
    }
}

extension JSONLineEnd {
    fileprivate var name: String { self == .lf ? "lf" : "cr" }

    fileprivate init?(name: Substring) {
        switch name {
        case "lf": self = .lf
        case "cr": self = .cr
        default: return nil
        }
    }
}

extension JSONList {
    fileprivate var name: String { "\(wrapping.rawValue):\(lineEnd.name)" }

    fileprivate init?(_ wrapping: Substring, _ lineEnd: Substring) {
        guard let wrapping = Wrapping(rawValue: String(wrapping)), let lineEnd = JSONLineEnd(name: lineEnd) else {
            return nil
        }
        self.init(wrapping: wrapping, lineEnd: lineEnd)
    }
}

extension ElementScan {
    fileprivate var name: String { "\(braces):\(brackets):\(isInString ? 1 : 0):\(isEscaped ? 1 : 0)" }

    fileprivate init?(_ parts: ArraySlice<Substring>) {
        let parts = Array(parts)
        guard parts.count == 4, let braces = Int(parts[0]), let brackets = Int(parts[1]), braces >= 0, brackets >= 0,
            let isInString = Bool(digit: parts[2]), let isEscaped = Bool(digit: parts[3])
        else { return nil }
        self.init(braces: braces, brackets: brackets, isInString: isInString, isEscaped: isEscaped)
    }
}

extension Bool {
    fileprivate init?(digit: Substring) {
        switch digit {
        case "0": self = false
        case "1": self = true
        default: return nil
        }
    }
}
