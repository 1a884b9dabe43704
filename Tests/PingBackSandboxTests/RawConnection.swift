import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A TCP connection to a sandbox on which every byte and the manner of its end can be seen.
///
/// It blocks the test's thread for as long as the server takes; one test has one connection open.
final class RawConnection {
    enum Ending: Equatable {
        /// FIN: everything that was sent had been read.
        case inOrder
        /// RST.
        case reset
        /// Nothing came for `patience`.
        case none
    }

    private static let patience = 10

    private let descriptor: Int32
    private(set) var received = ""
    /// How many pieces it came in.
    private(set) var reads = 0

    init(_ sandbox: SandboxFixture) throws {
        #if canImport(Glibc)
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var patience = timeval(tv_sec: Self.patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(sandbox.port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    deinit { close(descriptor) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }

    func sendCreate(_ message: String) {
        let body = #"{"business_id":"\#(SandboxFixture.businessID)","initial_message":"\#(message)"}"#
        send(
            """
            POST /api/v1/conversations/ HTTP/1.1\r
            Host: 127.0.0.1\r
            Authorization: Bearer \(SandboxFixture.token)\r
            Content-Type: application/json\r
            Content-Length: \(body.utf8.count)\r
            \r
            \(body)
            """)
    }

    /// Reads until `text` has come, or the connection ends; returns how, or nil while it goes on.
    @discardableResult
    func read(until text: String) -> Ending? {
        while !received.contains(text) {
            if let ending = readOnce() { return ending }
        }
        return nil
    }

    func readToEnd() -> Ending {
        while true {
            if let ending = readOnce() { return ending }
        }
    }

    /// One HTTP answer, whole, as its Content-Length says.
    func readAnswer() {
        received = ""
        read(until: "\r\n\r\n")
        guard let end = received.range(of: "\r\n\r\n"),
            let length = received.firstMatch(of: /(?i)content-length: (\d+)/).flatMap({ Int($0.1) })
        else { return }
        while received[end.upperBound...].utf8.count < length, readOnce() == nil {}
    }

    private func readOnce() -> Ending? {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count <= 0 else {
            received += String(decoding: bytes[..<count], as: UTF8.self)
            reads += 1
            return nil
        }
        if count == 0 { return .inOrder }
        return errno == ECONNRESET ? .reset : Ending.none
    }
}
