package import ImportCore

/// Why a file that a person reads cannot be written, or gone on with.
package enum ReportError: PresentableError, Equatable {
    case cannotWrite(path: String, reason: String)
    /// Where the folder of the reports should be stands something else.
    case notAFolder(path: String)
    /// The checkpoint remembers more of the file than there is.
    case tooShort(path: String, found: Int, committed: Int)

    package var report: FailureReport {
        switch self {
        case .cannotWrite(let path, let reason):
            FailureReport(
                .cannotWrite, place: path, "cannot be written: \(reason)",
                safe: "no record counts as done that is missing here",
                hint: "free the disk or the permission, and repeat the same command")
        case .notAFolder(let path):
            FailureReport(
                .cannotWrite, place: path, "this is a file, and the rejected records go into a folder",
                safe: "the file was not changed, and nothing was sent", hint: "name a folder with --rejects")
        case .tooShort(let path, let found, let committed):
            FailureReport(
                .data, place: path,
                "the file was shortened: it has \(found) bytes, of which the checkpoint remembers \(committed)",
                safe: "nothing was sent", hint: "put back the file as the last run left it; work on a copy of it")
        }
    }
}
