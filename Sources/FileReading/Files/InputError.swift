package import ImportCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why the source cannot be read.
package enum InputError: PresentableError, Equatable {
    case missing(path: String)
    case noMatch(pattern: String)
    case isDirectory(path: String)
    case unreadable(path: String, errno: Int32)
    case readFailed(path: String, errno: Int32)
    case empty(path: String)
    /// Its name is that of a JSON file, and the plan states no format.
    case emptyJSON(path: String)
    case compressed(path: String, kind: String)
    case notText(path: String)
    case notTheFormat(path: String, stated: SourceDescription.Format, looksLike: String)
    case brokenHeader(path: String, line: Int, message: String)
    case changed(path: String, what: String)
    /// It was written to, or replaced, between its first byte and its last.
    case changedWhileRead(path: String)
    case scratch(path: String, errno: Int32)

    package var report: FailureReport {
        switch self {
        case .missing(let path):
            FailureReport(.noInput, place: path, "the file does not exist", hint: "check source.files in the plan")
        case .noMatch(let pattern):
            FailureReport(
                .noInput, place: pattern, "no file matches this pattern",
                hint: "patterns in a plan are relative to the plan's folder")
        case .isDirectory(let path):
            FailureReport(
                .noInput, place: path, "this is a directory, not a file", hint: "name the files in it: \(path)/*.csv")
        case .unreadable(let path, let code):
            FailureReport(.noInput, place: path, "the file cannot be opened: \(Self.text(code))")
        case .readFailed(let path, let code):
            FailureReport(
                .noInput, place: path, "reading failed: \(Self.text(code))",
                hint: "check the disk or the connection, then repeat the same command")
        case .empty(let path):
            FailureReport(
                .data, place: path, "the file is empty: it has not even a header", hint: "export the tickets again")
        case .emptyJSON(let path):
            FailureReport(
                .data, place: path, "the file is empty: it holds no record, and nothing tells its format",
                hint: "export the tickets again; where none is right, say format: jsonl, which may be empty")
        case .compressed(let path, let kind):
            FailureReport(
                .data, place: path, "this is \(kind), which is not yet read in this version",
                hint: "unpack it, and name what was in it")
        case .notText(let path):
            FailureReport(
                .data, place: path, "the file begins with bytes that no CSV or JSON Lines file has",
                hint: "export the tickets as CSV or JSON Lines, in UTF-8")
        case .notTheFormat(let path, let stated, let looksLike):
            FailureReport(
                .data, place: path, "the plan says format: \(stated.rawValue), but the file is \(looksLike)",
                hint: "correct source.format, or leave it out: it is found by looking at the bytes")
        case .brokenHeader(let path, let line, let message):
            FailureReport(.data, place: "\(path):\(line)", "the header cannot be read: \(message)")
        case .changed(let path, let what):
            FailureReport(
                .data, place: path, "the file is not the one that this run began with: \(what)",
                safe: "nothing was sent; the checkpoint is unchanged",
                hint: "put the file back, or give the checkpoint another input with --source FILE")
        case .changedWhileRead(let path):
            FailureReport(
                .data, place: path, "the file changed while it was read",
                safe: "nothing was sent; the baseline is unchanged",
                hint: "let the export finish before the night begins, then repeat the same command")
        case .scratch(let path, let code):
            FailureReport(
                .cannotWrite, place: path, "the index of keys cannot be written: \(Self.text(code))",
                hint: "free space there, or set TMPDIR to a larger disk")
        }
    }

    private static func text(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }
}
