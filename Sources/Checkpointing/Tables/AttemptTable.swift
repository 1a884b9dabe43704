import Foundation
import GRDB
import ImportCore

/// The steps of records as rows, as they are read: about fifty bytes for one that is done. `AttemptWriter` writes them.
struct AttemptTable {
    let db: Database

    /// Room for sixteen kinds of steps, of which `Step` names those there are; 19 bits are left for the file.
    private static let stepBits: Int64 = 4

    private static let columns = "a.id, a.state, a.number, a.key, a.remote_id, a.started_at, a.seal"

    func entry(for record: RecordID, step: Step) throws -> AttemptEntry? {
        try entries(from: Self.id(record, step), through: Self.id(record, step), limit: 1).first
    }

    /// About `limit` entries after `record`: the steps of one record always come together.
    func entries(after record: RecordID?, limit: Int) throws -> [AttemptEntry] {
        let first = record.map { ($0.rawValue + 1) << Self.stepBits } ?? 0
        var found = try entries(from: first, through: .max, limit: limit)
        guard found.count == limit, let last = found.last else { return found }
        let next = Self.id(last.record, last.step) + 1
        found += try entries(from: next, through: last.record.rawValue << Self.stepBits | 0xF, limit: -1)
        return found
    }

    func lastRecord() throws -> RecordID? {
        let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM attempt")
        return last.map { RecordID(rawValue: $0 >> Self.stepBits) }
    }

    func unsettled() throws -> [AttemptEntry] { try unsettled(where: "=") }

    func pendingSteps() throws -> [AttemptEntry] { try unsettled(where: "<>") }

    /// Needs a look at the rows that are not settled only, however many are.
    ///
    /// - Parameter relation: how their step compares with that of creating.
    private func unsettled(where relation: String) throws -> [AttemptEntry] {
        try fetch(
            """
            SELECT \(Self.columns), u.has_content, u.message_digest, u.customer_id, u.code, u.detail, 0,
                u.reference_digest, u.assignee_id, u.ending
            FROM unsettled u LEFT JOIN attempt a ON a.id = u.id WHERE u.id & ? \(relation) ? ORDER BY u.id
            """, [1 << Self.stepBits - 1, Step.create.rawValue])
    }

    func refusedSteps() throws -> [AttemptEntry] {
        try fetch(
            """
            SELECT \(Self.columns), r.has_content, r.message_digest, r.customer_id, r.code, r.detail, r.messages,
                NULL, NULL, NULL
            FROM refused r LEFT JOIN attempt a ON a.id = r.id WHERE r.id & ? <> ? ORDER BY r.id
            """, [1 << Self.stepBits - 1, Step.create.rawValue])
    }

