import Foundation

/// Where a PingBack API answers: scheme, host and port, without any secret.
struct Endpoint: Sendable, Equatable {
    let scheme: String
    let host: String
    let port: Int
    /// What stands before `/api/v1` where the API is mounted deeper; without a slash at its end.
    let prefix: String

    init(_ text: String) throws(APIError) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), let host = parts.host,
            !host.isEmpty
        else { throw .unusableURL("it is not a URL such as https://api.pingback.live") }
        guard scheme == "https" || scheme == "http" else { throw .unusableURL("its scheme must be https or http") }
        // A password in a URL would find its way into messages and the checkpoint.
        guard parts.user == nil, parts.password == nil else {
            throw .unusableURL("it must not hold a user or password")
        }
        guard parts.query == nil, parts.fragment == nil else {
            throw .unusableURL("it must not hold a query or fragment")
        }
        self.scheme = scheme
        self.host = host.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        port = parts.port ?? (scheme == "https" ? 443 : 80)
        var path = parts.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        prefix = path
    }

    var origin: String { "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    func url(_ path: String) -> String { origin + prefix + "/api/v1" + path }

    /// Whether requests cannot leave this machine: `localhost`, `::1`, or a whole dotted address in 127.0.0.0/8, so that
    /// `127.0.0.1.example.com` is none.
    var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets.allSatisfy { UInt8($0) != nil } && octets[0] == "127"
    }
}
