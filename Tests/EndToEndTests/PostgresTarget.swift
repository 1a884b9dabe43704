import Foundation
import ImportTestSupport
import Testing

/// A database with PingBack's tables and one channel, as an import finds it.
struct PostgresTarget {
    let cluster: PrivateCluster
    let url: String

    /// - Parameter change: what a test changes about the tables.
    init(in cluster: PrivateCluster? = nil, change: String = "") async throws {
        self.cluster = if let cluster { cluster } else { try await PrivateCluster.shared }
        url = try await self.cluster.createDatabase()
        let schema = try await Program(in: TemporaryFolder()).run("schema", "postgres")
        try await query(schema.output)
        try await query(
            """
            INSERT INTO channels (id, business_id, type, created_at) VALUES
                ('00000000-0000-4000-8000-000000000001', '\(Workspace.businessID)', 'widget', '2000-01-01Z');
            """ + change)
    }

    @discardableResult
    func query(_ sql: String) async throws -> [[String?]] { try await cluster.query(sql, in: url) }

    /// The only value of a query.
    func value(_ sql: String) async throws -> String? { try await query(sql).first?.first ?? nil }

    /// Every row of PingBack's tables that a run writes: table, id, and a hash over all columns.
    func rows() async throws -> [[String?]] {
        try await query(
            ["customers", "conversations", "messages"].map {
                "SELECT '\($0)', id, md5(t::text) FROM \($0) t"
            }.joined(separator: " UNION ALL ") + " ORDER BY 1, 2")
    }

    /// A role of its own that may do what an import needs, and no more.
    ///
    /// - Parameter connections: how many it may have; -1 for as many as it likes.
    func addImporter(connections: Int = -1) async throws -> String {
        let user = "importer_" + UUID().uuidString.prefix(8).lowercased()
        try await query(
            """
            CREATE ROLE \(user) LOGIN CONNECTION LIMIT \(connections);
            DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO \(user)', current_database()); END $$;
            GRANT SELECT, INSERT ON customers, channels, conversations, messages TO \(user);
            GRANT USAGE ON SCHEMA pingback_import TO \(user);
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pingback_import TO \(user);
            """)
        return user
    }

    /// The address for another role.
    func url(user: String) -> String { url.replacing("user=postgres", with: "user=" + user) }

    /// The plan's lines that lead here.
    func destination(url: String? = nil, _ options: String = "") -> String {
        "destinations: { postgres: { url: \"\(url ?? self.url)\", \(options) } }"
    }
}

extension Workspace {
    /// The columns of an import into Postgres: with a time, and a customer.
    static let historyHeader = "id,text,status,created,name,email,external\n"

    /// Writes a plan for them.
    func writeHistoryPlan(_ destination: String, hasCustomers: Bool = true) throws {
        let customer = "customer: { name: name, email: email, external_id: external }"
        try writePlan(
            conversation: "created_at: { from: created, date: iso8601 }",
            more: [hasCustomers ? customer : "", "limits: { rejections: 1000000 }", destination]
                .filter { !$0.isEmpty }.joined(separator: "\n"))
    }

    /// The bytes of both reports of a run into Postgres.
    func rejects() throws -> [Data] {
        try ["rejected.csv", "rejections.jsonl"].map { name in
            let path = "plan.postgres.rejects/" + name
            return exists(path) ? try bytes(path) : Data()
        }
    }
}

/// Tickets of an export: some cannot be imported, and people write more than once, under one of two names of theirs.
struct DirtyHistory {
    private(set) var text = Workspace.historyHeader

    init(count: Int, random: inout some RandomNumberGenerator) {
        // Long enough that a few thousand tickets make several batches.
        let filling = String(repeating: "what a customer has to say and at length; ", count: 48)
        for number in 1...count {
            let message = "ticket \(number) \(filling)"
            let created = "2021-03-\(10 + number % 20)T10:00:00.\(100_000 + number)Z"
            let rest = "\(created),\(Self.customer(of: count, &random))\n"
            switch Int.random(in: 0..<100, using: &random) {
            case 0: text += "\(number),\(message),urgnt,\(rest)"
            case 1: text += "\(number),\(message)\n"
            case 2: text += "\(number),a \"quote,open,\(rest)"
            case 3: text += "\(number),\"  \",open,\(rest)"
            case 4: text += ",\(message),open,\(rest)"
            case 5: text += "\(number),\(message),open,\(rest)\(number),again,open,\(rest)"
            case 6: text += "\(number),\"\(message)\nin two lines\",done,\(rest)"
            default: text += "\(number),\(message),open,\(rest)"
            }
        }
    }

    /// Name, address and external id: some share an address, and some are named by one of the two only.
    private static func customer(of count: Int, _ random: inout some RandomNumberGenerator) -> String {
        let person = Int.random(in: 0..<(count / 4), using: &random)
        let address = person % 7 == 0 ? "shared\(person / 70)@example.com" : "person\(person)@example.com"
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return "Person \(person),\(address.uppercased()),"
        case 1: return "Person \(person),\(address),"
        case 2: return "Person \(person),,e\(person)"
        case 3: return ",,"
        default: return "Person \(person),\(address),e\(person)"
        }
    }
}
