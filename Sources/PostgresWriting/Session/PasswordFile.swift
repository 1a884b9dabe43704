import Foundation

/// The file that libpq takes passwords from (PostgreSQL documentation 34.16), when it takes notice of it.
struct PasswordFile {
    let path: String

    /// What the parameters, `PGPASSFILE` among them, or the home folder name.
    init?(stated: String?, environment: [String: String]) {
        if let stated, !stated.isEmpty {
            path = stated
        } else if let home = environment["HOME"], !home.isEmpty {
            path = home + "/.pgpass"
        } else {
            return nil
        }
    }

    private enum Fault {
        case notPlain
        case readableByOthers(mode: String)
    }

    /// Why libpq passes over it; nil where it reads it, or there is none. The rules are those of its
    /// `passwordFromFile`: a plain file, and no right for group or others.
    private var fault: Fault? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFREG else { return .notPlain }
        guard status.st_mode & (S_IRWXG | S_IRWXO) != 0 else { return nil }
        return .readableByOthers(mode: String(status.st_mode & 0o777, radix: 8))
    }

    /// What a person should know, and the way out.
    var complaint: String? {
        // `/dev/null` is how one says: no such file.
        guard let fault, path != "/dev/null" else { return nil }
        return switch fault {
        case .notPlain:
            "libpq ignores the password file \(path), because it is not a plain file"
        case .readableByOthers(let mode):
            "libpq ignores the password file \(path), because others may read it (mode \(mode)): chmod 600 \(path)"
        }
    }

    /// Given to libpq in place of a file that it ignores, because it says so on standard error at every connection, and
    /// the run says it once: a path at which there is nothing.
    var replacement: String? { fault.map { _ in "/dev/null/ignored" } }
}
