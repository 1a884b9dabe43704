import Foundation
package import ImportCore
import Synchronization

/// PingBack's HTTP API as a destination; the sandbox speaks the same.
package final class APIDestination: Destination, CandidateReading, TakingLaterSteps {
    private let options: APIOptions
    private let businessID: String
    private let timing: Timing
    private let client: PingBackClient
    /// What this process has learnt of assigning.
    private let assignments = AssignmentRecord()
    /// When the youngest doubt of this process arose, by a clock that nobody sets.
    private let lastDoubt = Mutex<ContinuousClock.Instant?>(nil)
    /// The traffic light of the write that is going on.
    private let gate = Mutex<Gate?>(nil)
    /// What the preflight found; nil before it.
    private let found = Mutex<Preflight.Findings?>(nil)
    private let assigns: Bool

    /// - Parameters:
    ///   - options: hold a URL and a token by now.
    ///   - name: the destination's name in the plan: `api` or `sandbox`.
    ///   - assigns: whether the plan says who a conversation is assigned to: then the team is looked at.
    ///   - environment: where the usual variables name a proxy.
    package init(
        options: APIOptions, businessID: String, name: String, assigns: Bool = false,
        environment: [String: String] = [:], timing: Timing = Timing()
    ) throws(APIError) {
        let (endpoint, token) = try Self.address(in: options, name: name)
        self.options = options
        self.businessID = businessID
        self.assigns = assigns
        self.timing = timing
        client = try PingBackClient(
            endpoint: endpoint, token: token, concurrency: max(options.concurrency, 1), timeout: options.timeout,
            transport: Transport(options, to: endpoint, destination: name, environment: environment))
    }

    /// Says what is wrong with a destination's options as far as they alone tell: before anything is opened for it.
    package static func check(
        _ options: APIOptions, name: String, environment: [String: String] = [:]
    ) throws(APIError) {
        let (endpoint, _) = try address(in: options, name: name)
        _ = try Transport(options, to: endpoint, destination: name, environment: environment)
    }

    /// Whether requests cannot leave this machine; false also for an address that cannot be used.
    package static func isLoopback(_ options: APIOptions) -> Bool {
        guard let url = options.url, let endpoint = try? Endpoint(url) else { return false }
        return endpoint.isLoopback
    }

    private static func address(
        in options: APIOptions, name: String
    ) throws(APIError) -> (endpoint: Endpoint, token: Secret) {
        guard let url = options.url else { throw .unusableURL("there is none") }
        guard let token = options.token, !token.reveal.isEmpty else { throw .tokenMissing(destination: name) }
        // A header holds visible ASCII. A line end in it would begin another header.
        guard token.reveal.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .unusableToken(destination: name)
        }
        return (try Endpoint(url), token)
    }

    package var traits: DestinationTraits { DestinationTraits(fidelity: .pingBackAPI) }

    package func prepare() async throws -> String {
        let found = try await Preflight(client: client, timing: timing, token: options.token)
            .run(businessID: businessID, needsTeam: assigns && options.assigning != .none)
        self.found.withLock { $0 = found }
        if let data = found.sandboxData { return "sandbox:" + data }
        return "\(client.endpoint.origin)\(client.endpoint.prefix) business \(businessID.lowercased())"
    }

    package func findings() async -> [String] {
        found.withLock { $0?.lines(at: client.endpoint.origin) } ?? []
    }

    /// Whom conversations can be assigned to; nil before `prepare`, where the plan assigns nobody, and where the token's
    /// role may not see the team.
    package var team: TeamDirectory? { found.withLock { $0?.team } }

    package func write(_ feed: any ConversationFeed, journal: any Journal) async throws {
        let traces = try await TraceKeeper(account: found.withLock { $0?.account.user.id } ?? "", journal: journal)
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
        let book = AnswerBook(trusts503: options.trusts503, token: options.token)
        let gate = Gate(
            origin: client.endpoint.origin, patience: options.patience, timing: timing,
            awaitsFirst: !feed.followsSuccess, mostDoubts: options.concurrency,
            doubtWindow: timing.doubtWindow ?? .seconds(options.timeout + options.doubts.settleAfter),
            probe: { [client, token = options.token] in await Self.probe(client, token: token) },
            note: { await journal.note($0) })
        self.gate.withLock { $0 = gate }
        return WriteSession(
            client: client, book: book,
            echoes: EchoCheck(
                businessID: businessID, expectedChannel: options.expectedChannel, token: options.token),
            gate: gate, feed: feed, journal: journal, options: options, timing: timing, assignments: assignments,
            onCreated: onCreated,
            onDoubt: { [weak self] in self?.lastDoubt.withLock { $0 = .now } })
    }

    package func settle(
        _ doubts: [AttemptEntry], in context: SettlingContext, journal: any Journal
    ) async throws -> [OpenDoubt] {
        guard !doubts.isEmpty else { return [] }
        // Reading waits for the server as the lanes do.
        guard context.isUnderWay, let gate = gate.withLock({ $0 }) else {
            try await awaitEnd(of: doubts, journal: journal)
            return try await lookUp(doubts, in: context, journal: journal)
        }
        await gate.expectLookUp()
        let result: Result<[OpenDoubt], any Error>
        do {
            try await awaitEnd(of: doubts, journal: journal)
            let isReadable = await gate.passToRead()
            result = .success(isReadable ? try await lookUp(doubts, in: context, journal: journal) : [])
        } catch {
            // What stops reading stops the lanes, too.
            if error is APIError { await gate.stop(error) }
            result = .failure(error)
        }
        await gate.lookedUp(doubts.map(\.record))
        return try result.get()
    }

    /// Waits until nothing of these requests can arrive any more.
    private func awaitEnd(of doubts: [AttemptEntry], journal: any Journal) async throws {
        let delay = settlingDelay(of: doubts)
        await journal.note(.settling(doubts: doubts.count, seconds: delay / .seconds(1)))
        try await Task.sleep(for: delay, clock: .continuous)
    }

    private func lookUp(
        _ doubts: [AttemptEntry], in context: SettlingContext, journal: any Journal
    ) async throws -> [OpenDoubt] {
        try await Settlement(
            reader: reader { await journal.note($0) }, options: options.doubts, timing: timing, context: context,
            journal: journal
        ).settle(doubts)
    }

    package func candidate(
        _ id: String, for doubt: AttemptEntry, traces: OwnTraces
    ) async throws -> DoubtCandidate? {
        guard let found = try await reader({ _ in }).conversation(id), let mark = doubt.mark else { return nil }
        return DoubtMatching(traces: traces, since: { $0.startedAt }).compare(
            ConversationSighting(found, found), with: mark)
    }

    /// Whether the plan has conversations assigned.
    var assignsConversations: Bool { options.assigning != .none }

    /// How many requests may be in flight at once.
    var width: Int { options.concurrency }

    func reader(_ note: @escaping @Sendable (DestinationEvent) async -> Void) -> ConversationReader {
        ConversationReader(
            reader: PatientReader(
                client: client, patience: options.patience, timing: timing, token: options.token, note: note))
    }

    package func requestCounts() async -> Books.Requests { client.requestCounts }

    package func shutdown() async throws { try await client.shutdown() }

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
            if let distrust = exchange.distrust { return .stop(distrust) }
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
