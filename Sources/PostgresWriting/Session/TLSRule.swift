import CLibPQ
import Foundation
import ImportCore

/// How much is asked of the server's identity, and what to say about it.
///
/// Libpq's own default, `prefer`, goes on in plain text without a word where a server offers no TLS. So a server that is
/// not on this machine has to prove its name, unless somebody says otherwise.
struct TLSRule {
    let mode: PostgresOptions.TLSMode?
    /// What a person should know; nil where nothing is weaker than it should be.
    let notice: String?

    /// - Parameter stated: the mode that the url, the service or the environment names, and which of them it was.
    init(
        servers: [ServerAddress], plan: PostgresOptions.TLSMode?, stated: (value: String, origin: String)?
    ) throws(PostgresError) {
        let remote = servers.filter { !$0.isLocal }
        var mode = plan
        var origin = "the plan"
        if mode == nil, let stated {
            guard let named = PostgresOptions.TLSMode(rawValue: stated.value) else {
                let modes = PostgresOptions.TLSMode.allCases.map(\.rawValue).joined(separator: ", ")
                throw .settings("\(stated.origin) names no TLS mode of libpq", hint: "sslmode is one of \(modes)")
            }
            mode = named
            origin = stated.origin
        }
        self.mode = mode ?? (remote.isEmpty ? nil : .verifyFull)
        if let mode, let weakness = Self.weakness(mode), !remote.isEmpty {
            let places = remote.map(\.words).joined(separator: ", ")
            notice = "the TLS mode for \(places) is \(mode.rawValue), as \(origin) says: \(weakness)"
        } else {
            notice = nil
        }
    }

    private static func weakness(_ mode: PostgresOptions.TLSMode) -> String? {
        switch mode {
        case .disable: "everything is sent in plain text"
        case .allow, .prefer: "everything is sent in plain text if the server has no TLS"
        case .require: "encrypted, but nobody checks who the server is"
        case .verifyCA: "the certificate is checked, but not that it is this host's"
        case .verifyFull: nil
        }
    }

    /// Verifying needs certificates to verify by; without the file libpq fails at the first connection, and names a
    /// way out that gives the verification up.
    func checkRootCertificates(_ stated: String?, environment: [String: String]) throws(PostgresError) {
        guard let mode, mode == .verifyCA || mode == .verifyFull, stated != "system" else { return }
        let file = stated ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.postgresql/root.crt"
        guard !FileManager.default.isReadableFile(atPath: file) else { return }
        // Libpq knows the system's certificates by that name since version 16.
        let system = PQlibVersion() >= 160_000 ? "system" : "/etc/ssl/certs/ca-certificates.crt"
        throw .settings(
            "TLS mode \(mode.rawValue) needs root certificates to check the server by, and \(file) cannot be read",
            hint: "put the certificate of the server's authority there, or name a file with sslrootcert in the url; "
                + "for a public authority: sslrootcert=\(system)")
    }
}
