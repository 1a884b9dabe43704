package import ImportCore

/// Why writing to the API cannot go on. Holds no token and no body of ours; words are the server's, tidied.
package enum APIError: PresentableError, Equatable {
    case unusableURL(String)
    case plainHTTP(host: String, destination: String)
    case unusableCertificates(path: String)
    case unusableProxy(variable: String, String)
    case tokenMissing(destination: String)
    case unusableToken(destination: String)
    case notTrusted(reason: String)
    case unreachable(origin: String, reason: String)
    case stayedUnavailable(origin: String, reason: String, seconds: Double)
    case waitTooLong(seconds: Double)
    case retriesUsed(count: Int)
    case credentialsRefused(status: Int, words: String?)
    case noBusiness
    case otherBusiness(found: String, expected: String)
    case noActiveChannel(inactive: Int)
    case quotaUsed(status: Int, words: String?)
    case redirected(status: Int, location: String?)
    case notPingBack(String, words: String?)
    case echoDiffers(id: String, problem: String)
    case firstRefused(words: String)
    case refusedInARow(count: Int, words: String)
    case assigneesRefused(count: Int, words: String)
    case assigneeNotShown(id: String)

    package var report: FailureReport {
        switch self {
        case .unusableURL(let reason):
            FailureReport(.plan, "the destination's url cannot be used: \(reason)", hint: "correct it in the plan")
        case .plainHTTP(let host, let destination):
            FailureReport(
                .plan,
                "destination \(destination) would send its token and people's messages to \(host) without encryption",
                safe: "nothing was sent", hint: "use https; or say --allow-http, or allow_http: true in the plan")
        case .unusableCertificates(let path):
            FailureReport(
                .plan, place: path, "there are no certificates in PEM form that can be read",
                hint: "give the file of the authority that signed the server's certificate")
        case .unusableProxy(let variable, let reason):
            FailureReport(
                .plan, "the proxy in \(variable) cannot be used: \(reason)", safe: "nothing was sent",
                hint: "correct the variable, or name the host in NO_PROXY")
        case .tokenMissing(let destination):
            FailureReport(
                .plan, "destination \(destination) has no token",
                hint: "add  token: ${PINGBACK_TOKEN}  or  token_file: PATH  to the plan, or use --token-stdin")
        case .unusableToken(let destination):
            FailureReport(
                .plan, "the token of destination \(destination) holds characters that no header can carry",
                safe: "nothing was sent", hint: "give the token alone, on one line")
        case .notTrusted(let reason):
            FailureReport(
                .refused, "the server did not prove who it is: \(reason)", safe: Self.recorded,
                hint: "check the url; name the authority of a private server with --ca FILE, or ca: FILE in the plan")
        case .unreachable(let origin, let reason):
            FailureReport(
                .unavailable, "cannot reach \(origin): \(reason)", safe: "nothing was sent",
                hint: "see that the server runs, and repeat the command")
        case .stayedUnavailable(let origin, let reason, let seconds):
            FailureReport(
                .unavailable, "\(origin) stayed unavailable for \(Int(seconds)) s: \(reason)", safe: Self.recorded,
                hint: "repeat the command when it answers again; it continues from there")
        case .waitTooLong(let seconds):
            FailureReport(
                .unavailable, "the server asks for a pause of \(seconds.formatted0) s", safe: Self.recorded,
                hint: "repeat the command after that time; it continues from there")
        case .retriesUsed(let count):
            FailureReport(
                .unavailable, "connections kept failing; the budget of \(count) repeated requests is used up",
                safe: Self.recorded, hint: "repeat the command when the server is steady; it continues from there")
        case .credentialsRefused(let status, let words):
            FailureReport(
                .refused, "the server refuses the token (status \(status))" + Self.quoting(words), safe: Self.recorded,
                hint: "set a valid token and repeat the command; it continues from there")
        case .noBusiness:
            FailureReport(
                .refused, "the token's account has no business", safe: "nothing was sent",
                hint: "use the token of an account of the plan's business")
        case .otherBusiness(let found, let expected):
            FailureReport(
                .refused, "the token belongs to business \(found), the plan to \(expected)", safe: "nothing was sent",
                hint: "use the other business's token, or correct business_id")
        case .noActiveChannel(let inactive):
            FailureReport(
                .plan, "the business has no active channel" + (inactive > 0 ? ", and \(inactive) inactive" : ""),
                safe: "nothing was sent", hint: "make or activate a channel in PingBack, and repeat the command")
        case .quotaUsed(let status, let words):
            FailureReport(
                .quota, "PingBack's quota is used up (status \(status))" + Self.quoting(words), safe: Self.recorded,
                hint: "raise the plan's limit or wait for the next month, then repeat the command")
        case .redirected(let status, let location):
            FailureReport(
                .protocolMismatch,
                "the server answers \(status) and points to \(location ?? "nowhere"); a redirect is never followed",
                safe: Self.recorded, hint: "put the API's own address into the plan's url")
        case .notPingBack(let what, let words):
            FailureReport(
                .protocolMismatch, "the server does not speak PingBack's API: \(what)" + Self.quoting(words),
                safe: Self.recorded, hint: "check the plan's url")
        case .echoDiffers(let id, let problem):
            FailureReport(
                .protocolMismatch, "conversation \(id) was created, but \(problem)",
                safe: "it is recorded as created, and nothing was sent after its answer",
                hint: "look at that conversation in PingBack before you repeat the command")
        case .firstRefused(let words):
            FailureReport(
                .plan, "the first conversation was refused: \(words)", safe: "nothing was created",
                hint: "PingBack documents this answer for a missing channel; correct the account or the plan")
        case .refusedInARow(let count, let words):
            FailureReport(
                .plan, "\(count) conversations in a row were refused; the last: \(words)", safe: Self.recorded,
                hint: "correct the mapping and repeat the command")
        case .assigneesRefused(let count, let words):
            FailureReport(
                .plan, "\(count) assignments were refused and none was accepted; the last: \(words)",
                safe: Self.recorded,
                hint: "assignee_id must be the user_id of an active member; or write  assign: none  into the plan")
        case .assigneeNotShown(let id):
            FailureReport(
                .protocolMismatch,
                "the server accepted an assignment and does not show it: conversation \(id)", safe: Self.recorded,
                hint: "look at that conversation in PingBack; try the plan's other way to assign, or  assign: none")
        }
    }

    private static let recorded = "what became of every request is in the checkpoint"

    private static func quoting(_ words: String?) -> String { words.map { ": " + $0 } ?? "" }
}

extension Double {
    /// Without a fraction, at any size.
    fileprivate var formatted0: String { self < 1e15 ? String(Int64(self)) : "\(self)" }
}
