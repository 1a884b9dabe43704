/// A field's name as the plan writes it, taken apart: `requester.email`, `Comment[0]`, `fields[2].value`.
package struct FieldPath: Sendable, Hashable {
    package enum Step: Sendable, Hashable {
        case name(String)
        /// Counted from 0.
        case index(Int)
    }

    /// As typed, for messages and for matching a CSV header that holds dots or brackets itself.
    package let text: String
    package let steps: [Step]

    /// A name taken literally (`{field: "Status [list]"}`): never a path.
    package init(literal name: String) {
        text = name
        steps = [.name(name)]
    }

    /// One of several columns of the same name, which is taken literally; counted from 0.
    package init(repeated name: String, _ index: Int) {
        text = "\(name)[\(index)]"
        steps = [.name(name), .index(index)]
    }

    /// The path of what this one names in a record that is itself only a part of its document.
    ///
    /// - Parameter outer: where the record is; nil where the document is the record.
    package func inside(_ outer: FieldPath?) -> FieldPath {
        guard let outer else { return self }
        return FieldPath(text: outer.text + (text.hasPrefix("[") ? "" : ".") + text, steps: outer.steps + steps)
    }

    private init(text: String, steps: [Step]) {
        self.text = text
        self.steps = steps
    }

    /// Takes a path apart; nil where brackets or dots do not fit together.
    package init?(path: String) {
        var steps: [Step] = []
        var rest = Substring(path)
        while !rest.isEmpty {
            if rest.first == "[" {
                guard let close = rest.firstIndex(of: "]"),
                    let index = Int(rest[rest.index(after: rest.startIndex)..<close]), index >= 0
                else { return nil }
                steps.append(.index(index))
                rest = rest[rest.index(after: close)...]
                if rest.first == "." {
                    rest = rest.dropFirst()
                } else if !rest.isEmpty && rest.first != "[" {
                    return nil
                }
            } else {
                let end = rest.firstIndex { $0 == "." || $0 == "[" } ?? rest.endIndex
                guard end > rest.startIndex else { return nil }
                steps.append(.name(String(rest[..<end])))
                rest = rest[end...]
                if rest.first == "." {
                    rest = rest.dropFirst()
                    if rest.isEmpty { return nil }
                }
            }
        }
        guard !steps.isEmpty else { return nil }
        self.text = path
        self.steps = steps
    }
}

/// What the mapping needs of every record: the reader fills one cell a column, and one row of cells for each item of
/// the list of messages.
package struct RecordLayout: Sendable, Equatable {
    package var columns: [FieldPath]
    /// A list embedded in each record, with what is needed of its items; paths are relative to an item.
    package var list: List?
    /// Columns that a file may lack: one has fewer of a repeated name than another.
    package var spare: Range<Int> = 0..<0

    package struct List: Sendable, Equatable {
        package var path: FieldPath
        package var columns: [FieldPath]

        package init(path: FieldPath, columns: [FieldPath]) {
            self.path = path
            self.columns = columns
        }
    }

    package init(columns: [FieldPath], list: List? = nil) {
        self.columns = columns
        self.list = list
    }
}
