#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Ports of loopback that nobody listens on.
enum FreePort {
    static func find() throws -> Int {
        let socket = try TCPSocket()
        try socket.bind(0)
        return try socket.port
    }

    /// Whether somebody takes connections there.
    static func isTaken(_ port: Int) -> Bool { (try? TCPSocket().connect(port)) != nil }
}

/// A socket on loopback, closed when nobody holds it any more.
final class TCPSocket {
    struct Failure: Error { let code: Int32 }

    private let number: Int32

    init() throws {
        #if canImport(Glibc)
            number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            number = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard number >= 0 else { throw Failure(code: errno) }
    }

    deinit { close(number) }

    func bind(_ port: Int) throws { try with(port) { systemBind(number, $0, $1) } }

    /// Takes so many connections that nobody accepts; what comes after them gets no answer at all.
    func listen(_ backlog: Int32) throws { if systemListen(number, backlog) != 0 { throw Failure(code: errno) } }

    func connect(_ port: Int) throws { try with(port) { systemConnect(number, $0, $1) } }

    var port: Int {
        get throws {
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let answer = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) }
            }
            guard answer == 0 else { throw Failure(code: errno) }
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }

    private func with(_ port: Int, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let answer = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard answer == 0 else { throw Failure(code: errno) }
    }
}

/// Calls that methods of the same name hide.
private func systemBind(_ number: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    bind(number, address, length)
}
private func systemListen(_ number: Int32, _ backlog: Int32) -> Int32 { listen(number, backlog) }
private func systemConnect(_ number: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    connect(number, address, length)
}
