import CLibArchive

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file inside a zip archive.
struct ZipMember: Sendable, Equatable {
    /// Its place among all entries: names may repeat.
    var index: Int
    var name: String
}

/// A zip archive that is open for reading its entries one after the other.
///
/// By its directory, which stands at the end: an archive that is cut short has none, and is never read in part.
final class ZipArchive {
    /// More than any export has.
    private static let mostMembers = 10_000
    private static let blockBytes = 128 << 10
    // `sys/stat.h`'s types, as the entries' modes have them.
    private static let (typeFile, typeFolder): (UInt32, UInt32) = (0o100000, 0o040000)

    let handle: OpaquePointer
    private let shown: String

    init(path: String, shown: String) throws(InputError) {
        guard let handle = archive_read_new() else { preconditionFailure("libarchive has memory for its state") }
        self.handle = handle
        self.shown = shown
        archive_read_support_format_zip_seekable(handle)
        guard archive_read_open_filename(handle, path, Self.blockBytes) == ARCHIVE_OK else { throw unreadable }
    }

    deinit { archive_read_free(handle) }

    /// The next entry; nil behind the last.
    func next() throws(InputError) -> OpaquePointer? {
        var entry: OpaquePointer?
        switch archive_read_next_header(handle, &entry) {
        case ARCHIVE_EOF: return nil
        // A name that is in no known encoding is a warning.
        case ARCHIVE_OK, ARCHIVE_WARN: return entry
        default: throw unreadable
        }
    }

    private var unreadable: InputError {
        .damaged(
            path: shown,
            what: "it cannot be opened as a zip archive: its directory, which stands at its end, is missing "
                + "or damaged; it may be cut short")
    }

    /// The files of an archive that a pattern names, in the order of their names' bytes; what macOS keeps beside them
    /// (`__MACOSX/`) is left out, and so are folders.
    ///
    /// - Parameter pattern: as a shell's, against the whole name; nil for all.
    static func members(path: String, shown: String, pattern: String?) throws(InputError) -> [ZipMember] {
        let archive = try ZipArchive(path: path, shown: shown)
        var members: [ZipMember] = []
        var index = 0
        while let entry = try archive.next() {
            defer { index += 1 }
            guard index < mostMembers else {
                throw .damaged(path: shown, what: "it has more than \(mostMembers) entries")
            }
            let name = name(of: entry, index: index)
            if name == "[Content_Types].xml" { throw .foreign(path: shown, kind: "a spreadsheet or another document") }
            let isWanted = pattern.map { $0 == name || fnmatch($0, name, FNM_PATHNAME) == 0 } ?? true
            guard isWanted, !name.hasPrefix("__MACOSX/") else { continue }
            let type = archive_entry_filetype(entry) & 0o170000
            if type == typeFolder { continue }
            try check(entry, name: name, isFile: type == typeFile, shown: shown)
            members.append(ZipMember(index: index, name: name))
        }
        guard !members.isEmpty else { throw .noMember(path: shown, pattern: pattern) }
        return members.sorted { ($0.name, $0.index) < ($1.name, $1.index) }
    }

    private static func name(of entry: OpaquePointer, index: Int) -> String {
        let name = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry)
        return name.map { String(cString: $0) } ?? "entry \(index + 1)"
    }

    private static func check(
        _ entry: OpaquePointer, name: String, isFile: Bool, shown: String
    ) throws(InputError) {
        let place = "\(shown)/\(name)"
        if archive_entry_is_encrypted(entry) != 0 { throw .encrypted(path: place) }
        // Nothing is ever written under such a name; but whoever made it meant no good.
        let parts = name.split(whereSeparator: { $0 == "/" || $0 == "\\" })
        if name.hasPrefix("/") || parts.contains("..") {
            throw .damaged(path: shown, what: "the name of its entry \(name.debugDescription) leads out of it")
        }
        guard isFile else { throw .damaged(path: place, what: "this entry is no file, but a link or a device") }
    }
}

/// What one file inside a zip archive holds; its length and checksum are looked at.
final class ZipMemberInput: ByteInput {
    private let archive: ZipArchive
    private let shown: String
    /// Where the archive stood when the member began.
    private let start: Int

    init(path: String, member: ZipMember, shown: String) throws(InputError) {
        archive = try ZipArchive(path: path, shown: shown)
        self.shown = shown
        for _ in 0...member.index {
            guard try archive.next() != nil else { throw .changedWhileRead(path: shown) }
        }
        start = Int(archive_filter_bytes(archive.handle, -1))
    }

    var taken: Int { max(0, Int(archive_filter_bytes(archive.handle, -1)) - start) }

    func read(into space: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        let got = archive_read_data(archive.handle, space.baseAddress, space.count)
        guard got >= 0 else {
            let reason = archive_error_string(archive.handle).map { String(cString: $0) } ?? "it is damaged"
            throw .damaged(path: shown, what: "reading it failed: \(reason)")
        }
        return got
    }
}
