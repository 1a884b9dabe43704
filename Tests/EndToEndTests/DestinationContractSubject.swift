import Foundation
import ImportTestSupport
import Testing

/// The kinds of destination that have to keep the contract, and what only some of them can do.
enum DestinationKind: String, CaseIterable, CustomTestStringConvertible {
    case sandbox, postgres

    var testDescription: String { rawValue }

    /// Whether the destination itself remembers what is in, so that a lost checkpoint doubles nothing.
    var keepsLedger: Bool { self == .postgres }

    /// Whether it can be told to refuse a record that is valid for us, and to take it later.
    var hasRulesOfItsOwn: Bool { self == .postgres }
}

/// A destination of one kind with nothing in it, and a workspace whose plan leads to it: how the contract's tests reach
/// what differs from kind to kind, and read what really is there by other means than the program's own.
final class DestinationUnderTest {
    let kind: DestinationKind
    let workspace: Workspace
    private let sandbox: SandboxProcess?
    private let database: Database?

    private struct Database {
        var cluster: PrivateCluster
        var url: String
    }

    /// - Parameter isSlow: whether writing takes long enough to be met in its middle.
    init(_ kind: DestinationKind, isSlow: Bool = false) async throws {
        self.kind = kind
        workspace = try Workspace()
        switch kind {
        case .sandbox:
            sandbox = try await SandboxProcess(workspace, latency: isSlow ? 40 : 0)
            database = nil
        case .postgres:
            sandbox = nil
            let cluster = try await PrivateCluster.shared
            let database = Database(cluster: cluster, url: try await cluster.createDatabase())
            self.database = database
            let schema = try await workspace.program.run("schema", "postgres")
            try await cluster.query(schema.output + Self.channel + (isSlow ? Self.delay : ""), in: database.url)
        }
    }

    private static let channel = """

        INSERT INTO channels (id, business_id, type, created_at)
        VALUES ('c0000000-0000-0000-0000-000000000001', '\(Workspace.businessID)', 'widget', '2020-01-01');

        """

    /// For each statement, which is for each batch.
    private static let delay = """
        CREATE FUNCTION delay() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END';
        CREATE TRIGGER delay BEFORE INSERT ON conversations FOR EACH STATEMENT EXECUTE FUNCTION delay();
        """

    // MARK: - The plan, and the program

    /// Writes a plan over all files `tickets*.csv`.
    func writePlan(statuses: String = "open: open, done: closed", key: String = "id") throws {
        let destination =
            switch kind {
            case .sandbox:
                try #require(sandbox).destination(
                    "concurrency: 4, timeout: 2s, in_doubt: { settle_after: 0s, absent: resend }")
            case .postgres: "destinations:\n  postgres: { url: \"\(try #require(database).url)\" }"
            }
        try workspace.write(
            "plan.yaml",
            """
            version: 1
            name: end-to-end
            business_id: \(Workspace.businessID)
            source:
              files: ["tickets*.csv"]
              key: \(key)
            conversation:
              initial_message: text
              status: { from: status, values: { \(statuses) } }
              created_at: { from: at, date: iso8601 }
            limits: { rejections: 50 }
            \(destination)

            """)
    }

    func run(_ options: String...) async throws -> ProgramEnd {
        try await workspace.program.run(["run", "plan.yaml", "--to", kind.rawValue] + options)
    }

    func start(_ options: String...) throws -> RunningProgram {
        try workspace.program.start(["run", "plan.yaml", "--to", kind.rawValue] + options)
    }

    /// Starts a run and comes back when some of it is in.
    func startAndMeet() async throws -> RunningProgram {
        let running = try start()
        while running.isRunning, try await written().isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        return running
    }

    var checkpoint: String { "plan.\(kind.rawValue).checkpoint" }

    func rejects(_ name: String) -> String { "plan.\(kind.rawValue).rejects/" + name }

    // MARK: - What is there

    /// The message of each conversation, sorted; of one without a message, that it has none.
    func written() async throws -> [String] {
        guard let database else { return try workspace.applied("server.sqlite").sorted() }
        let rows = try await database.cluster.query(
            "SELECT content FROM conversations c LEFT JOIN messages m ON m.conversation_id = c.id", in: database.url)
        return rows.map { ($0.first ?? nil) ?? "no message" }.sorted()
    }

    /// Makes the destination refuse one message by a rule that nobody but it knows.
    func refuse(_ message: String) async throws {
        let database = try #require(database)
        try await database.cluster.query(
            "ALTER TABLE messages ADD CONSTRAINT rule CHECK (content <> '\(message)')", in: database.url)
    }

    func refuseNothing() async throws {
        let database = try #require(database)
        try await database.cluster.query("ALTER TABLE messages DROP CONSTRAINT rule", in: database.url)
    }

    func end() async throws { try await sandbox?.kill() }
}

/// Tickets in several files, so that every kind of destination gets several batches, whatever makes a batch there.
struct ContractTickets {
    static let header = "id,text,status,at\n"

    static func line(_ number: Int, status: String = "open") -> String {
        "\(number),ticket \(number) of many,\(status),2021-03-04T05:06:07Z\n"
    }

    static func messages(_ numbers: some Sequence<Int>) -> [String] {
        numbers.map { "ticket \($0) of many" }.sorted()
    }

    /// Writes so many files of ten tickets, of which the fifth has a status that the plan does not know.
    static func write(files: Int, to workspace: Workspace) throws {
        for file in 0..<files {
            let lines = (1...10).map { line(file * 10 + $0, status: $0 == 5 ? "urgnt" : "open") }
            // Three digits, so that files come in the order of their numbers.
            try workspace.write("tickets-\(file + 100).csv", header + lines.joined())
        }
    }

    static func valid(files: Int) -> [String] { messages((1...files * 10).filter { $0 % 10 != 5 }) }
}