    /// Reads every row: asked for at the end of a process.
    func stepFigures() throws -> Books.Steps {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT id & :mask, state, count(*) FROM attempt WHERE id & :mask <> :create GROUP BY 1, 2
                """, arguments: ["mask": 1 << Self.stepBits - 1, "create": Step.create.rawValue])
        var figures = Books.Steps()
        for row in rows {
            guard let step = Step(rawValue: row[0]), let state = AttemptState(rawValue: row[1]) else {
                throw UnreadableRow()
            }
            figures.count(step, state, row[2])
        }
        return figures
    }

    /// Reads every row: for what is asked once a run, not once a record.
    func entries(in states: Set<AttemptState>) throws -> [AttemptEntry] {
        let numbers = states.map { String($0.rawValue) }.sorted().joined(separator: ", ")
        return try fetch(
            """
            SELECT \(Self.columns), ifnull(u.has_content, r.has_content),
                ifnull(u.message_digest, r.message_digest), ifnull(u.customer_id, r.customer_id),
                ifnull(u.code, r.code), ifnull(u.detail, r.detail), ifnull(r.messages, 0),
                ifnull(u.reference_digest, r.reference_digest), u.assignee_id, u.ending
            FROM attempt a LEFT JOIN unsettled u ON u.id = a.id LEFT JOIN refused r ON r.id = a.id
            WHERE a.state IN (\(numbers)) AND a.id & ? = ? ORDER BY a.id
            """, [1 << Self.stepBits - 1, Step.create.rawValue])
    }

    /// Reads every row: for the few times that requests have lost their answers.
    func remoteIDs(startedSince moment: Int64) throws -> Set<String> {
        let rows = try Row.fetchCursor(
            try db.cachedStatement(
                sql: "SELECT remote_id FROM attempt WHERE started_at >= ? AND state = ?"),
            arguments: [moment, AttemptState.done.rawValue])
        var ids: Set<String> = []
        while let row = try rows.next() {
            if let id = try RemoteID.read(row[0] as DatabaseValue) { ids.insert(id) }
        }
        return ids
    }

    private func entries(from first: Int64, through last: Int64, limit: Int) throws -> [AttemptEntry] {
        try fetch(
            """
            SELECT \(Self.columns), ifnull(u.has_content, r.has_content),
                ifnull(u.message_digest, r.message_digest), ifnull(u.customer_id, r.customer_id),
                ifnull(u.code, r.code), ifnull(u.detail, r.detail), ifnull(r.messages, 0),
                ifnull(u.reference_digest, r.reference_digest), u.assignee_id, u.ending
            FROM attempt a LEFT JOIN unsettled u ON u.id = a.id LEFT JOIN refused r ON r.id = a.id
            WHERE a.id BETWEEN ? AND ? ORDER BY a.id LIMIT ?
            """, [first, last, limit])
    }

    private func fetch(_ sql: String, _ arguments: StatementArguments) throws -> [AttemptEntry] {
        let rows = try Row.fetchCursor(try db.cachedStatement(sql: sql), arguments: arguments)
        var entries: [AttemptEntry] = []
        while let row = try rows.next() {
            guard let entry = try AttemptEntry(row, stepBits: Self.stepBits) else { throw UnreadableRow() }
            entries.append(entry)
        }
        return entries
    }

    static var firstOfOtherInputs: Int64 { RecordID(file: RecordID.firstInputFile, number: 0).rawValue << stepBits }

    /// The greatest id that a step of the record may have.
    static func lastID(of record: RecordID) -> Int64 { record.rawValue << stepBits | 0xF }

    static func id(_ record: RecordID, _ step: Step) -> Int64 {
        precondition(record.file < 1 << 19, "a checkpoint numbers at most 524,288 files")
        return record.rawValue << stepBits | Int64(step.rawValue)
    }
}

/// A row that does not say what was written.
struct UnreadableRow: Error {}

extension AttemptEntry {
    /// What the checkpoint keeps of it: a settled row needs its id only.
    var asKept: AttemptEntry {
        var kept = self
        if state != .refused { kept.messages = 0 }
        guard state.side == nil else { return kept }
        kept.content = nil
        kept.code = nil
        kept.detail = nil
        return kept
    }

    func seal(id: Int64) -> Int64 {
        var seal = Seal()
        seal.add(id)
        seal.add(Int64(state.rawValue))
        seal.add(Int64(attempt))
        seal.add(Int64(bitPattern: keyFingerprint))
        seal.add(startedAt)
        seal.add(remoteID?.utf8)
        guard state.side != nil else { return seal.value }
        seal.add(content == nil ? 0 : 1)
        seal.add(content?.messageDigest)
        seal.add(content?.customerID?.utf8)
        seal.add(content?.referenceDigest)
        seal.add(code?.rawValue.utf8)
        seal.add(detail?.utf8)
        seal.add(Int64(messages))
        // Only where there are any: the seals of a checkpoint from before there were later steps still hold.
        if let later = content?.later, !later.isEmpty {
            seal.add(later.assigneeID?.utf8)
            seal.add(Int64(later.ending?.rawValue ?? 0))
        }
        return seal.value
    }

    /// Nil where the row is not what was written: its seal is broken, or a value is none that we write.
    fileprivate init?(_ row: Row, stepBits: Int64) throws {
        /// A row's own subscript would trap where a damaged file holds another type.
        func value<Value: DatabaseValueConvertible>(_ column: Int, _: Value.Type = Value.self) -> Value? {
            Value.fromDatabaseValue(row[column] as DatabaseValue)
        }
        guard
            let id = value(0, Int64.self), let step = Step(rawValue: Int(id & (1 << stepBits - 1))),
            let state = value(1).flatMap(AttemptState.init(rawValue:)), let attempt = value(2, Int.self),
            let key = value(3, Int64.self), let startedAt = value(5, Int64.self),
            let messages = value(12, Int.self)
        else { return nil }
        self.init(
            record: RecordID(rawValue: id >> stepBits), step: step, state: state, attempt: attempt,
            keyFingerprint: UInt64(bitPattern: key), remoteID: try RemoteID.read(row[4]), detail: value(11),
            code: value(10).flatMap(RejectionCode.init(rawValue:)), startedAt: startedAt, messages: messages)
        if value(7) == true {
            var later = LaterSteps(assigneeID: value(14))
            if let ending = value(15, Int.self) {
                guard let ending = Step(rawValue: ending) else { return nil }
                later.ending = ending
            }
            content = RequestContent(
                messageDigest: value(8, Data.self).map { Array($0) }, customerID: value(9),
                referenceDigest: value(13, Data.self).map { Array($0) }, later: later)
        }
        guard value(6) == seal(id: id) else { return nil }
    }
}
