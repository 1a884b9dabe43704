package import ImportCore

/// The files of a source after a look at their beginnings: enough to compile the plan against, and to read from.
package struct OpenedSource: Sendable {
    struct File: Sendable {
        var name: SourceFiles.Name
        var head: Head
        var stream: OpenStream?
        var packing: Packing?

        /// Opens the file anew, or goes on in a stream.
        func reader(takesFingerprint: Bool = false) throws(InputError) -> BlockReader {
            try BlockReader(
                path: name.path, stream: stream, packing: packing, shown: name.shown, takesFingerprint: takesFingerprint
            )
        }
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
    /// Of all files; nil for UTF-8.
    package let encoding: TextEncoding?

    /// - Parameters:
    ///   - patterns: paths and globs; `-` for standard input.
    ///   - folder: what they are relative to.
    ///   - encoding: as the plan states it; nil where a mark at the files' beginning tells, or they are UTF-8.
    package static func open(
        _ patterns: [String], relativeTo folder: String, format: SourceDescription.Format?,
        dialect: SourceDescription.Dialect, encoding stated: String? = nil, unpacking: UnpackingLimits = .init()
    ) throws(InputError) -> OpenedSource {
        var files: [File] = []
        var found: SourceDescription.Format?
        var encoding: TextEncoding?
        for name in try SourceFiles.resolve(patterns, relativeTo: folder) {
            for packed in try PackedFile.files(of: name, limits: unpacking) {
                let reader = packed.reader
                let bytes = try reader.peek(FileHead.bytes)
                let isWhole = bytes.count < FileHead.bytes
                try FileHead.refuseForeign(bytes, path: packed.name.shown)
                let own = try EncodingRecognition.encoding(of: bytes, stated: stated, path: packed.name.shown)
                if let first = files.first, own != encoding {
                    throw .mixedEncodings(
                        path: packed.name.shown, encoding: own?.name ?? "UTF-8", first: first.name.shown,
                        firstEncoding: encoding?.name ?? "UTF-8")
                }
                encoding = own
                let head = try head(
                    bytes, own, path: packed.name.shown, stated: format ?? found, dialect: dialect, isWhole: isWhole)
                found = head.format
                files.append(
                    File(
                        name: packed.name,
                        head: Head(header: head.header, length: head.length, lines: head.lines, lineEnd: head.lineEnd),
                        stream: reader.isRegular ? nil : reader.detach(), packing: packed.packing))
            }
        }
        return OpenedSource(format: found ?? .csv, dialect: dialect, files: files, encoding: encoding)
    }

    /// The head of a file in any encoding, its length counted in the file's own bytes.
    private static func head(
        _ bytes: ArraySlice<UInt8>, _ encoding: TextEncoding?, path: String, stated: SourceDescription.Format?,
        dialect: SourceDescription.Dialect, isWhole: Bool
    ) throws(InputError) -> FileHead {
        guard let encoding else {
            return try FileHead(bytes, path: path, stated: stated, dialect: dialect, isWhole: isWhole)
        }
        let result = bytes.withUnsafeBufferPointer { original -> Result<FileHead, InputError> in
            var text = DecodedText(original, encoding)
            text.decode(to: original.count, isEnd: isWhole)
            do throws(InputError) {
                var head = try FileHead(
                    text.bytes[...], path: path, stated: stated, dialect: dialect, isWhole: isWhole,
                    encoding: encoding.name)
                head.length = text.place(of: head.length)
                return .success(head)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    package var fileNames: [String] { files.map(\.name.shown) }

    /// The bytes of each file; nil where one has no size that could be known.
    package var sizes: [Int]? {
        var sizes: [Int] = []
        for file in files {
            guard file.stream == nil, file.packing == nil, let size = try? file.reader().byteCount else {
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
            file.packing = nil
        }
        return OpenedSource(format: format, dialect: dialect, files: [file], encoding: encoding)
    }

    /// Each file's header; empty for JSON.
    package var headers: [CSVHeader] { files.compactMap(\.head.header) }

    /// The bytes of the first file's header as they stand in it, line end included; empty where there is none.
    package func headerBytes() throws(InputError) -> [UInt8] {
        guard format == .csv, dialect.header, let first = files.first else { return [] }
        if let stream = first.stream { return Array(stream.head.prefix(first.head.length)) }
        return try first.reader().read(first.head.length, behind: [])
    }

    /// Bytes of the files as UTF-8: for a document of JSON, which is one whatever its encoding.
    package func text(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let encoding else { return bytes }
        return bytes.withUnsafeBufferPointer { original in
            var text = DecodedText(original, encoding)
            text.decode(to: original.count, isEnd: true)
            return text.bytes[...]
        }
    }

    /// Whether a position lies at the end of what the files hold. What is packed is only known to end there if it is still
    /// the file that was read.
    package func isEnd(_ position: SourcePosition, of read: [SourceFingerprint]) -> Bool {
        guard let last = files.last, canReadAgain else { return true }
        guard position.file == files.count - 1, let reader = try? last.reader() else { return false }
        if let size = reader.byteCount { return position.offset >= size }
        guard let known = read.last, let now = reader.metadata else { return false }
        return read.count == files.count && now.size == known.size && now.modified == known.modified
            && now.inode == known.inode && position.offset >= known.read
    }

    /// The records, read for a layout.
    ///
    /// - Parameters:
    ///   - columns: for each CSV file and each layout column, the index of the source column; ignored for JSON.
    ///   - barrier: a position of an earlier reading at which a batch shall end here too.
    ///   - takesFingerprints: whether what is read is hashed, for a checkpoint.
    ///   - grown: files that are read only from where they are settled on.
    package func records(
        _ layout: RecordLayout, columns: [[Int]], limits: Limits, barrier: SourcePosition? = nil,
        takesFingerprints: Bool = false, grown: [GrownFile] = []
    ) -> any RecordSource {
        let grown = Dictionary(grown.map { ($0.file, $0) }) { first, _ in first }
        return switch format {
        case .csv:
            source(barrier: barrier, takesFingerprints: takesFingerprints, grown) { index, file in
                CSVFormat(
                    dialect: dialect, width: file.head.header?.names.count ?? 0, columns: columns[index],
                    lineEnd: file.head.lineEnd, limits: limits)
            }
        case .jsonl:
            source(barrier: barrier, takesFingerprints: takesFingerprints, grown) { _, _ in
                JSONFormat(layout: layout, limits: limits)
            }
        }
    }

    private func source<Format: PieceFormat>(
        barrier: SourcePosition?, takesFingerprints: Bool, _ grown: [Int: GrownFile],
        _ format: (Int, File) -> Format
    ) -> any RecordSource {
        guard let encoding else {
            return plainSource(barrier: barrier, takesFingerprints: takesFingerprints, grown, format)
        }
        return plainSource(barrier: barrier, takesFingerprints: takesFingerprints, grown) { index, file in
            DecodingFormat(base: format(index, file), encoding: encoding, lineEnd: file.head.lineEnd)
        }
    }

    private func plainSource<Format: PieceFormat>(
        barrier: SourcePosition?, takesFingerprints: Bool, _ grown: [Int: GrownFile],
        _ format: (Int, File) -> Format
    ) -> FileRecordSource<Format> {
        FileRecordSource(
            files: files.enumerated().map { index, file in
                FileRecordSource<Format>.File(
                    name: file.name.shown, path: file.name.path, format: format(index, file),
                    start: grown[index]?.start
                        ?? SourcePosition(file: index, offset: file.head.length, record: 0, line: file.head.lines),
                    stream: file.stream, packing: file.packing, grown: grown[index])
            }, barrier: barrier, takesFingerprints: takesFingerprints,
            pieceBytes: takesFingerprints ? Self.pieceBytesOfRun : FileRecordSource<Format>.pieceBytes)
    }

    /// A run waits for its destination, and what waits is pieces: small ones cost no time there, and less memory.
    private static let pieceBytesOfRun = 256 << 10
}
