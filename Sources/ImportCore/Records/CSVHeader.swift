/// The names in a CSV file's header, and the rule by which a name in the plan finds its column.
///
/// A name that equals a header exactly is that column; otherwise it is a path, whose index counts repeats from 0
/// (`Comment[0]` is the first). A repeated name alone is a list, and no single value.
package struct CSVHeader: Sendable, Equatable {
    package let names: [String]
    private var columns: [String: [Int]]

    package init(names: [String]) {
        self.names = names
        var columns: [String: [Int]] = [:]
        for (index, name) in names.enumerated() { columns[name, default: []].append(index) }
        self.columns = columns
    }

    /// The same header, in which columns also go by the names that the plan has for them.
    ///
    /// - Parameter others: by a column's name in the plan, the names under which it may stand in the header. They are
    ///   compared without regard to case, blanks, `_`, `-` and `.`, in which exports of one product differ.
    package func naming(_ others: [String: [String]]) -> CSVHeader {
        guard !others.isEmpty else { return self }
        var header = self
        let folded = names.map(Self.folded)
        for (name, others) in others where columns[name] == nil {
            let own = Self.folded(name)
            // Its own name, however it is spelled, comes before the others.
            var found = folded.indices.filter { folded[$0] == own }
            if found.isEmpty {
                let wanted = Set(others.map(Self.folded))
                found = folded.indices.filter { wanted.contains(folded[$0]) }
            }
            if !found.isEmpty { header.columns[name] = found }
        }
        return header
    }

    private static func folded(_ name: String) -> String {
        String(name.lowercased().unicodeScalars.filter { !" _-.\u{A0}".unicodeScalars.contains($0) })
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

    /// How many columns go by a name.
    func count(of name: String) -> Int { columns[name]?.count ?? 0 }

    /// How often each name stands, in the order of first appearance.
    package var groups: [(name: String, columns: [Int])] {
        var seen: Set<String> = []
        return names.compactMap { name in
            seen.insert(name).inserted ? (name, columns[name] ?? []) : nil
        }
    }
}
