import Foundation
package import ImportCore
import NIOHTTP1
import Synchronization

/// PingBack's HTTP API as a destination; the sandbox speaks the same.
package final class APIDestination: Destination, CandidateReading, TakingLaterSteps {
    private let options: APIOptions
    private let businessID: String
    private let timing: Timing
    private let client: PingBackClient
    /// When the youngest doubt of this process arose, by a clock that nobody sets.
    private let assignments = AssignmentRecord()
    private let lastDoubt = Mutex<ContinuousClock.Instant?>(nil)
    /// Whose token it is, as `auth/me` says; empty before it was asked.
    private let account = Mutex("")
    /// The traffic light of the write that is going on.
    private let gate = Mutex<Gate?>(nil)

    /// `name` is the destination's name in the plan: `api` or `sandbox`. `options` must hold a URL and a token by now.
    package init(
        options: APIOptions, businessID: String, name: String, timing: Timing = Timing()
    ) throws(APIError) {
        let (endpoint, token) = try Self.address(in: options, name: name)
        self.options = options
        self.businessID = businessID
        self.timing = timing
        client = try PingBackClient(
            endpoint: endpoint, token: token, concurrency: max(options.concurrency, 1), timeout: options.timeout)
    }

    /// Says what is wrong with a destination's options as far as they alone tell: before anything is opened for it.
    package static func check(_ options: APIOptions, name: String) throws(APIError) {
        _ = try address(in: options, name: name)
    }

    private static func address(
        in options: APIOptions, name: String
    ) throws(APIError) -> (endpoint: Endpoint, token: Secret) {
        guard let url = options.url else { throw .unusableURL("there is none") }
        guard let token = options.token, !token.reveal.isEmpty else { throw .tokenMissing(destination: name) }
        let endpoint = try Endpoint(url)
        guard endpoint.isLoopback else { throw .notLoopback(host: endpoint.host, destination: name) }
        return (endpoint, token)
    }

    package func prepare() async throws -> String {
        let answer = try await firstAnswer()
        let words = { [options] in ServerWords.read(answer, token: options.token) }
        switch answer.status {
        case 200...299: break
        case 300...399:
            let location = answer.headers.first(name: "Location")
            throw APIError.redirected(
                status: answer.status, location: location.flatMap { ServerWords.tidy($0, token: options.token) })
        case 401, 403: throw APIError.credentialsRefused(status: answer.status, words: words())
        case 408, 429, 500...599:
            throw APIError.unreachable(origin: client.endpoint.origin, reason: "it answers \(answer.status)")
        default: throw APIError.notPingBack("it answers \(answer.status) to auth/me", words: words())
        }
        guard answer.ending == .complete, let account = try? JSONDecoder().decode(Account.self, from: answer.body)
        else {
            throw APIError.notPingBack("its answer to auth/me names no user", words: nil)
        }
        guard let found = account.business?.id else { throw APIError.noBusiness }
        guard found.lowercased() == businessID.lowercased() else {
            let shown = ServerWords.tidy(found, token: options.token) ?? ""
            throw APIError.otherBusiness(found: shown, expected: businessID)
        }
        self.account.withLock { $0 = account.user.id }
        // A sandbox is its data, on whichever port it is served today.
        if let data = answer.headers.first(name: "X-Sandbox-Data"), !data.isEmpty { return "sandbox:" + data }
        return "\(client.endpoint.origin)\(client.endpoint.prefix) business \(businessID.lowercased())"
    }

    package func write(_ feed: any ConversationFeed, journal: any Journal) async throws {
        let traces = try await TraceKeeper(account: account.withLock { $0 }, journal: journal)
        defer { gate.withLock { $0 = nil } }
        try await session(feed, journal: journal) { try await traces.observe($0) }.run(lanes: options.concurrency)
    }

    package func take(_ steps: [AttemptEntry], control: RunControl, journal: any Journal) async throws {
        defer { gate.withLock { $0 = nil } }
        let session = session(NoConversations(), journal: journal)
        control.onStop { Task { await session.gate.drain() } }
        try await session.take(steps, lanes: options.concurrency, control: control)
    }

    private func session(
        _ feed: any ConversationFeed, journal: any Journal,
        onCreated: @escaping @Sendable (Exchange) async throws -> Void = { _ in }
    ) -> WriteSession {
        let book = AnswerBook(businessID: businessID, trusts503: options.trusts503, token: options.token)
        let gate = Gate(
            origin: client.endpoint.origin, patience: options.patience, timing: timing,
            probe: { [client, token = options.token] in await Self.probe(client, token: token) },
            note: { await journal.note($0) })
        self.gate.withLock { $0 = gate }
        return WriteSession(
            client: client, book: book, gate: gate, feed: feed, journal: journal, options: options,
            assignments: assignments, onCreated: onCreated,
            onDoubt: { [weak self] in self?.lastDoubt.withLock { $0 = .now } })
    }

    package func settle(
        _ doubts: [AttemptEntry], in context: SettlingContext, journal: any Journal
    ) async throws -> [OpenDoubt] {
        guard !doubts.isEmpty else { return [] }
        let delay = settlingDelay(of: doubts)
        await journal.note(.settling(doubts: doubts.count, seconds: delay / .seconds(1)))
        try await Task.sleep(for: delay, clock: .continuous)
        let gate = gate.withLock { $0 }
        if context.isUnderWay, let gate {
            // Reading waits for the server as the lanes do, and takes no lane's trial away.
            guard await gate.pass(Self.readingLane) else { return [] }
            await gate.leave(Self.readingLane)
        }
        do {
            return try await Settlement(
                reader: reader { await journal.note($0) }, options: options.doubts, timing: timing, context: context,
                journal: journal
            ).settle(doubts)
        } catch let error as APIError {
            // What stops reading stops the lanes, too.
            await gate?.stop(error)
            throw error
        }
    }

    package func candidate(
        _ id: String, for doubt: AttemptEntry, traces: OwnTraces
    ) async throws -> DoubtCandidate? {
        guard let found = try await reader({ _ in }).conversation(id), let mark = doubt.mark else { return nil }
        return DoubtMatching(traces: traces, since: { $0.startedAt }).compare(
            ConversationSighting(found, found), with: mark)
    }

    /// How many requests may be in flight at once.
    var width: Int { options.concurrency }

    /// A number that no lane has.
    private static let readingLane = -1

    func reader(_ note: @escaping @Sendable (DestinationEvent) async -> Void) -> ConversationReader {
        ConversationReader(
            reader: PatientReader(
                client: client, patience: options.patience, timing: timing, token: options.token, note: note))
    }

    package func requestCounts() async -> Books.Requests { client.requestCounts }

    package func shutdown() async throws { try await client.shutdown() }

    /// The answer to the first request of all. A server that is just starting gets a few seconds.
    private func firstAnswer() async throws -> Answer {
        var backoff = timing.preflightBackoff
        for attempt in 1... {
            let exchange = await client.get("/auth/me")
            try Task.checkCancellation()
            if let answer = exchange.answer { return answer }
            if exchange.sentHead || attempt >= timing.preflightTries {
                let reason = exchange.failure ?? "no answer"
                throw APIError.unreachable(origin: client.endpoint.origin, reason: reason)
            }
            try await Task.sleep(for: backoff, clock: .continuous)
            backoff *= 2
        }
        preconditionFailure("the loop above ends by returning or throwing")
    }

    /// How long the server may still be at work on the youngest doubt.
    private func settlingDelay(of doubts: [AttemptEntry]) -> Duration {
        let window = Duration.seconds(options.timeout + options.doubts.settleAfter)
        let youngest = doubts.map(\.startedAt).max() ?? 0
        // A clock that was set back cannot make the wait longer than it ever needs to be.
        let byWallClock = min(window, window - .milliseconds(WallClock.milliseconds() - youngest))
        // One that was set forward cannot make it shorter for a doubt of this process.
        let byOurs = lastDoubt.withLock { $0.map { window - $0.duration(to: .now) } } ?? .zero
        return max(byWallClock, byOurs, .zero)
    }

    /// Asks the server for what it answers without changing anything.
    private static func probe(_ client: PingBackClient, token: Secret?) async -> Gate.Probe {
        let exchange = await client.get("/auth/me")
        guard let answer = exchange.answer else {
            return .down(reason: exchange.failure ?? "no answer", wait: nil)
        }
        switch answer.status {
        case 200...299 where answer.ending == .complete: return .up
        case 401, 403:
            return .stop(.credentialsRefused(status: answer.status, words: ServerWords.read(answer, token: token)))
        default:
            let wait: Double? = if case .seconds(let seconds) = RetryAfter(answer.headers) { seconds } else { nil }
            return .down(reason: "the server answered \(answer.status)", wait: wait)
        }
    }
}
