import Foundation
import GRDB

/// What compacting a checkpoint came to.
package struct Compaction: Sendable, Equatable {
    /// Bytes of the file, its log included.
    package var before: Int
    package var after: Int
}

extension CheckpointFile {
    /// Writes the file anew, densely, and empties its log. No row is left out: every one of them keeps a record from
    /// being sent twice, or says why it was rejected; a later attempt at a record has its row already, in its place.
    ///
    /// SQLite builds the new file beside the old one and copies it over through its log, so that a kill at any moment
    /// leaves the one or the other. It takes as long as reading and writing the file twice.
    ///
    /// - Throws: `CheckpointError.cannotWrite` before anything is written, where the disk has not the room.
    package func compact() async throws -> Compaction {
        try await alone { [path] db in
            let before = try Self.size(path)
            try Self.checkRoom(path, bytes: before)
            try Self.emptyLog(db)
            try db.execute(sql: "VACUUM")
            try Self.emptyLog(db)
            return Compaction(before: before, after: try Self.size(path))
        }
    }

    /// A reader keeps the log as it is; then it is emptied when the checkpoint is next closed.
    private static func emptyLog(_ db: Database) throws {
        do {
            try db.checkpoint(.truncate)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            return
        }
    }

    private static func size(_ path: String) throws -> Int {
        try [path, path + "-wal"].reduce(0) { sum, name in
            guard case .regular(let size)? = try FileKind(at: name) else { return sum }
            return sum + size
        }
    }

    /// The log beside the file and SQLite's temporary file may each become as large as the file is.
    private static func checkRoom(_ path: String, bytes: Int) throws {
        let beside = try Volume(folder(of: path))
        let temporary = try Volume(Self.temporaryFolder)
        for (volume, copies) in beside.id == temporary.id ? [(beside, 2)] : [(beside, 1), (temporary, 1)]
        where volume.free < copies * bytes {
            throw CheckpointError.cannotWrite(
                path: path,
                reason: "compacting may take \(copies * bytes) bytes in \(volume.folder), and \(volume.free) are free")
        }
    }

    /// The first of SQLite's own choices that is there (https://sqlite.org/tempfiles.html).
    private static var temporaryFolder: String {
        let environment = ProcessInfo.processInfo.environment
        let folders = [environment["SQLITE_TMPDIR"], environment["TMPDIR"], "/var/tmp", "/usr/tmp", "/tmp"]
        return folders.compactMap(\.self).first { access($0, W_OK | X_OK) == 0 } ?? "."
    }
}

/// A disk, as far as a folder on it tells.
private struct Volume {
    let folder: String
    let id: UInt64
    /// Bytes that this user may still write.
    let free: Int

    init(_ folder: String) throws(SystemError) {
        var facts = stat()
        var room = statvfs()
        guard stat(folder, &facts) == 0, statvfs(folder, &room) == 0 else { throw .current }
        self.folder = folder
        id = UInt64(truncatingIfNeeded: facts.st_dev)
        free = Int(room.f_bavail) * Int(room.f_frsize)
    }
}
