import Foundation
import GRDB
import ImportCore

/// What the checkpoint belongs to, where the run stands, and how many messages it sent: a JSON document each, which a
/// person can read.
struct DocumentTable {
    let db: Database

    func binding() throws -> CheckpointBinding? {
        try body("binding").map { try JSONDecoder().decode(CheckpointBinding.self, from: $0) }
    }

    func write(_ binding: EncodedBinding) throws { try write("binding", binding.body) }

    /// None yet in a checkpoint that is new.
    func messageSpending() throws -> MessageSpending {
        try body("messages").map { try JSONDecoder().decode(MessageSpending.self, from: $0) } ?? MessageSpending()
    }

    func write(_ spending: MessageSpending) throws { try write("messages", Data(spending.json)) }

    func progress() throws -> RunProgress? {
        guard let body = try body("progress") else { return nil }
        let stored = try JSONDecoder().decode(StoredProgress.self, from: body)
        var progress = stored.progress
        let blocks = try blocks(of: stored)
        for index in progress.files.indices { progress.files[index].blocks = blocks[index] }
        return progress
    }

    /// The hashes of the source's blocks are not part of the document: of a file of 100 GB they are 400 kB, which no
    /// commit should write again. Returns them, to be given back at the next write.
    func write(_ progress: EncodedProgress, blocksInPlace: [[String]]) throws -> [[String]] {
        try write("progress", progress.body)
        for (file, blocks) in progress.blocks.enumerated() {
            let inPlace = file < blocksInPlace.count ? blocksInPlace[file] : []
            let isLonger = blocks.starts(with: inPlace)
            if !isLonger { try db.execute(sql: "DELETE FROM block WHERE file = ?", arguments: [file]) }
            let insert = try db.cachedStatement(sql: "INSERT INTO block (file, number, hash) VALUES (?, ?, ?)")
            for number in (isLonger ? inPlace.count : 0)..<blocks.count {
                try insert.execute(arguments: [file, number, blocks[number]])
            }
        }
        if progress.blocks.count < blocksInPlace.count {
            try db.execute(sql: "DELETE FROM block WHERE file >= ?", arguments: [progress.blocks.count])
        }
        return progress.blocks
    }

    private func blocks(of stored: StoredProgress) throws -> [[String]] {
        guard stored.blockCounts.count == stored.progress.files.count else { throw UnreadableRow() }
        return try stored.blockCounts.enumerated().map { file, count in
            let blocks = try String.fetchAll(
                db, sql: "SELECT hash FROM block WHERE file = ? ORDER BY number", arguments: [file])
            guard blocks.count == count else { throw UnreadableRow() }
            return blocks
        }
    }

    private func body(_ name: String) throws -> Data? {
        guard
            let row = try Row.fetchOne(db, sql: "SELECT body, seal FROM document WHERE name = ?", arguments: [name])
        else { return nil }
        guard let body = row[0] as Data?, row[1] as Int64? == Self.seal(body) else { throw UnreadableRow() }
        return body
    }

    private func write(_ name: String, _ body: Data) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO document (name, body, seal) VALUES (?, CAST(? AS TEXT), ?)
                ON CONFLICT (name) DO UPDATE SET body = excluded.body, seal = excluded.seal
                """)
        try statement.execute(arguments: [name, body, Self.seal(body)])
    }

    private static func seal(_ body: Data) -> Int64 {
        var seal = Seal()
        seal.add(body)
        return seal.value
    }
}

/// A binding as JSON, made by the caller's task: the database's queue only copies bytes.
struct EncodedBinding: Sendable {
    let body: Data

    init(_ binding: CheckpointBinding) throws { body = try JSONEncoder().encode(binding) }
}

/// Progress as JSON, apart from the hashes of the source's blocks.
struct EncodedProgress: Sendable {
    let body: Data
    let blocks: [[String]]

    init(_ progress: RunProgress) throws {
        blocks = progress.files.map(\.blocks)
        var stored = StoredProgress(progress: progress, blockCounts: blocks.map(\.count))
        for index in stored.progress.files.indices { stored.progress.files[index].blocks = [] }
        body = try JSONEncoder().encode(stored)
    }
}

private struct StoredProgress: Codable {
    var progress: RunProgress
    var blockCounts: [Int]
}
