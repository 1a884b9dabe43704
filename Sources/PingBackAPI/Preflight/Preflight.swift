import Foundation
import ImportCore
import NIOCore
import NIOHTTP1

/// Looks at a server before the first write, with reads that PingBack documents: whose token it is, and what there is.
struct Preflight: Sendable {
    /// What was found.
    struct Findings: Sendable {
        var account: Account
        /// The id of a sandbox's data; nil at any other server.
        var sandboxData: String?
        /// Nil where the token's role may not see them.
        var channels: ChannelList?
        /// Nil where the plan assigns nobody, or the token's role may not see the team.
        var team: TeamDirectory?
        /// Asked for, and not shown to this token.
        var hidden: [String] = []
    }

    let client: PingBackClient
    let timing: Timing
    let token: Secret?

    /// - Parameters:
    ///   - businessID: the plan's.
    ///   - needsTeam: whether the plan assigns conversations.
    func run(businessID: String, needsTeam: Bool) async throws -> Findings {
        let answer = try accepted(try await answered("/auth/me"), of: "auth/me")
        guard let account: Account = decode(answer) else {
            throw APIError.notPingBack("its answer to auth/me names no user", words: nil)
        }
        guard let found = account.business?.id else { throw APIError.noBusiness }
        guard found.lowercased() == businessID.lowercased() else {
            throw APIError.otherBusiness(found: ServerWords.tidy(found, token: token) ?? "", expected: businessID)
        }
        // A sandbox is its data, on whichever port it is served today.
        let data = answer.headers.first(name: "X-Sandbox-Data").flatMap { $0.isEmpty ? nil : $0 }
        var findings = Findings(account: account, sandboxData: data)
        if let channels: [ListedChannel] = try await list("channels/", into: &findings) {
            let list = ChannelList(channels)
            guard !list.active.isEmpty else { throw APIError.noActiveChannel(inactive: list.inactive) }
            findings.channels = list
        }
        if needsTeam, let members: [ListedMember] = try await list("team/members", into: &findings) {
            findings.team = TeamDirectory(members)
        }
        return findings
    }

    /// A list that not every role may see: the token may well be allowed to create conversations all the same.
    private func list<Item: Decodable>(_ path: String, into findings: inout Findings) async throws -> [Item]? {
        let answer = try await answered("/" + path)
        guard answer.status != 403 else {
            findings.hidden.append(path)
            return nil
        }
        guard let items: [Item] = decode(try accepted(answer, of: path)) else {
            throw APIError.notPingBack("its answer to \(path) is not the list that it should be", words: nil)
        }
        return items
    }

    private func decode<Value: Decodable>(_ answer: Answer) -> Value? {
        guard answer.ending == .complete else { return nil }
        return try? JSONDecoder().decode(Value.self, from: answer.body)
    }

    /// Asks until something is answered, since reading may be repeated: a server that is just starting, or restarting
    /// behind a gateway, gets a few seconds. One that lets a request's whole time pass is not asked again.
    private func answered(_ path: String) async throws -> Answer {
        var backoff = timing.preflightBackoff
        let end = ContinuousClock.now + .nanoseconds(client.timeout.nanoseconds)
        for attempt in 1... {
            let exchange = await client.get(path)
            try Task.checkCancellation()
            let isLast = attempt >= timing.preflightTries || ContinuousClock.now >= end
            if let answer = exchange.answer, isLast || !Self.isGatewayAlone(answer) { return answer }
            if let distrust = exchange.distrust { throw distrust }
            if isLast {
                let reason = exchange.failure ?? "no answer"
                throw APIError.unreachable(origin: client.endpoint.origin, reason: reason)
            }
            try await Task.sleep(for: backoff, clock: .continuous)
            backoff *= 2
        }
        preconditionFailure("the loop above ends by returning or throwing")
    }

    /// Whether it comes from a gateway whose server is away.
    private static func isGatewayAlone(_ answer: Answer) -> Bool { (502...504).contains(answer.status) }

    /// The answer, where its status says that the request was granted.
    private func accepted(_ answer: Answer, of path: String) throws(APIError) -> Answer {
        let words = { ServerWords.read(answer, token: token) }
        switch answer.status {
        case 200...299: return answer
        case 300...399:
            let location = answer.headers.first(name: "Location")
            throw .redirected(status: answer.status, location: location.flatMap { ServerWords.tidy($0, token: token) })
        case 401, 403: throw .credentialsRefused(status: answer.status, words: words())
        case 408, 429, 500...599:
            throw .unreachable(origin: client.endpoint.origin, reason: "it answers \(answer.status) to \(path)")
        default: throw .notPingBack("it answers \(answer.status) to \(path)", words: words())
        }
    }
}

extension Preflight.Findings {
    /// In a few lines, without anybody's data.
    func lines(at origin: String) -> [String] {
        // A word of the server's own is not repeated.
        let role =
            switch account.role {
            case "owner": "an owner"
            case "admin": "an admin"
            case "agent": "an agent"
            default: "somebody"
            }
        var lines = ["\(origin): the token is that of \(role) of the plan's business"]
        if let channels {
            lines.append("active channels: \(channels.words)")
            if !channels.delivering.isEmpty {
                lines.append(
                    "PingBack chooses the channel of a new conversation, and may deliver its message by "
                        + channels.delivering.joined(separator: ", "))
            }
        }
        if let team { lines.append("active members of the team: \(team.count)") }
        for path in hidden { lines.append("not looked at: \(path), which the token's role may not see") }
        return lines
    }
}
