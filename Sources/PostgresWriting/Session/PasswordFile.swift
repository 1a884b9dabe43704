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

    /// Why libpq passes over it, and the way out; nil where it reads it, or there is none.
    ///
    /// Libpq's rules are those of `passwordFromFile`: a plain file, and no right for group or others. It says so itself
    /// on standard error at every connection; a run says it once.
    var complaint: String? {
        var status = stat()
        // `/dev/null` is how one says: no such file.
        guard path != "/dev/null", stat(path, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return "libpq ignores the password file \(path), because it is not a plain file"
        }
        guard status.st_mode & (S_IRWXG | S_IRWXO) != 0 else { return nil }
        let mode = String(status.st_mode & 0o777, radix: 8)
        return "libpq ignores the password file \(path), because others may read it (mode \(mode)): chmod 600 \(path)"
    }

    /// A path at which there is nothing, and cannot be: given to libpq in place of a file that it would complain about.
    var unreachable: String { path + "/ignored" }
}
