import ImportCore

/// The constraints and indexes of the tables, which a fresh load takes out of the way.
extension TargetSession {
    /// Before anything is written: whether a fresh load may begin, and what became of one that did not end.
    ///
    /// - Parameter plan: the plan's number in the program's own tables.
    func reviewConstraints(plan: Int32) async throws {
        let connection = try ready()
        let left = try DroppedDefinitions.read(connection, tables)
        mayBeDropped = left != nil
        if let left, left.plan != plan { throw PostgresError.freshLoadOpen(plan: left.planName) }
        if load == .merge {
            _ = try await rebuildConstraints()
        } else if left == nil {
            try FreshLoad(connection: connection, tables: tables).check(hasLedger: true)
        }
    }

    /// Takes them out of the way. It may be repeated.
    ///
    /// - Returns: how many are.
    func dropConstraints(run: RunNumbers) async throws -> Int {
        let holder = try await held()
        let connection = try ready()
        // Before it is so: the end of the transaction may not be seen.
        mayBeDropped = true
        return try FreshLoad(connection: connection, tables: tables).drop(plan: run.plan, lock: holder)
    }

    /// Puts them back, where any are missing. It may be repeated.
    ///
    /// - Returns: how many were.
    func rebuildConstraints() async throws -> Int {
        guard mayBeDropped else { return 0 }
        let holder = try await held()
        let connection = try ready()
        guard try tablesLock.take(on: connection, alone: true) else { throw PostgresError.tablesInUse }
        let count = try FreshLoad(connection: connection, tables: tables).rebuild(lock: holder)
        mayBeDropped = false
        return count
    }

    /// Puts back what any run left dropped, be it a run of another plan that is no longer at work.
    func rebuildLeftConstraints() async throws -> Int {
        guard try Bookkeeping.isThere(ready()) else { return 0 }
        _ = try await held()
        mayBeDropped = true
        return try await rebuildConstraints()
    }
}
