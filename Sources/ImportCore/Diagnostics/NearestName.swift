/// Finds the known name that a mistyped one was most likely meant to be: of the plan's keys, of a file's columns.
package enum NearestName {
    /// The nearest of `names`, or nil where none is near enough to be worth naming.
    ///
    /// Near enough is one slip in three characters. Case, blanks, hyphens and underscores do not count, so `Customer ID`
    /// finds `customer_id`. Of equally near names the first wins.
    package static func of(_ typed: String, among names: some Sequence<String>) -> String? {
        let wanted = folded(typed)
        var nearest: (name: String, slips: Int)?
        for name in names {
            let candidate = folded(name)
            let allowed = max(1, max(wanted.count, candidate.count) / 3)
            guard abs(wanted.count - candidate.count) <= allowed else { continue }
            let slips = slips(between: wanted, and: candidate)
            // A name of one or two letters is not near to everything of its length.
            guard slips <= allowed, slips < candidate.count else { continue }
            if slips < nearest?.slips ?? .max { nearest = (name, slips) }
        }
        return nearest?.name
    }

    /// The smallest number of letters inserted, left out, replaced, or swapped with their neighbour that turns one name
    /// into the other (the optimal string alignment distance), with three rows of its table at a time.
    private static func slips(between left: [Character], and right: [Character]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }

    private static func folded(_ name: String) -> [Character] {
        name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
    }
}
