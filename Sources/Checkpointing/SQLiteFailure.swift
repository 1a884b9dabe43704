import GRDB

extension CheckpointError {
    /// What an error of SQLite means for the checkpoint at `path`.
    ///
    /// Whatever says that the file's content is not what we wrote is damage (an SQL statement that fails is one of
    /// ours, so its tables are not ours any more); all else is a disk that does not do what it is asked.
    init(_ error: any Error, path: String) {
        if let known = error as? CheckpointError {
            self = known
            return
        }
        if let error = error as? SystemError {
            self = .cannotWrite(path: path, reason: error.text)
            return
        }
        guard let error = error as? DatabaseError else {
            self = .damaged(path: path, detail: "it holds what this program cannot read")
            return
        }
        let words = error.message ?? error.resultCode.description
        switch error.extendedResultCode {
        case .SQLITE_IOERR_READ, .SQLITE_IOERR_SHORT_READ, .SQLITE_IOERR_CORRUPTFS:
            self = .damaged(path: path, detail: "the disk cannot read it")
            return
        default: break
        }
        switch error.resultCode {
        case .SQLITE_NOTADB:
            self = .foreign(path: path)
        case .SQLITE_CORRUPT, .SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_FORMAT, .SQLITE_SCHEMA:
            self = .damaged(path: path, detail: words)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self = .busy(path: path)
        default:
            self = .cannotWrite(path: path, reason: words)
        }
    }
}
