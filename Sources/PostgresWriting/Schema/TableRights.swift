/// What the program's verbs do with a table, and so which rights they need on it.
struct TableRights: Sendable {
    /// What is read, and written where anything is.
    var columns: [String]
    /// Whether a run puts rows into it, and `undo` takes them out again.
    var isWritten = true
    /// Columns that a run writes anew in rows that are there (`ON CONFLICT DO UPDATE`).
    var updated: [String] = []
    /// Whether a run deletes rows of it, too.
    var isDeletedFrom = false
}

/// A right that we lack, in the words of GRANT (PostgreSQL documentation, GRANT).
struct MissingRight: Sendable, Equatable {
    /// `SELECT`, or `SELECT ("id", "type")`.
    var right: String
    /// `"public"."customers"`, `SCHEMA "public"`, `DATABASE "support"`.
    var object: String
}

extension TargetJudgement {
    /// Notes which rights on a table are missing for the purpose at hand.
    mutating func judgeRights(_ rights: TableRights, on object: String, shown: String, _ found: CatalogTable) {
        // A column that is missing is a finding of its own.
        let columns = rights.columns.compactMap { found.column($0) }
        judge("SELECT", columns, \.maySelect, on: object, shown: shown)
        if purpose.isWriting, rights.isWritten {
            judge("INSERT", columns, \.mayInsert, on: object, shown: shown)
            let updated = rights.updated.compactMap { found.column($0) }
            judge("UPDATE", updated, \.mayUpdate, on: object, shown: shown)
        }
        let isDeletedFrom =
            switch purpose {
            case .write, .update: rights.isDeletedFrom
            case .undo: rights.isWritten
            case .read: false
            }
        if isDeletedFrom, !found.mayDelete { miss("DELETE", on: object, shown: shown) }
    }

    private mutating func judge(
        _ right: String, _ columns: [CatalogColumn], _ mayUse: KeyPath<CatalogColumn, Bool>, on object: String,
        shown: String
    ) {
        let refused = columns.filter { !$0[keyPath: mayUse] }.map(\.name)
        guard !refused.isEmpty else { return }
        miss(right, on: object, shown: shown, columns: refused.count == columns.count ? [] : refused)
    }
}
