import GRDB
import ImportCore

/// What was sent in all and of late, from the times of the attempts: also of a run that is at work, or was killed.
package struct SendingPace: Sendable, Equatable {
    /// Conversations of which a request was made, and nothing says that it was not applied.
    package var sent: Int
    /// Those of them whose request was made of late.
    package var sentOfLate: Int
    /// When the first and the last of these were, in milliseconds since 1970; nil where there are none.
    package var first: Int64?
    package var last: Int64?

    /// Conversations a second; nil where too few were sent of late to tell.
    package var perSecond: Double? {
        guard let first, let last, sentOfLate > 1, last - first >= 1000 else { return nil }
        return Double(sentOfLate - 1) / (Double(last - first) / 1000)
    }
}

extension AttemptTable {
    /// Reads every row: for what a person asks now and then.
    func sendingPace(since moment: Int64) throws -> SendingPace {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT count(*), ifnull(sum(started_at >= :moment), 0),
                    min(iif(started_at >= :moment, started_at, NULL)), max(started_at)
                FROM attempt WHERE id & 15 = :create AND number > 0 AND state <> :released
                """,
            arguments: [
                "moment": moment, "create": Step.create.rawValue, "released": AttemptState.released.rawValue,
            ])
        guard let row else { throw UnreadableRow() }
        let first: Int64? = row[2]
        return SendingPace(sent: row[0], sentOfLate: row[1], first: first, last: first == nil ? nil : row[3])
    }
}
