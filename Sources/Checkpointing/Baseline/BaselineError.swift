package import ImportCore

/// Why a baseline, or a night's comparison with it, cannot be used. Never a reason to take every record for new.
package enum BaselineError: PresentableError, Equatable {
    /// The checkpoint knows of earlier nights, and their baseline is not there.
    case missing(path: String)
    case notAFile(path: String)
    /// A file, but not one of ours.
    case foreign(path: String)
    /// Ours, and torn or altered.
    case damaged(path: String, detail: String)
    /// Written by a later version of this program.
    case newer(path: String, version: Int, known: Int)
    case cannotRead(path: String, reason: String)
    case cannotWrite(path: String, reason: String)
    /// The folder for temporary files.
    case scratch(folder: String, reason: String)

    package var report: FailureReport {
        switch self {
        case .missing(let path):
            FailureReport(
                .data, place: path, "the baseline of the last night is gone", safe: Self.nothingSent, hint: Self.putBack
            )
        case .notAFile(let path):
            FailureReport(
                .data, place: path, "the baseline is not a file, or a symbolic link", safe: Self.nothingSent,
                hint: Self.putBack)
        case .foreign(let path):
            FailureReport(
                .data, place: path, "this file is not a baseline of pingback-import",
                safe: Self.nothingSent + "; the file was not changed", hint: Self.putBack)
        case .damaged(let path, let detail):
            FailureReport(
                .data, place: path, "the baseline is damaged: \(detail)", safe: Self.nothingSent, hint: Self.putBack)
        case .newer(let path, let version, let known):
            FailureReport(
                .data, place: path,
                "the baseline has version \(version), written by a later pingback-import; this one knows \(known)",
                safe: Self.nothingSent + "; the file was not changed", hint: "continue with the later program")
        case .cannotRead(let path, let reason):
            FailureReport(
                .data, place: path, "the baseline cannot be read: \(reason)", safe: Self.nothingSent,
                hint: "check the disk and the file's owner, then repeat the same command")
        case .cannotWrite(let path, let reason):
            FailureReport(
                .cannotWrite, place: path, "the baseline cannot be written: \(reason)",
                safe: "the baseline of the last night is unchanged; what was sent stands in the checkpoint",
                hint: "free the disk or the permission, and repeat the same command; it continues from there")
        case .scratch(let folder, let reason):
            FailureReport(
                .cannotWrite, place: folder, "the records cannot be put into order: \(reason)", safe: Self.nothingSent,
                hint: "free space there, or set TMPDIR to a larger disk")
        }
    }

    private static let nothingSent = "nothing was sent"
    private static let putBack = "put back a copy of it; without one every record would count as new"
}
