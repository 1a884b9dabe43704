import Foundation
import ImportTestSupport

/// A folder with a plan, and a database of its own for it to write into.
struct PostgresWorkspace {
    let workspace: Workspace
    let cluster: PrivateCluster
    let url: String

    var program: Program { workspace.program }

    /// - Parameter isEmpty: whether PingBack's tables are missing.
    init(isEmpty: Bool = false) async throws {
        workspace = try Workspace()
        cluster = try await .shared
        url = try await cluster.createDatabase()
        guard !isEmpty else { return }
        let schema = try await workspace.program.run("schema", "postgres").output
        try await query(schema)
        try await query(
            """
            INSERT INTO channels (id, business_id, type)
            VALUES ('11111111-1111-4111-8111-111111111111', '\(Workspace.businessID)', 'email')
            """)
    }

    /// Writes a plan that maps what Postgres holds, and tickets for it.
    func writePlan(_ name: String = "plan.yaml", plan: String = "end-to-end", files: String = "tickets.csv") throws {
        try workspace.write(
            name,
            """
            version: 1
            name: \(plan)
            business_id: \(Workspace.businessID)
            source: { files: ["\(files)"], key: id }
            conversation:
              initial_message: text
              status: { from: status, values: { open: open, done: closed } }
              created_at: { from: created, date: iso8601 }
            customer: { name: name, email: email }
            destinations: { postgres: { url: "\(url)", patience: 30s } }
            limits: { rejections: 50% }

            """)
    }

    /// One ticket a line; every fifth is of the same customer as the one five before.
    static func csv(_ numbers: ClosedRange<Int>) -> String {
        "id,text,status,created,name,email\n"
            + numbers.map { number in
                let person = number / 5
                return
                    "\(number),ticket \(number) of many,open,2024-05-01T10:00:00Z,Person \(person),p\(person)@example.org\n"
            }.joined()
    }

    @discardableResult
    func query(_ sql: String) async throws -> [[String?]] { try await cluster.query(sql, in: url) }

    func count(_ table: String) async throws -> Int {
        try await query("SELECT count(*) FROM \(table)").first?.first?.flatMap { Int($0) } ?? -1
    }

    /// Everything in PingBack's tables, as one digest.
    func content() async throws -> [String?] {
        var content: [String?] = []
        for table in ["customers", "conversations", "messages"] {
            content += try await query("SELECT md5(string_agg(t::text, '|' ORDER BY t.id)) FROM \(table) t").joined()
        }
        return content
    }

    /// The objects of a JSON Lines file.
    func objects(_ name: String) throws -> [[String: Any]] {
        try workspace.bytes(name).split(separator: 0x0A).map {
            try JSONSerialization.jsonObject(with: $0) as? [String: Any] ?? [:]
        }
    }
}
