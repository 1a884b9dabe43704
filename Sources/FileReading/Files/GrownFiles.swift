package import ImportCore

/// Finds the files of a source that begin with what an earlier night has settled, by the hash of every byte that it read
/// of them. The size and the times of a file are no proof: a night is not repeated where they lie.
package enum GrownFiles {
    /// Those of the source's files, in order. Any other is read from its beginning: one that is packed or comes through a
    /// pipe, one whose bytes are others, and one that does not end a line with LF where it was settled.
    package static func find(
        _ settled: [SettledFile], in opened: OpenedSource
    ) async throws(InputError) -> [GrownFile] {
        // Elsewhere a byte alone does not say that a line ends.
        guard !settled.isEmpty, opened.encoding?.holdsASCII ?? true else { return [] }
        let known = Dictionary(settled.map { ($0.fingerprint.name, $0) }) { first, _ in first }
        var grown: [GrownFile] = []
        for (index, file) in opened.files.enumerated() where file.stream == nil && file.packing == nil {
            guard let settled = known[file.name.shown], opened.canGoOn(at: settled.end, in: file) else { continue }
            guard let metadata = try await StreamVerification().begins(with: settled.fingerprint, path: file.name.path),
                try BlockReader(path: file.name.path, offset: settled.end.offset - 1).read(1, behind: []) == [.lf]
            else { continue }
            grown.append(
                GrownFile(
                    file: index, settled: settled, size: metadata.size, modified: metadata.modified,
                    inode: metadata.inode))
        }
        return grown
    }
}

extension OpenedSource {
    /// Whether a record may begin at a position. Where the records are elements of a list, what stands behind it was
    /// something else before it grew.
    fileprivate func canGoOn(at position: SourcePosition, in file: File) -> Bool {
        guard position.record > 0, position.offset > file.head.length else { return false }
        switch format {
        case .csv: return position.state.isEmpty
        case .jsonl: return JSONState(text: position.state) == .lines(.lf)
        }
    }
}
