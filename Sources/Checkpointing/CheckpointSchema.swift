import GRDB

/// The tables of a checkpoint, and how an older file gets the newer ones.
///
/// `application_id` tells our files from other programs'; `user_version` counts the migrations a file has had. A
/// migration, once released, is never edited.
enum CheckpointSchema {
    /// "PbIc" in ASCII; in the header of every SQLite file (offset 68), where `file(1)` finds it too.
    static let applicationID: Int32 = 0x5062_4963

    static var version: Int { migrations.count }

    private struct Migration: Sendable {
        let name: String
        let sql: String
    }

    private static let migrations = [
        Migration(
            name: "records and steps",
            sql: """
                -- One row for each step of a record: id = record << 4 | step. Rows are added at the end, in record
                -- order, and keep their size when they are settled, so that pages fill up and never split.
                CREATE TABLE attempt (
                    id INTEGER PRIMARY KEY,
                    state INTEGER NOT NULL,
                    number INTEGER NOT NULL,
                    key INTEGER NOT NULL,
                    remote_id,
                    started_at INTEGER NOT NULL,
                    seal INTEGER NOT NULL
                );
                -- What only a row that is not settled needs: the index of what is in doubt is this table itself. The last
                -- two columns say what is to be done to the conversation once it is there.
                CREATE TABLE unsettled (
                    id INTEGER PRIMARY KEY,
                    has_content INTEGER NOT NULL,
                    message_digest BLOB,
                    reference_digest BLOB,
                    customer_id TEXT,
                    code TEXT,
                    detail TEXT,
                    assignee_id TEXT,
                    ending INTEGER
                );
                -- The same of a row that is refused, and how many messages the books hold of it.
                CREATE TABLE refused (
                    id INTEGER PRIMARY KEY,
                    has_content INTEGER NOT NULL,
                    message_digest BLOB,
                    reference_digest BLOB,
                    customer_id TEXT,
                    code TEXT,
                    detail TEXT,
                    messages INTEGER NOT NULL
                );
                -- What the checkpoint belongs to, and where the run stands: one JSON document each.
                CREATE TABLE document (name TEXT PRIMARY KEY, body BLOB NOT NULL, seal INTEGER NOT NULL);
                -- The hashes of the source's blocks: they only grow, so they are kept apart from the progress.
                CREATE TABLE block (
                    file INTEGER NOT NULL,
                    number INTEGER NOT NULL,
                    hash TEXT NOT NULL,
                    PRIMARY KEY (file, number)
                ) WITHOUT ROWID;
                """),
        Migration(
            name: "history",
            sql: """
                -- One JSON document for each of the last processes that worked with the checkpoint.
                CREATE TABLE process (number INTEGER PRIMARY KEY, body TEXT NOT NULL, seal INTEGER NOT NULL);
                """),
    ]

    /// Brings a file from its version, 0 for a new one, to ours: each migration whole or not at all.
    static func migrate(_ db: Database) throws {
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        try apply(migrations.dropFirst(found), to: db)
    }

    private static func apply(_ pending: ArraySlice<Migration>, to db: Database) throws {
        for (index, migration) in zip(pending.indices, pending) {
            try db.inTransaction(.immediate) {
                try db.execute(sql: migration.sql)
                try db.execute(sql: "PRAGMA application_id = \(applicationID)")
                try db.execute(sql: "PRAGMA user_version = \(index + 1)")
                return .commit
            }
        }
    }

    /// Refuses a file that is not ours, is too new, or whose tables are not exactly those of its version.
    ///
    /// The tables are compared by their text: one flipped bit in a stored `INTEGER PRIMARY KEY` would leave a valid
    /// database that finds no row any more, and every record would be sent again.
    static func check(_ db: Database, path: String) throws {
        guard try Int32.fetchOne(db, sql: "PRAGMA application_id") == applicationID else {
            throw CheckpointError.foreign(path: path)
        }
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found <= version else { throw CheckpointError.newer(path: path, version: found, known: version) }
        guard found > 0, try tables(of: db) == expectedTables(at: found) else {
            throw CheckpointError.damaged(path: path, detail: "its tables are not those of version \(found)")
        }
    }

    private static func expectedTables(at version: Int) throws -> [String] {
        try DatabaseQueue().writeWithoutTransaction { db in
            try apply(migrations.prefix(version), to: db)
            return try tables(of: db)
        }
    }

    private static func tables(of db: Database) throws -> [String] {
        try String.fetchAll(
            db, sql: "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || ifnull(sql, '') FROM sqlite_master")
    }
}
