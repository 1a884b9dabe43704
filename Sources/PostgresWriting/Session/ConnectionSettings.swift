import ImportCore

/// How to reach the server, settled before the first connection: libpq's keywords and values.
///
/// Values come, as for libpq, from the plan's url, then from the service that it or the environment names, then from the
/// environment. They are gathered here and not by libpq so that what is decided by them is what is used.
struct ConnectionSettings: Sendable {
    /// What a person should know: a TLS mode weaker than `verify-full`, a password file that libpq ignores.
    let notices: [String]
    /// Host and port, or the socket's folder; never credentials. For messages and for the destination's fingerprint.
    let server: String
    /// Libpq's keywords. Every value is kept as a secret, so that no description of the settings shows one.
    let values: [String: Secret]

    init(_ options: PostgresOptions, planName: String, environment: [String: String]) throws(PostgresError) {
        var values: [String: String] = [:]
        if let url = options.url?.reveal, !url.isEmpty {
            guard let stated = ConnectionKeywords.parse(url) else {
                throw .settings(
                    "the url of the destination postgres is neither an address nor a connection string of libpq",
                    hint: "postgresql://USER@HOST:PORT/DATABASE; special characters of a password as %40 (@), %25 (%)")
            }
            values = stated
        }
        var mode = values["sslmode"].map { ($0, "the url") }
        if let service = values["service"] ?? Self.nonEmpty(environment["PGSERVICE"]) {
            let stated = try ServiceFile.values(of: service, environment: environment)
            values.merge(stated) { url, _ in url }
            mode = mode ?? stated["sslmode"].map { ($0, "the service \(service)") }
        }
        for case (let keyword, let variable?) in ConnectionKeywords.variables where values[keyword] == nil {
            values[keyword] = Self.nonEmpty(environment[variable])
        }
        mode = mode ?? values["sslmode"].map { ($0, "PGSSLMODE") }
        values["service"] = nil

        let servers = try ServerAddress.list(values)
        let rule = try TLSRule(servers: servers, plan: options.tlsMode, stated: mode)
        values["sslmode"] = rule.mode?.rawValue
        if servers.contains(where: { !$0.isSocket }) {
            try rule.checkRootCertificates(values["sslrootcert"], environment: environment)
        }
        var notices = [rule.notice].compactMap(\.self)
        if values["password"] == nil,
            let file = PasswordFile(stated: values["passfile"], environment: environment),
            let replacement = file.replacement
        {
            values["passfile"] = replacement
            if let complaint = file.complaint { notices.append(complaint) }
        }

        values.merge(Self.defaults) { stated, _ in stated }
        // The server cuts a name at 63 bytes.
        values["application_name"] = "pingback-import \(planName)"
        values["client_encoding"] = "UTF8"
        self.values = values.mapValues { Secret($0) }
        self.notices = notices
        server = servers.map(\.words).joined(separator: ", ")
    }

    /// Libpq waits for ever for a peer that is gone, and Linux gives up after about a quarter of an hour
    /// (`tcp_retries2`). With these a dead peer is known after a minute, whether or not something was being sent.
    private static let defaults = [
        "connect_timeout": "10",  // seconds, for each address
        "keepalives": "1",
        "keepalives_idle": "30",  // seconds
        "keepalives_interval": "10",  // seconds
        "keepalives_count": "3",
        "tcp_user_timeout": "60000",  // milliseconds
    ]

    private static func nonEmpty(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }

    /// What no message may quote.
    var secrets: [String] { ["password", "sslpassword"].compactMap { values[$0]?.reveal } }

    /// Lends the keywords and values as libpq takes them: two lists, each ended by nil.
    func withParameters<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let pairs = values.map { ($0.key, $0.value.reveal) }
        return withCStrings(pairs.map(\.0)) { keywords in
            withCStrings(pairs.map(\.1)) { values in body(keywords, values) }
        }
    }
}
