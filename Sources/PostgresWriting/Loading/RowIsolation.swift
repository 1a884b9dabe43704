/// Puts a stretch of conversations into the tables, and finds those which the server refuses, so that one bad row never
/// stops the good ones: by the line that the error names, or by halving where it names none.
///
/// A row whose line is known costs two more attempts; one without takes as many as the stretch can be halved. Every
/// attempt stands behind a savepoint of its own, in the caller's transaction.
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
        // Stretches that are still to be sent, the next one last.
        var waiting = Array(stretches.reversed())
        while let stretch = waiting.popLast() {
            guard !stretch.isEmpty, let refusal = try attempt(stretch) else { continue }
            if let bad = refusal.index {
                refused[bad] = refusal.error
                // Behind a bad row more of its kind may stand: no more is risked than went well before it.
                let risked = min(stretch.upperBound, bad + 1 + max(1, 2 * (bad - stretch.lowerBound)))
                waiting += [risked..<stretch.upperBound, (bad + 1)..<risked, stretch.lowerBound..<bad]
            } else {
                let (bad, error, rest) = try halve(stretch, refusal.error)
                refused[bad] = error
                waiting += rest
            }
        }
        return refused
    }

    /// Halves a stretch that was refused as a whole until one conversation is left.
    ///
    /// - Returns: also the stretches that nothing is known about yet; those before the bad one are in.
    private func halve(
        _ stretch: Range<Int>, _ error: ServerError
    ) throws -> (bad: Int, error: ServerError, rest: [Range<Int>]) {
        var (suspect, error) = (stretch, error)
        var rest: [Range<Int>] = []
        while suspect.count > 1 {
            let middle = suspect.lowerBound + suspect.count / 2
            let left = suspect.lowerBound..<middle
            if let refusal = try attempt(left) {
                error = refusal.error
                rest.append(middle..<suspect.upperBound)
                suspect = left
            } else {
                suspect = middle..<suspect.upperBound
            }
        }
        return (suspect.lowerBound, error, rest)
    }

    /// Sends a stretch and checks what the server puts off to the end of a transaction; undoes it where it was refused.
    private func attempt(_ stretch: Range<Int>) throws -> StretchRefused? {
        try connection.run("SAVEPOINT stretch")
        do {
            do {
                try send(stretch)
                try connection.run("SET CONSTRAINTS ALL IMMEDIATE; RELEASE SAVEPOINT stretch")
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
