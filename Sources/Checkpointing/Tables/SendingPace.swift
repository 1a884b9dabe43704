import GRDB
import ImportCore

/// What was sent in all and of late, from the books and the times of the attempts: also of a run that is at work, or was
/// killed.
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
    /// Records are sent in their order, so what was sent of late stands at the end of the source's rows, and of those of
    /// other inputs. So many of each are looked at: a checkpoint of ten million rows answers at once.
    private static let looked = 65_536

    /// - Parameters:
    ///   - moment: since when "of late" is, in milliseconds since 1970.
    ///   - progress: counts what was sent before its position.
    func sendingPace(since moment: Int64, progress: RunProgress?) throws -> SendingPace {
        let position = progress?.position
        let row = try Row.fetchOne(
            db,
            sql: """
                WITH latest AS (
                    SELECT * FROM (SELECT * FROM attempt WHERE id < :inputs AND id & 15 = :create
                        ORDER BY id DESC LIMIT \(Self.looked))
                    UNION ALL
                    SELECT * FROM (SELECT * FROM attempt WHERE id >= :inputs AND id & 15 = :create
                        ORDER BY id DESC LIMIT \(Self.looked))
                ), sent AS (
                    SELECT started_at FROM latest WHERE number > 0 AND state <> :released AND started_at >= :moment
                )
                SELECT (SELECT count(*) FROM sent), (SELECT min(started_at) FROM sent),
                    (SELECT max(started_at) FROM sent),
                    (SELECT count(*) FROM attempt WHERE id > :position AND id < :inputs AND id & 15 = :create
                        AND number > 0 AND state <> :released)
                """,
            arguments: [
                "moment": moment, "create": Step.create.rawValue, "released": AttemptState.released.rawValue,
                "inputs": Self.firstOfOtherInputs,
                "position": position.map { Self.lastID(of: RecordID(file: $0.file, number: $0.record)) } ?? -1,
            ])
        guard let row else { throw UnreadableRow() }
        let counted = progress?.books
        let booked =
            (counted?.conversations.created ?? 0) + (counted?.conversations.inDoubt ?? 0)
            + (counted?.rejections.byDestination ?? 0)
        return SendingPace(sent: booked + (row[3] as Int), sentOfLate: row[0], first: row[1], last: row[2])
    }
}
