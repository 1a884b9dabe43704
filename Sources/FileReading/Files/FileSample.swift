package import ImportCore

/// The beginning of a file as it is unpacked and before it is decoded: for who looks at bytes before there is a plan.
package struct FileSample: Sendable {
    package let bytes: [UInt8]
    /// Whether these are all the bytes there are.
    package let isWhole: Bool
    /// `gzip`, `zstd`, `xz` or `bzip2`; nil for a file that is not compressed.
    package let compression: String?
    /// The encoding that its byte order mark tells, `UTF-8` among them; nil without one.
    package let mark: String?

    /// - Parameters:
    ///   - path: a file, or one in a zip archive, as in `export.zip/tickets.csv`.
    ///   - count: at most so many bytes are looked at.
    package init(of path: String, upTo count: Int, unpacking: UnpackingLimits = .init()) throws(InputError) {
        guard let name = try SourceFiles.resolve([path], relativeTo: "").first,
            let file = try PackedFile.files(of: name, limits: unpacking).first
        else { throw .missing(path: path) }
        let head = try file.reader.peek(count)
        bytes = Array(head)
        isWhole = head.count < count
        compression = file.packing?.compression?.rawValue
        mark = EncodingRecognition.mark(of: head)
    }

    /// The names of the files behind a path: its own, or those in a zip archive as `export.zip/tickets.csv`.
    package static func names(behind path: String) throws(InputError) -> [String] {
        guard let name = try SourceFiles.resolve([path], relativeTo: "").first else { throw .missing(path: path) }
        let reader = try BlockReader(path: name.path, shown: name.shown)
        guard Compression.isZip(try reader.peek(Compression.magicBytes)), reader.isRegular else { return [path] }
        return try ZipArchive.members(path: name.path, shown: name.shown, pattern: name.members)
            .map { "\(name.shown)/\($0.name)" }
    }
}
