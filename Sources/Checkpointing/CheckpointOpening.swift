import Dispatch
import Foundation
import GRDB
import ImportCore

/// How a checkpoint is found, recognised, and made ready: the steps whose order keeps a wrong file from being used.
enum CheckpointOpening {
    struct Opened: Sendable {
        let database: DatabaseQueue
        let blocksInPlace: [[String]]
    }

    /// Up to here a file is read as a whole before it is used (`PRAGMA quick_check`): 64 MiB are over a million rows,
    /// and take about a tenth of a second. A larger one is checked page by page and row by row as it is read.
    private static let wholeCheckLimit = 64 << 20

    /// How long SQLite waits while another process, reading the file, recovers or closes its log.
    private static let patience = 5.0

    static func open(_ path: String, forWriting: Bool) async throws -> Opened {
        try await offThePool {
            do {
                return try openNow(path, forWriting: forWriting)
            } catch {
                throw CheckpointError(error, path: path)
            }
        }
    }

    /// Blocking calls have no place on the cooperative pool.
    static func offThePool<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { done in
            DispatchQueue.global().async { done.resume(with: Result { try work() }) }
        }
    }

    private static func openNow(_ path: String, forWriting: Bool) throws -> Opened {
        switch try FileKind(at: path) {
        case nil where !forWriting: throw CheckpointError.missing(path: path)
        case nil: try create(path)
        case .symbolicLink?: throw CheckpointError.symbolicLink(path: path)
        case .folder?, .other?: throw CheckpointError.notAFile(path: path)
        // SQLite would take it for a new database, and the run for a new run.
        case .regular(size: 0)?: throw CheckpointError.damaged(path: path, detail: "it is empty")
        case .regular?: try checkVersions(path)
        }
        let database = try DatabaseQueue(path: path, configuration: configuration(path, forWriting: forWriting))
        return try database.writeWithoutTransaction { db in
            if forWriting {
                try CheckpointSchema.migrate(db)
                try promiseDurability(db, path: path)
            }
            let progress = try DocumentTable(db: db).progress()
            return Opened(database: database, blocksInPlace: progress?.files.map(\.blocks) ?? [])
        }
    }

    /// The numbers at 18 and 19 of a database's header: 1 without a write-ahead log, 2 with one (SQLite's "Database File
    /// Format", 1.3.3). Of a damaged one SQLite says that the database is read-only, which would send somebody looking for
    /// a permission.
    private static func checkVersions(_ path: String) throws {
        guard let file = FileHandle(forReadingAtPath: path), let header = try file.read(upToCount: 20),
            header.starts(with: Data("SQLite format 3\0".utf8)), header.count == 20
        else { return }
        guard header[18...].allSatisfy({ $0 == 1 || $0 == 2 }) else {
            throw CheckpointError.damaged(path: path, detail: "its header names no version of SQLite's format")
        }
    }

    /// The file is judged before GRDB turns the write-ahead log on, which would change somebody else's database.
    private static func configuration(_ path: String, forWriting: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.label = "checkpoint"
        configuration.busyMode = .timeout(patience)
        configuration.readonly = !forWriting
        configuration.journalMode = forWriting ? .wal : .default
        configuration.prepareDatabase { db in
            try CheckpointSchema.check(db, path: path)
            guard case .regular(let size)? = try FileKind(at: path), size <= wholeCheckLimit else { return }
            let verdict = try String.fetchOne(db, sql: "PRAGMA quick_check(1)")
            guard verdict == "ok" else {
                throw CheckpointError.damaged(path: path, detail: "SQLite finds its pages torn")
            }
        }
        return configuration
    }

    /// GRDB sets `synchronous` to NORMAL whenever it turns the write-ahead log on, after `prepareDatabase`; with
    /// NORMAL a power cut may take back the last commits. So FULL is set here, and read back.
    private static func promiseDurability(_ db: Database, path: String) throws {
        try db.execute(sql: "PRAGMA synchronous = FULL")
        // Of effect on macOS only, where a plain fsync does not reach the disk.
        try db.execute(sql: "PRAGMA fullfsync = ON")
        try db.execute(sql: "PRAGMA checkpoint_fullfsync = ON")
        // `GroupCommit` copies the log itself.
        try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
        let full = 2
        guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == full else {
            throw CheckpointError.notDurable(path: path, reason: "SQLite does not take synchronous = FULL")
        }
        guard try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal" else {
            throw CheckpointError.notDurable(path: path, reason: "SQLite keeps no write-ahead log here")
        }
    }

    /// Builds a new checkpoint beside its name and gives it the name when it is whole, so that a kill in between
    /// leaves none, and an empty file is always a damaged one. The lock keeps two processes from doing it at once.
    ///
    /// It has its write-ahead log by then: turning that on leaves, when killed, a rollback journal that only a writer can
    /// take back, and `status` is none.
    private static func create(_ path: String) throws {
        // A log without its file would be read into the new one.
        guard try FileKind(at: path + "-wal") == nil else { throw CheckpointError.orphanedLog(path: path) }
        let temporary = path + ".new"
        let leftovers = ["", "-journal", "-wal", "-shm"].map { temporary + $0 }
        for leftover in leftovers where unlink(leftover) != 0 && errno != ENOENT {
            throw CheckpointError.cannotWrite(path: path, reason: SystemError.current.text)
        }
        // SQLite gives the log and its index the same mode as the file.
        do {
            try FileDescriptor(opening: temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW).close()
            var configuration = Configuration()
            configuration.journalMode = .wal
            let database = try DatabaseQueue(path: temporary, configuration: configuration)
            try database.writeWithoutTransaction { try CheckpointSchema.migrate($0) }
            try database.close()
            guard rename(temporary, path) == 0 else { throw SystemError.current }
            try FileDescriptor.synchronizeFolder(folder(of: path))
        } catch let error as SystemError {
            throw CheckpointError.cannotWrite(path: path, reason: error.text)
        }
    }
}
