import Foundation

/// The answer of a system call that failed.
struct SystemError: Error, Equatable {
    let code: Int32

    static var current: SystemError { SystemError(code: errno) }

    /// The system's words, as they stand in every manual: "No space left on device".
    var text: String {
        code == ELOOP ? "it is a symbolic link" : String(cString: strerror(code))
    }
}

/// What stands under a name, a symbolic link not followed.
enum FileKind: Equatable {
    case regular(size: Int)
    case folder
    case symbolicLink
    case other

    /// Nil where there is nothing.
    init?(at path: String) throws(SystemError) {
        var facts = stat()
        guard lstat(path, &facts) == 0 else {
            guard errno == ENOENT else { throw .current }
            return nil
        }
        switch facts.st_mode & S_IFMT {
        case S_IFREG: self = .regular(size: Int(facts.st_size))
        case S_IFDIR: self = .folder
        case S_IFLNK: self = .symbolicLink
        default: self = .other
        }
    }
}

/// The folder in which a path's last part stands.
func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}
