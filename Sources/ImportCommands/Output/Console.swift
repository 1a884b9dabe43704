import ImportCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Standard output was closed by its reader: the quiet end of a pipeline.
struct ClosedOutput: Error {}

/// Standard output takes no more for another reason, such as a full disk: what was written is not all.
struct OutputFailure: PresentableError {
    let code: Int32

    var report: FailureReport {
        FailureReport(
            .cannotWrite, place: "standard output", "cannot be written: \(String(cString: strerror(code)))",
            hint: "free the disk, or write somewhere else, and repeat the same command")
    }
}

/// Where the program talks: data to standard output, talk to standard error, nothing of it a person's.
struct Console: Sendable {
    enum LogFormat: String, Sendable { case text, json }

    var isQuiet = false
    var format = LogFormat.text
    /// Whether a line for machines may hold values of a record.
    var showsValues = false

    /// Names what the lines from here on are about.
    static func about(plan: String, destination: String?) {
        LogOrigin.current.withLock { ($0.plan, $0.destination) = (plan, destination) }
    }

    static func about(run: String) { LogOrigin.current.withLock { $0.run = run } }

    /// Whether a person is looking at standard error.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// A line of talk; left out with `--quiet`.
    func say(_ text: String, _ event: LogEvent = .message, _ fields: [(key: String, value: LogValue?)] = []) {
        if !isQuiet { write(LogLine(event: event, level: .info, message: text, fields: fields)) }
    }

    /// A line that is said even with `--quiet`.
    func warn(_ text: String, _ event: LogEvent = .warning, _ fields: [(key: String, value: LogValue?)] = []) {
        write(LogLine(event: event, level: .warning, message: text, fields: fields))
    }

    /// Something that a person should know, and that stops nothing; said even with `--quiet`.
    func note(_ text: String) {
        switch format {
        case .text: Self.put("note: " + text + "\n", to: STDERR_FILENO)
        case .json: write(LogLine(event: .note, level: .warning, message: text))
        }
    }

    /// The last line of a command, fit for a cron mail; said even with `--quiet`.
    func conclude(_ text: String, _ fields: [(key: String, value: LogValue?)] = []) {
        write(LogLine(event: .ended, level: .info, message: text, fields: fields))
    }

    /// A warning about the plan; left out with `--quiet`.
    func warn(_ warning: PlanWarning) {
        guard !isQuiet else { return }
        switch format {
        case .text: Self.put(warning.text + "\n", to: STDERR_FILENO)
        case .json:
            write(
                LogLine(
                    event: .warning, level: .warning, message: warning.message,
                    fields: [("place", .text(warning.place)), ("try", .text(warning.hint))]))
        }
    }

    func fail(_ report: FailureReport) {
        switch format {
        case .text: Self.put(report.text + "\n", to: STDERR_FILENO)
        case .json:
            write(
                LogLine(
                    event: .error, level: .error, message: report.message,
                    fields: [
                        ("status", .number(Int(report.status.rawValue))), ("place", .text(report.place)),
                        ("safe", .text(report.safe)), ("try", .text(report.hint)),
                    ]))
        }
    }

    private func write(_ line: LogLine) {
        switch format {
        case .text: Self.put(line.message + "\n", to: STDERR_FILENO)
        // One write a line: what others write into the same log stands between lines.
        case .json: Self.put(line.json(), to: STDERR_FILENO)
        }
    }

    /// Data, as it is.
    static func print(_ bytes: [UInt8]) throws {
        switch put(bytes, to: STDOUT_FILENO) {
        case 0: break
        case EPIPE: throw ClosedOutput()
        case let code: throw OutputFailure(code: code)
        }
    }

    static func print(_ text: String) throws { try print(Array((text + "\n").utf8)) }

    /// Text without line end on standard error, for the progress line.
    static func progress(_ text: String) { put(text, to: STDERR_FILENO) }

    @discardableResult
    private static func put(_ text: String, to descriptor: Int32) -> Int32 { put(Array(text.utf8), to: descriptor) }

    /// Returns 0, or the error's number.
    @discardableResult
    private static func put(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                #if canImport(Glibc)
                    let written = Glibc.write(
                        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                #else
                    let written = Darwin.write(
                        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                #endif
                if written < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                rest = rest.dropFirst(written)
            }
            return 0
        }
    }
}
