/// Puts a stretch of conversations into the tables, and finds those which the server refuses, so that one bad row never
/// stops the good ones: by the line that the error names, or by halving where it names none.
///
/// A row whose line is known costs two more attempts; one without as many as the stretch can be halved, and one more.
/// Every attempt stands behind a savepoint of its own, in the caller's transaction.
struct RowIsolation {
    let connection: Connection
    /// Sends a stretch; throws `StretchRefused` where the server refuses one of its rows.
    let send: (Range<Int>) throws -> Void

    /// What the server said of a stretch.
    struct StretchRefused: Error {
        var error: ServerError
        /// The conversation that the error is about, if it says so.
        var index: Int?
    }

    /// - Returns: the conversations that the server refused.
    func insert(_ stretches: [Range<Int>]) throws -> [Int: ServerError] {
        var refused: [Int: ServerError] = [:]
        var settled = 0
        // A few bad rows cost least when all that is left is sent each time; many, when no more is sent at once than
        // has gone well between two of them.
        var risked = Int.max
        for whole in stretches {
            var rest = whole
            while !rest.isEmpty {
                let stretch = rest.prefix(risked)
                if let refusal = try attempt(stretch) {
                    let (bad, error) = try isolate(stretch, refusal)
                    refused[bad] = error
                    settled += bad + 1 - rest.lowerBound
                    rest = (bad + 1)..<rest.upperBound
                    if refused.count > Self.fewBadRows { risked = max(1, settled / refused.count) }
                } else {
                    settled += stretch.count
                    rest = stretch.upperBound..<rest.upperBound
                    if risked < whole.count { risked *= 2 }
                }
            }
        }
        return refused
    }

    private static let fewBadRows = 4

    /// Finds the first bad conversation of a stretch that was refused; those before it are in then.
    private func isolate(_ stretch: Range<Int>, _ refusal: StretchRefused) throws -> (bad: Int, error: ServerError) {
        var (suspect, refusal) = (stretch, refusal)
        while true {
            // What stands before a row that is named may still hold one that a constraint puts off.
            let left: Range<Int>
            if let bad = refusal.index, suspect.contains(bad) {
                left = suspect.lowerBound..<bad
                suspect = suspect.lowerBound..<(bad + 1)
            } else {
                left = suspect.prefix(suspect.count / 2)
            }
            guard !left.isEmpty else { return (suspect.lowerBound, refusal.error) }
            if let earlier = try attempt(left) {
                (suspect, refusal) = (left, earlier)
            } else {
                suspect = left.upperBound..<suspect.upperBound
            }
        }
    }

    /// Sends a stretch and checks what the server puts off to the end of a transaction; undoes it where it was refused.
    private func attempt(_ stretch: Range<Int>) throws -> StretchRefused? {
        try connection.run("SAVEPOINT stretch")
        do {
            do {
                try send(stretch)
                // And put off again: the next stretch, too, may need more than one of its statements to be whole.
                try connection.run(
                    "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; RELEASE SAVEPOINT stretch")
                return nil
            } catch PostgresError.refused(let error) where error.isAboutRow {
                throw StretchRefused(error: error)
            }
        } catch let refusal as StretchRefused {
            try connection.run("ROLLBACK TO SAVEPOINT stretch; RELEASE SAVEPOINT stretch")
            return refusal
        }
    }
}

extension Range<Int> {
    /// Those that something holds of, as few stretches as there can be.
    func stretches(where holds: (Int) -> Bool) -> [Range<Int>] {
        filter(holds).reduce(into: []) { stretches, index in
            if let last = stretches.last, last.upperBound == index {
                stretches[stretches.count - 1] = last.lowerBound..<(index + 1)
            } else {
                stretches.append(index..<(index + 1))
            }
        }
    }
}
