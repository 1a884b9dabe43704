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

    /// Whether a person is looking at standard error.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// A line of talk; left out with `--quiet`.
    func say(_ text: String) {
        if !isQuiet { write(text, level: "info") }
    }

    /// A line that is said even with `--quiet`.
    func warn(_ text: String) { write(text, level: "warning") }

    /// A warning about the plan; left out with `--quiet`.
    func warn(_ warning: PlanWarning) {
        guard !isQuiet else { return }
        switch format {
        case .text: Self.put(warning.text + "\n", to: STDERR_FILENO)
        case .json:
            putObject([
                ("level", "warning"), ("place", warning.place), ("message", warning.message), ("try", warning.hint),
            ])
        }
    }

    func fail(_ report: FailureReport) {
        switch format {
        case .text: Self.put(report.text + "\n", to: STDERR_FILENO)
        case .json:
            var line = JSONText()
            line.beginObject()
            line.key("level")
            line.string("error")
            line.key("status")
            line.number(report.status.rawValue)
            for (key, value) in [
                ("place", report.place), ("message", report.message), ("safe", report.safe), ("try", report.hint),
            ] {
                line.key(key)
                if let value { line.string(value) } else { line.null() }
            }
            line.endObject()
            line.endLine()
            Self.put(line.bytes, to: STDERR_FILENO)
        }
    }

    private func write(_ text: String, level: String) {
        switch format {
        case .text: Self.put(text + "\n", to: STDERR_FILENO)
        case .json: putObject([("level", level), ("message", text)])
        }
    }

    private func putObject(_ members: [(key: String, value: String)]) {
        var line = JSONText()
        line.beginObject()
        for (key, value) in members {
            line.key(key)
            line.string(value)
        }
        line.endObject()
        line.endLine()
        Self.put(line.bytes, to: STDERR_FILENO)
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
