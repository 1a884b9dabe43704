import ImportCore

/// Why no connection came about.
struct ConnectProblem: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// Nobody answered, or not in time.
        case network
        /// The server is not who it should be, or does not speak TLS.
        case identity
        /// The user, the password, or a rule of the server about them.
        case credentials
        /// The server answered with a code of its own.
        case answered(sqlState: String)
    }

    let kind: Kind
    /// Ours, or libpq's about the network; never those of the server, and never a password.
    let words: String

    init(_ kind: Kind, _ words: String) {
        self.kind = kind
        self.words = words
    }

    /// Whether it may pass by itself: the server is away, starting, or has no connection free.
    var isWorthWaiting: Bool {
        switch kind {
        case .network: true
        case .identity, .credentials: false
        case .answered(let state): SQLState.isWorthAnotherTry(state)
        }
    }

    var status: ExitStatus {
        switch kind {
        case .network: .unavailable
        case .identity, .credentials: .refused
        case .answered(let state):
            switch state.prefix(2) {
            case "28": .refused
            case "42": .refused
            case "3D": .plan
            default: .unavailable
            }
        }
    }

    var hint: String {
        switch status {
        case .refused where kind == .identity:
            "see that the host, its certificate and the root certificates belong together"
        case .refused: "correct the user, its password (PGPASSWORD, .pgpass) or its rights, and repeat the command"
        case .plan: "name a database that exists"
        default: "see that the server runs, and repeat the command; it continues from there"
        }
    }
}

extension ConnectProblem {
    /// Reads libpq's account of a failed attempt.
    ///
    /// Libpq has no code for it. What the server said is its SQLSTATE alone, because the connection was told to be
    /// that terse (`FATAL:  28P01`); all else are libpq's own words, in English, since the program sets no locale.
    /// With several hosts there is a line for each; what the last answered counts.
    init(account: String, secrets: [String]) {
        let lines = account.split(separator: "\n").map(String.init)
        let states = lines.compactMap { $0.firstMatch(of: #/:\s+([0-9A-Z]{5})\s*$/#).map { String($0.1) } }
        if let state = states.last {
            let isCredential = state.hasPrefix("28")
            self.init(isCredential ? .credentials : .answered(sqlState: state), SQLState.words(state) + " (\(state))")
            return
        }
        let known: [(String, Kind, String)] = [
            ("Connection refused", .network, "connection refused"),
            ("No such file or directory", .network, "there is no such socket"),
            ("could not translate host name", .network, "the host's name is not known"),
            ("timeout expired", .network, "no answer in time"),
            ("Connection timed out", .network, "no answer in time"),
            ("No route to host", .network, "no route to the host"),
            ("Network is unreachable", .network, "the network is unreachable"),
            ("Connection reset by peer", .network, "the connection was reset"),
            ("server closed the connection", .network, "the server closed the connection"),
            ("session is read-only", .network, "the server takes no writes"),
            ("server is in hot standby mode", .network, "the server takes no writes"),
            ("does not support SSL", .identity, "the server does not speak TLS"),
            ("certificate verify failed", .identity, "the server's certificate is not signed by a known root"),
            ("does not match host name", .identity, "the server's certificate is for another host"),
            ("root certificate", .identity, "the root certificates cannot be read"),
            ("SSL error", .identity, "the TLS handshake failed"),
            ("no password supplied", .credentials, "the server asks for a password, and there is none"),
            ("authentication method", .credentials, "the server asks for an authentication that is not offered"),
        ]
        for (phrase, kind, words) in known where account.contains(phrase) {
            self.init(kind, words)
            return
        }
        var words = lines.last ?? "libpq gives no reason"
        if let cause = words.ranges(of: " failed: ").last { words = String(words[cause.upperBound...]) }
        if secrets.contains(where: { !$0.isEmpty && words.contains($0) }) { words = "libpq's reason quotes a secret" }
        self.init(.network, words)
    }
}
