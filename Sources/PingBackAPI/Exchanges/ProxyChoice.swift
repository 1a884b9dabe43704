import Foundation
import ImportCore

/// Finds the proxy for a server in the variables that other programs read too: `https_proxy`, `http_proxy`, `no_proxy`,
/// in lower case first and then in upper case, as curl does.
///
/// A tunnel is asked for (CONNECT) also for plain HTTP, so a proxy never sees a request it could answer itself.
struct ProxyChoice: Sendable {
    struct Credentials: Sendable, Equatable {
        var user: Secret
        var password: Secret
    }

    struct Proxy: Sendable, Equatable {
        var host: String
        var port: Int
        var credentials: Credentials?
    }

    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    /// Nil where the server is reached directly: always on this machine, which no proxy could find.
    func proxy(for endpoint: Endpoint) throws(APIError) -> Proxy? {
        guard !endpoint.isLoopback, let (name, value) = variable(endpoint.scheme + "_proxy"), !isExcepted(endpoint)
        else { return nil }
        // A value without a scheme is common; one with a password must not be shown.
        guard let parts = URLComponents(string: value.contains("://") ? value : "http://" + value),
            let host = parts.host, !host.isEmpty
        else { throw .unusableProxy(variable: name, "it is no address such as http://proxy.internal:3128") }
        guard parts.scheme?.lowercased() == "http" else {
            throw .unusableProxy(variable: name, "its scheme must be http")
        }
        let credentials = parts.user.map {
            Credentials(user: Secret($0), password: Secret(parts.password ?? ""))
        }
        return Proxy(
            host: host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")), port: parts.port ?? 80,
            credentials: credentials)
    }

    private func variable(_ name: String) -> (name: String, value: String)? {
        for name in [name, name.uppercased()] {
            if let value = environment[name]?.trimmingCharacters(in: .whitespaces), !value.isEmpty {
                return (name, value)
            }
        }
        return nil
    }

    /// `*`, or a list of hosts with or without a port; a name stands for itself and all below it.
    private func isExcepted(_ endpoint: Endpoint) -> Bool {
        guard let list = variable("no_proxy")?.value else { return false }
        return list.split(separator: ",").contains { item in
            var host = item.trimmingCharacters(in: .whitespaces).lowercased()
            if host == "*" { return true }
            let parts = host.split(separator: ":", omittingEmptySubsequences: false)
            if parts.count == 2, let port = Int(parts[1]) {
                guard port == endpoint.port else { return false }
                host = String(parts[0])
            }
            while host.hasPrefix(".") || host.hasPrefix("*.") { host.removeFirst() }
            return !host.isEmpty && (endpoint.host == host || endpoint.host.hasSuffix("." + host))
        }
    }
}
