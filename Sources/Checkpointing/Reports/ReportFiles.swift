import Foundation
package import ImportCore

/// The folder of a run's rejects: `rejected.csv` or `rejected.jsonl`, to be corrected and run again, and
/// `rejections.jsonl`, which says why.
///
/// After any kill the files equal those of an undisturbed run, byte for byte: their lengths are committed with the
/// run's position, and a later process cuts them back to it before it goes on from there. Records come in file order.
/// A run that rejects nothing leaves neither files nor folder.
package actor ReportFiles: RejectionReport {
    package enum Format: Sendable {
        /// With the header's original bytes; nil for a file that has none.
        case csv(header: [UInt8]?)
        case jsonLines

        var fileName: String {
            switch self {
            case .csv: "rejected.csv"
            case .jsonLines: "rejected.jsonl"
            }
        }
    }

    /// How the source writes what its records are taken from: the rejected ones go back in the same way.
    package struct Writing: Sendable {
        package var lineFeed: [UInt8]
        package var carriageReturn: [UInt8]
        /// What a file of JSON Lines begins with; that of a CSV file stands before its header.
        package var mark: [UInt8]

        package init(
            lineFeed: [UInt8] = [UInt8(ascii: "\n")], carriageReturn: [UInt8] = [UInt8(ascii: "\r")],
            mark: [UInt8] = []
        ) {
            self.lineFeed = lineFeed
            self.carriageReturn = carriageReturn
            self.mark = mark
        }
    }

    package static let findingsName = "rejections.jsonl"

    private let folder: String
    private let format: Format
    private let writing: Writing
    private let records: AppendingFile
    private let findings: AppendingFile
    private var hasFolder = false
    private nonisolated let executor = BlockingExecutor(label: "reports")

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private init(folder: String, format: Format, writing: Writing) {
        self.folder = folder
        self.format = format
        self.writing = writing
        records = AppendingFile(
            folder + "/" + format.fileName, lineEnds: [writing.lineFeed, writing.carriageReturn])
        findings = AppendingFile(folder + "/" + Self.findingsName)
    }

    /// Opens the reports of a run at the position whose lengths are given: what is longer is cut back, what is not
    /// named is removed. Refuses a folder that cannot be written, before anything is sent.
    package static func open(
        folder: String, format: Format, writing: Writing = Writing(), lengths: [String: Int]
    ) async throws -> ReportFiles {
        let files = ReportFiles(folder: folder, format: format, writing: writing)
        try await files.cutBack(to: lengths)
        return files
    }

    package func append(_ rejected: [RejectedRecord]) throws {
        var lines = JSONText()
        for record in rejected {
            try makeFolder()
            if records.length == 0 {
                switch format {
                case .csv(let header): if let header { try records.append(header) }
                case .jsonLines: try records.append(writing.mark)
                }
            }
            // Of CSV, only a file's last record lacks its line end; of JSON, every one, and a mark is none.
            if !record.isContinuation && !records.endsWithNewline && records.length > markLength {
                try records.append(writing.lineFeed)
            }
            try records.append(record.bytes)
            record.writeFindings(to: &lines)
        }
        try findings.append(lines.bytes)
    }

    /// Returns when everything appended is on the disk, with the lengths to be committed.
    package func flush() throws -> [String: Int] {
        try records.flush()
        try findings.flush()
        return [format.fileName: records.length, Self.findingsName: findings.length].filter { $0.value > 0 }
    }

    /// Bytes before the first line.
    private var markLength: Int { if case .jsonLines = format { writing.mark.count } else { 0 } }

    private func cutBack(to lengths: [String: Int]) throws {
        if isNoFolder() { throw ReportError.notAFolder(path: folder) }
        do throws(SystemError) {
            try requireWritable()
            for leftover in [Format.csv(header: nil), .jsonLines].map(\.fileName) where leftover != format.fileName {
                let path = folder + "/" + leftover
                guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else { throw .current }
            }
        } catch {
            throw ReportError.cannotWrite(path: folder, reason: error.text)
        }
        try records.cutBack(to: lengths[format.fileName] ?? 0)
        try findings.cutBack(to: lengths[Self.findingsName] ?? 0)
    }

    /// Whether something else than a folder has its name, behind a symbolic link or not.
    private func isNoFolder() -> Bool {
        var facts = stat()
        return stat(folder, &facts) == 0 && facts.st_mode & S_IFMT != S_IFDIR
    }

    /// Asks for the nearest folder that exists, since the last one is made only when it is needed.
    private func requireWritable() throws(SystemError) {
        var nearest = folder
        while try FileKind(at: nearest) == nil { nearest = Checkpointing.folder(of: nearest) }
        // The mode bits alone would not know of a read-only file system.
        guard access(nearest, W_OK | X_OK) == 0 else { throw .current }
        var facts = stat()
        guard stat(nearest, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else { throw SystemError(code: ENOTDIR) }
    }

    private func makeFolder() throws {
        guard !hasFolder else { return }
        do throws(SystemError) {
            try Self.makeFolder(folder)
        } catch {
            throw ReportError.cannotWrite(path: folder, reason: error.text)
        }
        hasFolder = true
    }

    static func makeFolder(_ path: String) throws(SystemError) {
        if mkdir(path, 0o700) == 0 { return try FileDescriptor.synchronizeFolder(Checkpointing.folder(of: path)) }
        switch errno {
        case EEXIST: return
        case ENOENT:
            try makeFolder(Checkpointing.folder(of: path))
            try makeFolder(path)
        default: throw .current
        }
    }
}
