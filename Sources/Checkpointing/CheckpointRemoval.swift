import Foundation

extension CheckpointFile {
    /// Removes the checkpoint, because what it remembers is no longer so: the next run begins anew. The lock is kept.
    ///
    /// The log goes first, which is empty by then: a log without its file is what a run refuses.
    package func remove() async throws {
        try await close(keepingLock: true)
        try await CheckpointOpening.offThePool { [path] in
            for name in [path + "-wal", path + "-shm", path] where unlink(name) != 0 && errno != ENOENT {
                throw CheckpointError.cannotWrite(path: path, reason: SystemError.current.text)
            }
            do throws(SystemError) {
                try FileDescriptor.synchronizeFolder(folder(of: path))
            } catch {
                throw CheckpointError.cannotWrite(path: path, reason: error.text)
            }
        }
    }
}
