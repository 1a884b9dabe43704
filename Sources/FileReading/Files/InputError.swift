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
    /// It is of a kind that holds no records, or none that are read.
    case foreign(path: String, kind: String)
    /// What is packed cannot be unpacked.
    case damaged(path: String, what: String)
    case encrypted(path: String)
    /// No file of a zip archive matches; the pattern is nil where all were wanted.
    case noMember(path: String, pattern: String?)
    case packedTwice(path: String)
    case zipThroughPipe(path: String)
    case unpacksTooFar(path: String, bytes: Int)
    case unpacksTooMuch(path: String, ratio: Int)
    case unknownEncoding(path: String, name: String, isStateful: Bool)
    case otherEncoding(path: String, stated: String, mark: String)
    case noMark(path: String, likely: String)
    case mixedEncodings(path: String, encoding: String, first: String, firstEncoding: String)
    case notText(path: String)
    case notTheFormat(path: String, stated: SourceDescription.Format, looksLike: String)
    case brokenHeader(path: String, line: Int, message: String)
    /// Lines stand above the header that the plan does not tell of; `lines` counts from the file's beginning.
    case preamble(path: String, lines: Int, columns: Int)
    /// Each record is one quoted cell.
    case wrapped(path: String, line: Int)
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
        case .foreign(let path, let kind):
            FailureReport(
                .data, place: path, "this is \(kind), which is not read",
                hint: "export the tickets as CSV or JSON Lines; these may be packed as gz, zst, xz, bz2 or zip")
        case .damaged, .encrypted, .noMember, .packedTwice, .zipThroughPipe, .unpacksTooFar, .unpacksTooMuch:
            reportOfPacked
        case .unknownEncoding, .otherEncoding, .noMark, .mixedEncodings: reportOfEncoding
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
        case .preamble(let path, let lines, let columns):
            FailureReport(
                .data, place: "\(path):\(lines + 1)",
                "\(columns) columns are named here, and what stands above is no header: reports begin so",
                hint: "if that is so, source: {csv: {preamble: \(lines)}}")
        case .wrapped(let path, let line):
            FailureReport(
                .data, place: "\(path):\(line)",
                "the records are wrapped whole in quotes, each of them in one cell: a spreadsheet took a line for a cell",
                hint: "export the tickets again, and do not open and save the file in a spreadsheet on the way")
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

    private var reportOfPacked: FailureReport {
        switch self {
        case .damaged(let path, let what):
            FailureReport(
                .data, place: path, what,
                hint: "copy or export the file again, then repeat the same command; validate reads a file to its end")
        case .encrypted(let path):
            FailureReport(
                .data, place: path, "this file is encrypted", hint: "unpack it with its password, and name it")
        case .noMember(let path, nil):
            FailureReport(.data, place: path, "the archive holds no file", hint: "export the tickets again")
        case .noMember(let path, let pattern?):
            FailureReport(
                .noInput, place: "\(path)/\(pattern)", "no file in the archive matches this pattern",
                hint: "patterns are held against whole names; see them with: unzip -l")
        case .packedTwice(let path):
            FailureReport(
                .data, place: path, "what is in it is packed once more",
                hint: "unpack it once; a compressed file inside a zip archive is read as it is")
        case .zipThroughPipe(let path):
            FailureReport(
                .data, place: path, "a zip archive cannot be read from a pipe: its directory stands at its end",
                hint: "name the file, or unpack it into the pipe with: unzip -p")
        case .unpacksTooFar(let path, let bytes):
            FailureReport(
                .data, place: path, "it unpacks to more than \(bytes) bytes",
                hint: "look whether it is what it should be; if so, raise limits.unpacked_bytes in the plan")
        case .unpacksTooMuch(let path, let ratio):
            FailureReport(
                .data, place: path, "it unpacks to more than \(ratio) times its bytes, as no export does",
                hint: "look whether it is what it should be; if so, raise limits.unpacked_ratio in the plan")
        default: preconditionFailure("only what is packed is told here")
        }
    }

    private var reportOfEncoding: FailureReport {
        switch self {
        case .unknownEncoding(_, let name, isStateful: false):
            FailureReport(
                .plan, place: nil, "source.encoding is \(name.debugDescription), which iconv does not know",
                hint: "iconv -l lists the names it knows, as windows-1252 or utf-16")
        case .unknownEncoding(_, let name, isStateful: true):
            FailureReport(
                .plan, place: nil,
                "source.encoding is \(name): in it a character may depend on those of other records",
                hint: "convert the file first: iconv -f \(name) -t UTF-8")
        case .otherEncoding(let path, let stated, let mark):
            FailureReport(
                .data, place: path, "the plan says encoding: \(stated), but the file begins with the mark of \(mark)",
                hint: "correct source.encoding, or leave it out: a mark tells")
        case .noMark(let path, let likely):
            FailureReport(
                .data, place: path, "the file has no byte order mark, and looks like \(likely)",
                hint: "if it is, say encoding: \(likely.lowercased())")
        case .mixedEncodings(let path, let encoding, let first, let firstEncoding):
            FailureReport(
                .data, place: path, "the file is \(encoding), but \(first) is \(firstEncoding)",
                hint: "rejected records go into one file: convert one of them, or give each a plan of its own")
        default: preconditionFailure("only encodings are told here")
        }
    }

    private static func text(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }
}
