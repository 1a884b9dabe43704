package import ImportCore

/// `drift.jsonl` among a run's rejects: what a night left as it is in PingBack, overwrote there, or could not carry, one
/// object a line with the values of both sides. So it is for its owner's eyes alone (0600), as the folder is.
///
/// Its length is committed with the run's position, as those of the other reports are: after any kill it equals that of an
/// undisturbed run, or holds what was about to be done beside it. A night without drift leaves none.
package actor DriftFile: DriftReport {
    package static let name = "drift.jsonl"

    private let folder: String
    private let file: AppendingFile
    private var hasFolder = false
    /// Where what is proposed begins; nil where nothing is.
    private var lengthBefore: Int?
    private nonisolated let executor = BlockingExecutor(label: "drift")

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private init(folder: String) {
        self.folder = folder
        file = AppendingFile(folder + "/" + Self.name)
    }

    /// Opens the list at the position whose lengths are given: what is longer is cut back. `ReportFiles`, opened on the
    /// same folder before, has found out whether it can be written.
    package static func open(folder: String, lengths: [String: Int]) async throws -> DriftFile {
        let list = DriftFile(folder: folder)
        try await list.cutBack(to: lengths[name] ?? 0)
        return list
    }

    private func cutBack(to length: Int) throws { try file.cutBack(to: length) }

    package func append(_ drifts: [ListedDrift]) throws {
        guard !drifts.isEmpty else { return }
        if !hasFolder {
            do throws(SystemError) {
                try ReportFiles.makeFolder(folder)
            } catch {
                throw ReportError.cannotWrite(path: folder, reason: error.text)
            }
            hasFolder = true
        }
        var lines = JSONText()
        for drift in drifts { drift.write(to: &lines) }
        try file.append(lines.bytes)
    }

    package func propose(_ drifts: [ListedDrift]) throws {
        if lengthBefore == nil { lengthBefore = file.length }
        try append(drifts)
        try file.flush()
    }

    package func withdraw() throws {
        guard let length = lengthBefore else { return }
        lengthBefore = nil
        try file.shorten(to: length)
    }

    package func flush() throws -> [String: Int] {
        try file.flush()
        return file.length > 0 ? [Self.name: file.length] : [:]
    }
}

extension ListedDrift {
    /// Its line: all keys always there, in an order that never changes.
    fileprivate func write(to text: inout JSONText) {
        text.beginObject()
        text.key("file")
        text.string(file)
        for (key, number) in [("line", place.line), ("record", place.record), ("offset", place.offset)] {
            text.key(key)
            text.number(number)
        }
        let values = [
            ("key", key), ("conversation", remoteID), ("message", drift.message), ("field", drift.field),
            ("before", drift.before), ("after", drift.after), ("reason", drift.reason.rawValue),
            ("ending", drift.ending.rawValue),
        ]
        for (key, value) in values {
            text.key(key)
            if let value { text.string(value) } else { text.null() }
        }
        text.endObject()
        text.endLine()
    }
}
