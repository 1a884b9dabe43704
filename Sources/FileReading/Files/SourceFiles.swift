#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Finds the files that a plan's patterns name.
package enum SourceFiles {
    /// A file as the plan or the shell names it, and where it is.
    package struct Name: Sendable, Equatable {
        package var shown: String
        package var path: String
        /// Which files of it are meant, where it is a zip archive; nil for all.
        package var members: String?
    }

    /// The files in the order in which they are read: as listed, the matches of one pattern by their names' bytes; a
    /// file that is named twice is read once.
    package static func resolve(_ patterns: [String], relativeTo folder: String) throws(InputError) -> [Name] {
        var names: [Name] = []
        for pattern in patterns {
            if pattern == "-" {
                names.append(Name(shown: "-", path: "-"))
                continue
            }
            let full = pattern.hasPrefix("/") || folder.isEmpty ? pattern : "\(folder)/\(pattern)"
            if let name = membersOfArchive(full, shown: pattern) {
                names.append(name)
                continue
            }
            guard pattern.contains(where: { "*?[".contains($0) }), access(full, F_OK) != 0 else {
                names.append(Name(shown: pattern, path: full))
                continue
            }
            // The folder is meant as it stands, whatever signs of a pattern it holds.
            let escaped = String(full.dropLast(pattern.count).flatMap { "*?[\\".contains($0) ? ["\\", $0] : [$0] })
            let matches = expand(escaped + pattern)
            guard !matches.isEmpty else { throw .noMatch(pattern: pattern) }
            let cut = full.utf8.count - pattern.utf8.count
            names += matches.map { Name(shown: String(decoding: $0.utf8.dropFirst(cut), as: UTF8.self), path: $0) }
        }
        var seen: Set<String> = []
        return names.filter { seen.insert("\($0.path)\0\($0.members ?? "")").inserted }
    }

    /// A name that goes on behind a file, as `export.zip/tickets.csv` does: files in an archive.
    private static func membersOfArchive(_ full: String, shown: String) -> Name? {
        guard access(full, F_OK) != 0, errno == ENOTDIR else { return nil }
        for slash in full.indices.reversed() where full[slash] == "/" {
            let path = String(full[..<slash])
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            let members = String(full[full.index(after: slash)...])
            return Name(shown: String(shown.dropLast(members.count + 1)), path: path, members: members)
        }
        return nil
    }

    private static func expand(_ pattern: String) -> [String] {
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(pattern, GLOB_NOSORT, nil, &result) == 0, let paths = result.gl_pathv else { return [] }
        return (0..<Int(result.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
