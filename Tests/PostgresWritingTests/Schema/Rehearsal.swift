import ImportCore
import ImportTestSupport

@testable import PostgresWriting

/// A database of its own with PingBack's tables, and a connection to it on which a test changes what it likes.
struct Rehearsal {
    static let business = "b2c3d4e5-f6a7-8901-bcde-f12345678901"

    let cluster: PrivateCluster
    let url: String
    let name: String
    let connection: Connection

    /// - Parameter isEmpty: whether there are no tables.
    init(isEmpty: Bool = false, in cluster: PrivateCluster? = nil) async throws {
        self.cluster = if let cluster { cluster } else { try await PrivateCluster.shared }
        url = try await self.cluster.createDatabase()
        connection = try Connection(to: url)
        name = try connection.rows("SELECT current_database()").joined().first.flatMap(\.self) ?? ""
        if !isEmpty { try connection.run(ReferenceSchema.tablesDDL(PostgresTables())) }
    }

    /// The same database over another connection.
    init(_ other: Rehearsal, connection: Connection) {
        (cluster, url, name) = (other.cluster, other.url, other.name)
        self.connection = connection
    }

    /// What psql answers, or does: a reader of its own.
    @discardableResult
    func psql(_ script: String) async throws -> [[String?]] { try await cluster.query(script, in: url) }

    func inspect(_ tables: PostgresTables = PostgresTables(), business: String = business) throws -> Target {
        try TargetInspection.inspect(connection, tables, businessID: business)
    }

    /// What an inspection finds after a change, which is then taken back.
    func target(after change: String) throws -> Target {
        try connection.run("BEGIN")
        defer { try? connection.run("ROLLBACK") }
        try connection.run(change)
        return try inspect()
    }

    /// What is wrong with the database after a change, which is then taken back; nil where nothing is.
    func complaint(after change: String, _ tables: PostgresTables = PostgresTables()) throws -> Complaint? {
        try connection.run("BEGIN")
        defer { try? connection.run("ROLLBACK") }
        try connection.run(change)
        do {
            _ = try inspect(tables)
            return nil
        } catch PostgresError.target(let findings, let status, let grants) {
            return Complaint(findings: findings, status: status, grants: grants)
        }
    }

    struct Complaint: Equatable {
        var findings: [String]
        var status: ExitStatus
        var grants: [String] = []
    }
}
