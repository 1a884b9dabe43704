package import ImportCore

/// The files of a source after a look at their beginnings: enough to compile the plan against, and to read from.
package struct OpenedSource: Sendable {
    struct File: Sendable {
        var name: SourceFiles.Name
        var head: Head
        var stream: OpenStream?
    }

    struct Head: Sendable {
        var header: CSVHeader?
        var length: Int
        var lines: Int
        var lineEnd: UInt8
    }

    package let format: SourceDescription.Format
    private let dialect: SourceDescription.Dialect
    let files: [File]

    /// - Parameters:
    ///   - patterns: paths and globs; `-` for standard input.
    ///   - folder: what they are relative to.
    package static func open(
        _ patterns: [String], relativeTo folder: String, format: SourceDescription.Format?,
        dialect: SourceDescription.Dialect
    ) throws(InputError) -> OpenedSource {
        var files: [File] = []
        var found: SourceDescription.Format?
        for name in try SourceFiles.resolve(patterns, relativeTo: folder) {
            let reader = try BlockReader(path: name.path)
            let bytes = try reader.peek(FileHead.bytes)
            let head = try FileHead(
                bytes, path: name.shown, stated: format ?? found, dialect: dialect,
                isWhole: bytes.count < FileHead.bytes)
            found = head.format
            files.append(
                File(
                    name: name,
                    head: Head(header: head.header, length: head.length, lines: head.lines, lineEnd: head.lineEnd),
                    stream: reader.isRegular ? nil : reader.detach()))
        }
        return OpenedSource(format: found ?? .csv, dialect: dialect, files: files)
    }

    package var fileNames: [String] { files.map(\.name.shown) }

    /// The bytes of each file; nil where one has no size that could be known.
    package var sizes: [Int]? {
        var sizes: [Int] = []
        for file in files {
            guard file.stream == nil, let size = try? BlockReader(path: file.name.path).metadata?.size else {
                return nil
            }
            sizes.append(size)
        }
        return sizes
    }

    /// Whether the files' first rows name the columns.
    package var isHeaded: Bool { format == .csv && dialect.header }

    /// Whether every file can be read from its beginning a second time.
    package var canReadAgain: Bool { files.allSatisfy { $0.stream == nil } }

    /// Whether a file can be read only once: standard input, or a pipe.
    package func isStream(at index: Int) -> Bool { files[index].stream != nil }

    /// One of the files alone, as far as it can be read without taking anything from it: of a stream, what was read of
    /// it already.
    package func look(at index: Int) throws(InputError) -> OpenedSource {
        var file = files[index]
        if let stream = file.stream {
            file.stream = try BlockReader(path: "/dev/null").detach()
            file.stream?.head = stream.head
        }
        return OpenedSource(format: format, dialect: dialect, files: [file])
    }

    /// Each file's header; empty for JSON.
    package var headers: [CSVHeader] { files.compactMap(\.head.header) }

    /// The bytes of the first file's header as they stand in it, line end included; empty where there is none.
    package func headerBytes() throws(InputError) -> [UInt8] {
        guard format == .csv, dialect.header, let first = files.first else { return [] }
        if let stream = first.stream { return Array(stream.head.prefix(first.head.length)) }
        return try BlockReader(path: first.name.path).read(first.head.length, behind: [])
    }

    /// The records, read for a layout.
    ///
    /// - Parameters:
    ///   - columns: for each CSV file and each layout column, the index of the source column; ignored for JSON.
    ///   - barrier: a position of an earlier reading at which a batch shall end here too.
    ///   - takesFingerprints: whether what is read is hashed, for a checkpoint.
    package func records(
        _ layout: RecordLayout, columns: [[Int]], limits: Limits, barrier: SourcePosition? = nil,
        takesFingerprints: Bool = false
    ) -> any RecordSource {
        switch format {
        case .csv:
            source(barrier: barrier, takesFingerprints: takesFingerprints) { index, file in
                CSVFormat(
                    dialect: dialect, width: file.head.header?.names.count ?? 0, columns: columns[index],
                    lineEnd: file.head.lineEnd, limits: limits)
            }
        case .jsonl:
            source(barrier: barrier, takesFingerprints: takesFingerprints) { _, _ in
                JSONFormat(layout: layout, limits: limits)
            }
        }
    }

    private func source<Format: PieceFormat>(
        barrier: SourcePosition?, takesFingerprints: Bool, _ format: (Int, File) -> Format
    ) -> FileRecordSource<Format> {
        FileRecordSource(
            files: files.enumerated().map { index, file in
                FileRecordSource<Format>.File(
                    name: file.name.shown, path: file.name.path, format: format(index, file),
                    start: SourcePosition(file: index, offset: file.head.length, record: 0, line: file.head.lines),
                    stream: file.stream)
            }, barrier: barrier, takesFingerprints: takesFingerprints,
            pieceBytes: takesFingerprints ? Self.pieceBytesOfRun : FileRecordSource<Format>.pieceBytes)
    }

    /// A run waits for its destination, and what waits is pieces: small ones cost no time there, and less memory.
    private static let pieceBytesOfRun = 256 << 10
}
