#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Makes files that only their owner may read, from their first moment on.
enum PrivateFile {
    /// Creates an empty file of mode 0600 unless there is one; an existing file is not touched.
    ///
    /// Not even opened: closing any descriptor of a database would drop the locks that SQLite holds on it for another
    /// connection of this process (POSIX advisory locks belong to the process).
    static func createIfMissing(_ path: String) throws(SandboxError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            _ = close(descriptor)
        } else if errno != EEXIST {
            throw .dataFileUnusable(path: path, reason: String(cString: strerror(errno)))
        }
    }
}
