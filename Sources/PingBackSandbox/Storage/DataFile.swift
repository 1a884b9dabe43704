import Dispatch
import Foundation
import GRDB

/// A sandbox's SQLite file, opened for one business.
///
/// It is in WAL mode with `synchronous = NORMAL`: what is committed outlives a kill of the process, though the last
/// commits may be lost with the machine's power. Several programs may have it open; each waits for the others.
struct DataFile: Sendable {
    /// Made with the file and never changed: what tells this data from data that came to lie in its place.
    let id: String

    let database: DatabasePool

    /// How long a statement waits for another program's write.
    private static let busyTimeout: TimeInterval = 10

    static func open(at path: String, for business: Business) async throws(SandboxError) -> DataFile {
        let opened = await blocking { () -> Result<DataFile, SandboxError> in
            do {
                return .success(try openPatiently(at: path, for: business))
            } catch let error as SandboxError {
                return .failure(error)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
                return .failure(.notSandboxData(path: path))
            } catch let error as DatabaseError {
                return .failure(.dataFileUnusable(path: path, reason: error.message ?? "\(error.resultCode)"))
            } catch {
                return .failure(.dataFileUnusable(path: path, reason: String(describing: error)))
            }
        }
        return try opened.get()
    }

    /// Merges the WAL into the file, so that the file alone is the data.
    func close() async {
        await Self.blocking {
            // SQLite merges and removes the WAL when the last connection closes, if that one may write. A pool closes
            // its read-only ones last, so one more that may write follows. Where this fails the WAL stays beside the
            // file, and the next to open the file reads both.
            try? database.close()
            guard let last = try? DatabaseQueue(path: database.path, configuration: Self.configuration) else { return }
            _ = try? last.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM meta") }
            try? last.close()
        }
    }

    /// Opens the file, and waits for another program that is just doing the same: SQLite does not wait by itself where
    /// two connections switch a file to WAL at once (its busy handler is not asked then).
    private static func openPatiently(at path: String, for business: Business) throws -> DataFile {
        let deadline = Date().addingTimeInterval(busyTimeout)
        while true {
            do {
                return try openNow(at: path, for: business)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && Date() < deadline {
                Thread.sleep(forTimeInterval: 0.02)
            }
        }
    }

    private static func openNow(at path: String, for business: Business) throws -> DataFile {
        // SQLite would create the file with the mode that the umask leaves; WAL and index take the mode of the file.
        try PrivateFile.createIfMissing(path)
        // Looked at, and filled, with a plain connection in a transaction of its own: a file that is not ours is not
        // even switched to WAL, and of two programs that find an empty file one fills it and the other waits.
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let id = try queue.write { try identify($0, at: path, for: business) }
        try queue.close()
        return DataFile(id: id, database: try DatabasePool(path: path, configuration: configuration))
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "sandbox"
        configuration.busyMode = .timeout(busyTimeout)
        return configuration
    }

    private static func identify(_ database: Database, at path: String, for business: Business) throws -> String {
        let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0
        let applicationID = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        if isEmpty && applicationID == 0 {
            let id = UUID().uuidString.lowercased()
            try Schema.create(in: database, for: business, dataID: id)
            return id
        }
        guard applicationID == Schema.applicationID else { throw SandboxError.notSandboxData(path: path) }
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version <= Schema.version else {
            throw SandboxError.newerDataFormat(path: path, found: version, known: Schema.version)
        }
        let value = "SELECT value FROM meta WHERE name = ?"
        guard let id = try String.fetchOne(database, sql: value, arguments: ["data_id"]),
            let owner = try String.fetchOne(database, sql: value, arguments: ["business_id"])
        else { throw SandboxError.notSandboxData(path: path) }
        guard owner == business.id else {
            throw SandboxError.dataOfAnotherBusiness(path: path, found: owner, expected: business.id)
        }
        return id
    }

    /// Opening and closing may wait for another program's lock: on a thread of Dispatch, not of the cooperative pool.
    private static func blocking<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .userInitiated).async { continuation.resume(returning: work()) }
        }
    }
}
