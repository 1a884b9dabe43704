import ImportCore
import ImportTestSupport
import Synchronization

@testable import PostgresWriting

/// A database of PingBack's, and what goes into it night after night: each call is a process of its own.
struct Nights {
    let cluster: PrivateCluster
    let url: String

    init() async throws {
        cluster = try await PrivateCluster.shared
        url = try await cluster.createDatabase()
        try await withDestination(Journal()) { try await $0.createSchema() }
    }

    /// The same plan at another database.
    init(url: String, in cluster: PrivateCluster) {
        self.cluster = cluster
        self.url = url
    }

    func load(_ tickets: [NightTicket], run: String = Self.run(0)) async throws -> Journal {
        try await load(NightTicket.conversations(tickets), run: run)
    }

    func load(_ conversations: [Conversation], run: String = Self.run(0)) async throws -> Journal {
        let journal = Journal()
        try await withDestination(journal) { destination in
            _ = try await destination.prepare()
            try await destination.write(Feed(conversations, runID: run), journal: journal)
        }
        return journal
    }

    /// Carries the tickets as they are now.
    func update(
        _ tickets: [NightTicket], _ groups: ContentGroups = .all, _ onDrift: DriftRule = .keep, night: Int = 1,
        journal: Journal = Journal(),
        propose: @escaping @Sendable ([(change: ChangedConversation, drifts: [Drift])]) async throws -> Void = { _ in }
    ) async throws -> [UpdateOutcome] {
        try await withDestination(journal) { destination in
            _ = try await destination.prepare()
            try await destination.prepareToUpdate()
            return try await destination.update(
                NightTicket.conversations(tickets).map {
                    ChangedConversation(conversation: $0, groups: groups, record: $0.id, remoteID: nil)
                },
                in: UpdatingContext(
                    runID: Self.run(night), startedAt: 0, onDrift: onDrift, control: RunControl(), journal: journal,
                    propose: propose))
        }
    }

    func withDestination<Result: Sendable>(
        _ journal: Journal, _ body: (PostgresDestination) async throws -> Result
    ) async throws -> Result {
        var options = PostgresOptions()
        options.url = Secret(url)
        options.patience = 30
        let destination = try PostgresDestination(options: options, plan: Self.plan, environment: [:])
        let result: Result
        do {
            result = try await body(destination)
        } catch {
            try await destination.shutdown()
            throw error
        }
        try await destination.shutdown()
        return result
    }

    /// Somebody else, by psql.
    @discardableResult
    func psql(_ sql: String) async throws -> [[String?]] { try await cluster.query(sql, in: url) }

    /// The condition that picks a ticket's conversation.
    static func conversation(_ number: Int) -> String {
        "(SELECT conversation_id FROM pingback_import.ledger WHERE key = 'T-\(number)')"
    }

    /// Everything in PingBack's tables but the channels, as text.
    func content() async throws -> [[String?]] {
        try await psql(
            ["customers", "conversations", "messages"].map { "SELECT '\($0)', t.id, t::text FROM \($0) t" }.joined(
                separator: " UNION ALL ") + " ORDER BY 1, 2")
    }

    static func run(_ night: Int) -> String { "00000000-0000-4000-8000-00000000000\(night)" }

    private static var plan: Plan {
        func field(_ name: String) -> ValueRule {
            ValueRule(.field(FieldReference(path: FieldPath(literal: name), line: 1)), line: 1)
        }
        var rules = ConversationRules()
        rules.texts[.initialMessage] = field("body")
        return Plan(
            path: "plan.yaml", name: "nightly", businessID: Rehearsal.business,
            source: SourceDescription(
                files: ["tickets.csv"], format: .csv, dialect: .init(), key: field("id"), nullValues: [""],
                messages: nil),
            conversation: rules, customer: nil,
            destinations: Destinations(sandbox: APIOptions(), api: nil), limits: Limits(), duplicates: .reject,
            meaning: [])
    }

    /// Conversations in order.
    final class Feed: ConversationFeed {
        let followsSuccess = false
        let runID: String
        private let rest: Mutex<ArraySlice<Conversation>>

        init(_ conversations: [Conversation], runID: String) {
            rest = Mutex(conversations[...])
            self.runID = runID
        }

        func next() async throws -> PendingConversation? {
            rest.withLock { $0.popFirst().map { PendingConversation($0) } }
        }
    }

    /// Keeps what it is told.
    final class Journal: ImportCore.Journal {
        private let state = Mutex((entries: [AttemptEntry](), events: [DestinationEvent]()))

        func record(_ entries: [AttemptEntry]) async throws { state.withLock { $0.entries += entries } }
        func note(_ event: DestinationEvent) async { state.withLock { $0.events.append(event) } }

        var entries: [AttemptEntry] { state.withLock { $0.entries } }
        var remarks: [String] {
            state.withLock { state in
                state.events.compactMap { if case .remark(let words) = $0 { words } else { nil } }
            }
        }
    }
}
