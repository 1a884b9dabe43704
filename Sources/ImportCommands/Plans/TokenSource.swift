import Foundation
import ImportCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads an API's token from where only its owner can: a file of theirs, or standard input. Never an argument, which
/// everybody on the machine can see.
enum TokenSource {
    /// Far above any token.
    private static let longest = 64 << 10

    static func file(_ path: String) throws(TokenError) -> Secret {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        // Of the open file, so that it cannot be exchanged in between.
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, reason: "it is no regular file") }
        guard status.st_mode & 0o077 == 0 || isCredential(path, mode: status.st_mode) else {
            throw .open(path: path, mode: UInt32(status.st_mode & 0o777))
        }
        return try token(from: descriptor, named: path)
    }

    /// Whether a service manager put it where the service alone finds it. systemd, by an access list, and Kubernetes, by
    /// the pod's own group, both let the service read it as a group, and nobody else.
    private static func isCredential(_ path: String, mode: mode_t) -> Bool {
        guard let folder = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"], folder.hasPrefix("/") else {
            return false
        }
        return path.hasPrefix(folder + "/") && !path.contains("/../") && mode & 0o037 == 0
    }

    static func standardInput() throws(TokenError) -> Secret { try token(from: STDIN_FILENO, named: "standard input") }

    /// The first line.
    private static func token(from descriptor: Int32, named name: String) throws(TokenError) -> Secret {
        var bytes: [UInt8] = []
        var buffer = Array<UInt8>(repeating: 0, count: 4096)
        while bytes.count < longest, !bytes.contains(UInt8(ascii: "\n")) {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: name, reason: String(cString: strerror(errno))) }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard !line.isEmpty else { throw .empty(name) }
        return Secret(line)
    }
}

/// Why a token cannot be taken from where it should stand. Holds nothing of what was read.
enum TokenError: PresentableError {
    case unreadable(path: String, reason: String)
    case open(path: String, mode: UInt32)
    case empty(String)

    var report: FailureReport {
        switch self {
        case .unreadable(let path, let reason):
            FailureReport(.plan, place: path, "the token cannot be read: \(reason)", hint: "correct token_file")
        case .open(let path, let mode):
            FailureReport(
                .plan, place: path,
                "others may read or change the token (mode \(String(mode, radix: 8)))", safe: "it was not used",
                hint: "chmod 600 \(path)")
        case .empty(let name):
            FailureReport(.plan, place: name, "there is no token on the first line", hint: "write it there, alone")
        }
    }
}
