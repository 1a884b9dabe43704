/// The names in a CSV file's header, and the rule by which a name in the plan finds its column.
///
/// A name that equals a header exactly is that column; otherwise it is a path, whose index counts repeats from 0
/// (`Comment[0]` is the first). A repeated name alone is a list, and no single value.
package struct CSVHeader: Sendable, Equatable {
    package let names: [String]
    private let columns: [String: [Int]]

    package init(names: [String]) {
        self.names = names
        var columns: [String: [Int]] = [:]
        for (index, name) in names.enumerated() { columns[name, default: []].append(index) }
        self.columns = columns
    }

    package enum Match: Equatable {
        case column(Int)
        /// The name stands so many times; an index says which is meant.
        case repeated(Int)
        case missing
    }

    package func match(_ path: FieldPath) -> Match {
        if let exact = columns[path.text] { return exact.count == 1 ? .column(exact[0]) : .repeated(exact.count) }
        if case (.name(let name)?, .index(let index)?) = (path.steps.first, path.steps.last), path.steps.count == 2,
            let repeats = columns[name], index < repeats.count
        {
            return .column(repeats[index])
        }
        return .missing
    }

    /// How often each name stands, in the order of first appearance.
    package var groups: [(name: String, columns: [Int])] {
        var seen: Set<String> = []
        return names.compactMap { name in
            seen.insert(name).inserted ? (name, columns[name] ?? []) : nil
        }
    }
}
