import Foundation

/// A list beside the rejects, written whole at the end of a process.
package struct ListFile: Sendable {
    private let folder: String
    private let path: String

    package init(_ name: String, in folder: String) {
        self.folder = folder
        path = folder + "/" + name
    }

    /// Replaces the list; where there is nothing to list, takes away the one of an earlier process.
    ///
    /// - Returns: its path; nil where there is none.
    /// - Throws: `ReportError`
    @discardableResult
    package func write(_ lines: [UInt8]) async throws -> String? {
        guard !lines.isEmpty else {
            if unlink(path) != 0 && errno != ENOENT && errno != ENOTDIR {
                throw ReportError.cannotWrite(path: path, reason: SystemError.current.text)
            }
            return nil
        }
        do throws(SystemError) {
            try ReportFiles.makeFolder(folder)
        } catch {
            throw ReportError.cannotWrite(path: folder, reason: error.text)
        }
        try await AtomicFile.write(lines, to: path)
        return path
    }
}
