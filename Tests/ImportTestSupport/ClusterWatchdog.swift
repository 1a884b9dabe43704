import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Ends a private server and removes its folder when the process that started it is gone, even by SIGKILL: a shell that
/// waits for the end of a pipe which nobody else holds.
///
/// Where everything is killed at once, the shell too, the folder stays. Its lock is free then, and the next watchdog
/// removes it.
final class ClusterWatchdog: Sendable {
    private static let running = Mutex<[(pipe: Int32, process: pid_t)]>([])
    private static let atEnd: Void = {
        // A process that ends in order waits for it, so that nothing is left behind.
        atexit { ClusterWatchdog.endAll() }
    }()

    private let pipe: Int32

    init(folder: String, control: String) throws {
        Self.atEnd
        let script = """
            exec 9>"$0/new-lock" && flock 9 && mv "$0/new-lock" "$0/lock"
            for other in /tmp/pingback-postgres-*; do
                if [ -e "$other/lock" ]; then flock -n "$other/lock" rm -rf "$other"; fi
            done
            cat >/dev/null
            "$1" stop --pgdata "$0/data" --mode immediate --silent
            rm -rf "$0"
            """
        var ends: [Int32] = [0, 0]
        guard ends.withUnsafeMutableBufferPointer({ openPipe($0.baseAddress) }) == 0 else {
            throw PrivateCluster.Failure(description: "no pipe for the watchdog: errno \(errno)")
        }
        // No other child may hold the end that tells of our death.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // A group of its own: Ctrl-C at the terminal is for the tests, and the end of the pipe follows.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        let words = ["env"] + PostgresBinaries.asUser + ["/bin/sh", "-c", script, folder, control]
        var arguments = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var process = pid_t()
        let result = posix_spawn(&process, "/usr/bin/env", &actions, &attributes, &arguments, environ)
        close(ends[0])
        guard result == 0 else {
            close(ends[1])
            throw PrivateCluster.Failure(description: "no watchdog for Postgres: errno \(result)")
        }
        pipe = ends[1]
        Self.running.withLock { $0.append((ends[1], process)) }
    }

    deinit { Self.end { $0.pipe == pipe } }

    private static func endAll() { end { _ in true } }

    private static func end(where isMeant: (((pipe: Int32, process: pid_t)) -> Bool)) {
        let ended = running.withLock { running in
            let ended = running.filter(isMeant)
            running.removeAll(where: isMeant)
            return ended
        }
        for watchdog in ended { close(watchdog.pipe) }
        for watchdog in ended {
            var status: Int32 = 0
            waitpid(watchdog.process, &status, 0)
        }
    }
}

/// `pipe(2)`, which the property of the same name hides.
private func openPipe(_ ends: UnsafeMutablePointer<Int32>?) -> Int32 { ends.map { pipe($0) } ?? -1 }
