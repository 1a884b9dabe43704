package import ImportCore

/// Why a checkpoint, or the lock beside it, cannot be used.
package enum CheckpointError: PresentableError, Equatable {
    /// The name is a symbolic link: what it points to may be somebody else's.
    case symbolicLink(path: String)
    case notAFile(path: String)
    /// Asked for to be read only, and not there.
    case missing(path: String)
    /// A file, but not one of ours.
    case foreign(path: String)
    /// Ours, and torn, altered, or emptied.
    case damaged(path: String, detail: String)
    /// Written by a later version of this program.
    case newer(path: String, version: Int, known: Int)
    /// The write-ahead log of a checkpoint whose file is gone.
    case orphanedLog(path: String)
    case cannotWrite(path: String, reason: String)
    /// SQLite does not promise here that what is committed survives a power cut.
    case notDurable(path: String, reason: String)
    /// Another program keeps the file busy.
    case busy(path: String)
    /// Another run holds the lock; `owner` is what it wrote about itself.
    case locked(path: String, owner: String?)
    case lockRefused(path: String, reason: String)

    package var report: FailureReport {
        switch self {
        case .symbolicLink(let path):
            FailureReport(
                .data, place: path, "a checkpoint may not be a symbolic link", safe: Self.nothingSent,
                hint: "name the file itself with --checkpoint")
        case .notAFile(let path):
            FailureReport(
                .data, place: path, "the checkpoint is not a file", safe: Self.nothingSent,
                hint: "name another one with --checkpoint")
        case .missing(let path):
            FailureReport(
                .noInput, place: path, "there is no checkpoint",
                hint: "a run creates it; name another one with --checkpoint")
        case .foreign(let path):
            FailureReport(
                .data, place: path, "this file is not a checkpoint of pingback-import",
                safe: Self.nothingSent + "; the file was not changed", hint: "name another one with --checkpoint")
        case .damaged(let path, let detail):
            FailureReport(
                .data, place: path, "the checkpoint is damaged: \(detail)", safe: Self.nothingSent,
                hint: "put back a copy of it; without one, find out what is in before a run begins anew, "
                    + "because a new checkpoint sends every record again")
        case .newer(let path, let version, let known):
            FailureReport(
                .data, place: path,
                "the checkpoint has version \(version), written by a later pingback-import; this one knows \(known)",
                safe: Self.nothingSent + "; the file was not changed", hint: "continue with the later program")
        case .orphanedLog(let path):
            FailureReport(
                .data, place: path, "the checkpoint is gone, but its log \(path)-wal is still there",
                safe: Self.nothingSent,
                hint: "put the checkpoint back beside its log; to begin anew, remove the log as well")
        case .cannotWrite(let path, let reason):
            FailureReport(
                .cannotWrite, place: path, "the checkpoint cannot be written: \(reason)",
                safe: "nothing is sent that the checkpoint does not remember",
                hint: "free the disk or the permission, and repeat the same command; it continues from there")
        case .notDurable(let path, let reason):
            FailureReport(
                .cannotWrite, place: path, "the checkpoint would not survive a power cut: \(reason)",
                safe: Self.nothingSent, hint: "keep the checkpoint on a local disk, with --checkpoint")
        case .busy(let path):
            FailureReport(
                .locked, place: path, "another program keeps the checkpoint busy",
                safe: "nothing is sent that the checkpoint does not remember",
                hint: "close that program, and repeat the same command")
        case .locked(let path, let owner):
            FailureReport(
                .locked, place: path, "another run holds the lock" + (owner.map { ": \($0)" } ?? ""),
                safe: Self.nothingSent,
                hint: "wait for it to end, or stop it; the lock is free when its process is gone")
        case .lockRefused(let path, let reason):
            FailureReport(
                .cannotWrite, place: path, "the lock cannot be taken: \(reason)", safe: Self.nothingSent,
                hint: "keep the checkpoint on a disk that knows locks, with --checkpoint")
        }
    }

    private static let nothingSent = "nothing was sent"
}
