import Foundation
import GRDB
import ImportCore

/// The history: a row for each of the last processes that worked with the checkpoint, as JSON.
struct ProcessTable {
    let db: Database

    /// More than a year of nights; about 400 bytes each.
    static let kept = 400

    /// The number of the next process. Only the holder of the lock asks.
    func nextNumber() throws -> Int { try Int.fetchOne(db, sql: "SELECT ifnull(max(number), 0) + 1 FROM process") ?? 1 }

    func write(_ process: EncodedProcess) throws {
        let statement = try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO process (number, body, seal) VALUES (?, CAST(? AS TEXT), ?)")
        try statement.execute(arguments: [process.number, process.body, Self.seal(process.number, process.body)])
        try db.execute(sql: "DELETE FROM process WHERE number <= ?", arguments: [process.number - Self.kept])
    }

    /// In order, the oldest first. None in a file of a version that had no history, and is only read.
    func entries() throws -> [ProcessEntry] {
        guard try db.tableExists("process") else { return [] }
        return try Row.fetchAll(db, sql: "SELECT number, body, seal FROM process ORDER BY number").map { row in
            guard let number = row[0] as Int?, let body = row[1] as Data?, row[2] as Int64? == Self.seal(number, body)
            else { throw UnreadableRow() }
            return try JSONDecoder().decode(ProcessEntry.self, from: body)
        }
    }

    private static func seal(_ number: Int, _ body: Data) -> Int64 {
        var seal = Seal()
        seal.add(Int64(number))
        seal.add(body)
        return seal.value
    }
}

/// A process as JSON, made by the caller's task.
struct EncodedProcess: Sendable {
    let number: Int
    let body: Data

    init(_ entry: ProcessEntry) throws {
        number = entry.number
        body = try JSONEncoder().encode(entry)
    }
}
