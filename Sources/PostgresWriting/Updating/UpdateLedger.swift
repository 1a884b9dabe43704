import Foundation
import ImportCore

/// What updates wrote, in the program's own table: a row for each conversation and run, never changed.
///
/// It is written in the transaction of what it tells of, and behind the same savepoint, so that it is three things: a
/// witness whose `xmin` says which rows are our own; the hash that tells later changes; and the outcome, for whoever
/// asks again because the answer to COMMIT, or the program, was lost.
struct UpdateLedger {
    let connection: Connection
    let run: RunNumbers

    static let table = Bookkeeping.schema + ".updates"
    private static let columns = ["conversation_id", "run", "wanted", "content_hash", "outcome"]

    /// The outcomes of those that this run has carried already, by index.
    func known(_ batch: WantedBatch) throws -> [Int: UpdateOutcome] {
        let ids = batch.comparable.map { batch.items[$0].id }
        guard !ids.isEmpty else { return [:] }
        let rows = try connection.rows(
            """
            SELECT DISTINCT ON (conversation_id) conversation_id, wanted, outcome FROM \(Self.table)
            WHERE conversation_id = ANY ($1::uuid[]) AND run = $2::integer ORDER BY conversation_id, number DESC
            """, [SQLArray.uuids(ids), String(run.run)])
        var last: [BinaryUUID: (wanted: String?, outcome: String?)] = [:]
        for row in rows { row[0].flatMap { BinaryUUID($0) }.map { last[$0] = (row[1], row[2]) } }
        return batch.comparable.reduce(into: [:]) { known, index in
            let item = batch.items[index]
            guard let found = last[item.id], found.wanted == Bookkeeping.text(of: item.digest) else { return }
            known[index] = found.outcome.flatMap { Self.outcome($0, of: item.id) }
        }
    }

    /// Who wrote conversations, and whether a number of theirs is also that of rows that we write in transactions of their
    /// own: then all of them were put there at once, as a dump restored in one transaction is.
    func writers(
        of ids: [BinaryUUID]
    ) throws -> (writers: [BinaryUUID: StoredConversation.Writers], isShared: Bool) {
        let rows = try connection.rows(
            """
            SELECT conversation_id, xmin, encode(content_hash, 'hex'), 0 AS number
            FROM \(Bookkeeping.schema).ledger WHERE conversation_id = ANY ($1::uuid[])
            UNION ALL
            SELECT conversation_id, xmin, encode(content_hash, 'hex'), number
            FROM \(Self.table) WHERE conversation_id = ANY ($1::uuid[])
            ORDER BY number
            """, [SQLArray.uuids(ids)])
        let shared = Set(
            try connection.rows(
                """
                SELECT xmin::text FROM \(Bookkeeping.schema).plans
                UNION SELECT xmin::text FROM \(Bookkeeping.schema).runs
                UNION SELECT xmin::text FROM \(Bookkeeping.schema).batches
                """
            ).compactMap(\.first).compactMap(\.self))
        var writers: [BinaryUUID: StoredConversation.Writers] = [:]
        var isShared = false
        for row in rows {
            guard let id = row[0].flatMap({ BinaryUUID($0) }), let number = row[1] else { continue }
            if shared.contains(number) {
                isShared = true
            } else {
                writers[id, default: .init()].numbers.insert(number)
            }
            writers[id, default: .init()].contentHash = row[2].map(Self.bytes(hexadecimal:))
        }
        return (writers, isShared)
    }

    /// Enters what was written.
    func enter(_ entries: [Entry]) throws {
        var rows = TupleBuffer()
        for entry in entries {
            rows.beginRow(fields: Int16(Self.columns.count))
            rows.uuid(entry.item.id)
            rows.integer(run.run)
            rows.blob(entry.item.digest)
            rows.blob(entry.contentHash)
            rows.text(String(decoding: try JSONEncoder().encode(Outcome(entry.outcome)), as: UTF8.self))
            rows.endConversation()
        }
        guard let last = entries.indices.last else { return }
        _ = try connection.copyIn(
            "COPY \(Self.table) (\(Self.columns.joined(separator: ", "))) FROM STDIN (FORMAT binary)"
        ) { write in try rows.send(0..<(last + 1), to: write) }
    }

    struct Entry {
        var item: WantedBatch.Item
        var outcome: UpdateOutcome
        var contentHash: [UInt8]
    }

    // MARK: - Values

    /// An update as it is kept; others leave no row.
    private struct Outcome: Codable {
        var added: Int
        var drifts: [Drift]

        init(_ outcome: UpdateOutcome) {
            added = outcome.messagesAdded
            drifts = outcome.drifts
        }
    }

    private static func outcome(_ text: String, of id: BinaryUUID) -> UpdateOutcome? {
        guard let kept = try? JSONDecoder().decode(Outcome.self, from: Data(text.utf8)) else { return nil }
        return UpdateOutcome(.updated, remoteID: id.description, messagesAdded: kept.added, drifts: kept.drifts)
    }

    private static func bytes(hexadecimal text: String) -> [UInt8] {
        let digits = text.utf8.map { UInt8($0 > 0x39 ? $0 - 0x57 : $0 - 0x30) }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
