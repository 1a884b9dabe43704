/// One of the servers that a connection may be made to.
struct ServerAddress: Sendable, Equatable {
    /// Nil: libpq's own choice, a Unix socket.
    let host: String?
    let port: String

    /// Whether nobody can stand between us and it: a Unix socket, or this machine.
    var isLocal: Bool { isSocket || isLoopback }

    var isSocket: Bool {
        // `@` begins an abstract socket's name.
        guard let host else { return true }
        return host.hasPrefix("/") || host.hasPrefix("@")
    }

    private var isLoopback: Bool {
        guard let host = host?.lowercased() else { return false }
        return host == "localhost" || host == "::1"
            || host.wholeMatch(of: #/127\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}/#) != nil
    }

    /// As a person writes it.
    var words: String {
        guard let host else { return "the local socket, port \(port)" }
        if isSocket { return "\(host), port \(port)" }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// The servers that libpq would try, in its order: comma-separated lists of hosts, addresses and ports.
    ///
    /// A password whose special characters were not escaped spills into host, port or database (`u:p@ss@host`,
    /// `u:pa/ss@host`). What cannot be one of these is refused without being shown.
    static func list(_ values: [String: String]) throws(PostgresError) -> [ServerAddress] {
        func parts(_ keyword: String) -> [String]? {
            values[keyword].map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        }
        let hosts = parts("host") ?? []
        let addresses = parts("hostaddr") ?? []
        let ports = parts("port") ?? []
        let isSuspicious =
            ports.contains { !$0.isEmpty && (UInt16($0) ?? 0) == 0 }
            || hosts.contains { $0.dropFirst().contains("@") || $0.unicodeScalars.contains { $0.value <= 0x20 } }
            || values["dbname"]?.contains("@") == true
        guard !isSuspicious else {
            throw .settings(
                "the host, the port or the database of the Postgres connection cannot be one",
                hint: "in an address, write a password's special characters as %40 (@), %2F (/), %3A (:), %25 (%)")
        }
        let count = max(hosts.count, addresses.count, 1)
        return (0..<count).map { index in
            let address = index < addresses.count ? addresses[index] : ""
            let host = index < hosts.count ? hosts[index] : ""
            let name = address.isEmpty ? host : address
            let port = ports.count == 1 ? ports[0] : index < ports.count ? ports[index] : ""
            return ServerAddress(host: name.isEmpty ? nil : name, port: port.isEmpty ? "5432" : port)
        }
    }
}
