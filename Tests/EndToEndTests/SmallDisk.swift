import Foundation
import ImportTestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file system in memory that is soon full, for a table of a Postgres server.
struct SmallDisk {
    let path: String
    private let shell: Program

    init(in folder: String, megabytes: Int) async throws {
        path = folder + "/small-disk"
        shell = try Program(URL(filePath: "/bin/sh"), in: TemporaryFolder())
        try await run(
            """
            mkdir "$0" && mount -t tmpfs -o size=\(megabytes)m,mode=0700,uid=$(id -u postgres),gid=$(id -g postgres) tmpfs "$0"
            """)
    }

    func resize(megabytes: Int) async throws { try await run("mount -o remount,size=\(megabytes)m \"$0\"") }

    func unmount() async throws { try await run("umount \"$0\"") }

    /// Whether this process may mount anything: containers often may not, even as root.
    static var isPossible: Bool {
        get async throws {
            guard geteuid() == 0 else { return false }
            let folder = try TemporaryFolder()
            let disk: SmallDisk
            do {
                disk = try await SmallDisk(in: folder.url.path, megabytes: 1)
            } catch {
                return false
            }
            try await disk.unmount()
            return true
        }
    }

    private struct Failure: Error { var words: String }

    private func run(_ script: String) async throws {
        let end = try await shell.run(["-c", script, path])
        guard end.status == 0 else { throw Failure(words: end.errors) }
    }
}
