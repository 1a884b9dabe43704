import CLibArchive

/// What a zstd, xz or bzip2 file holds, by libarchive.
final class FilterInput: ByteInput {
    private let feed: Feed
    private let shown: String
    private let archive: OpaquePointer
    private var isAtEnd = false

    /// Hands the file's bytes to libarchive; it is what the callback knows.
    private final class Feed {
        static let bytes = 128 << 10

        let source: any ByteInput
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Feed.bytes, alignment: 16)
        /// Bytes handed over.
        var fed = 0
        /// What the source threw: C cannot carry it.
        var failure: InputError?

        init(_ source: any ByteInput) { self.source = source }

        deinit { buffer.deallocate() }

        /// The number of bytes that stand in `buffer`; -1 for a failure.
        func next() -> Int {
            do {
                let got = try source.read(into: buffer)
                fed += got
                return got
            } catch {
                failure = error
                return -1
            }
        }
    }

    init(_ source: any ByteInput, _ compression: Compression, shown: String) throws(InputError) {
        feed = Feed(source)
        self.shown = shown
        guard let archive = archive_read_new() else { preconditionFailure("libarchive has memory for its state") }
        self.archive = archive
        let code =
            switch compression {
            case .zstd: ARCHIVE_FILTER_ZSTD
            case .xz: ARCHIVE_FILTER_XZ
            case .bzip2: ARCHIVE_FILTER_BZIP2
            case .gzip: preconditionFailure("gzip is read by zlib")
            }
        archive_read_set_format(archive, ARCHIVE_FORMAT_RAW)
        archive_read_append_filter(archive, code)
        let context = Unmanaged.passUnretained(feed).toOpaque()
        let opened = archive_read_open(
            archive, context, nil,
            { _, context, bytes in
                guard let context else { return -1 }
                let feed = Unmanaged<Feed>.fromOpaque(context).takeUnretainedValue()
                bytes?.pointee = UnsafeRawPointer(feed.buffer.baseAddress)
                return feed.next()
            }, nil)
        var entry: OpaquePointer?
        guard opened == ARCHIVE_OK else { throw failure() }
        let header = archive_read_next_header(archive, &entry)
        // Nothing at all may have been compressed.
        if header == ARCHIVE_EOF { isAtEnd = true } else if header != ARCHIVE_OK { throw failure() }
    }

    deinit { archive_read_free(archive) }

    var taken: Int { feed.source.taken }

    func read(into space: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        if isAtEnd { return 0 }
        let got = archive_read_data(archive, space.baseAddress, space.count)
        guard got >= 0 else { throw failure() }
        if got == 0 {
            isAtEnd = true
            // libarchive stops where a bzip2 stream ends, whatever follows.
            guard archive_filter_bytes(archive, -1) == feed.fed, feed.next() == 0 else {
                throw feed.failure
                    ?? .damaged(path: shown, what: "something else follows the end of the compressed data")
            }
        }
        return got
    }

    private func failure() -> InputError {
        if let failure = feed.failure { return failure }
        let reason = archive_error_string(archive).map { String(cString: $0) } ?? "the compressed data are damaged"
        return .damaged(path: shown, what: "decompressing it failed: \(reason)")
    }
}
