import GRDB

/// The business, its people, and its channels, read from the data file, where a person may have changed them.
struct TeamStore: Sendable {
    let database: DatabasePool

    func members() async throws -> [MemberAnswer] {
        try await database.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM member ORDER BY rowid").map { MemberAnswer($0) }
        }
    }

    func channels(of business: Business) async throws -> [ChannelAnswer] {
        try await database.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM channel ORDER BY rowid").map {
                ChannelAnswer(
                    id: $0["id"], businessID: business.id, type: $0["type"], isActive: $0["is_active"],
                    createdAt: $0["created_at"])
            }
        }
    }

    func account(of business: Business) async throws -> AccountAnswer {
        let createdAt = try await database.read { database in
            try String.fetchOne(database, sql: "SELECT value FROM meta WHERE name = 'created_at'") ?? ""
        }
        return AccountAnswer(owner: business.owner, business: business, createdAt: createdAt)
    }
}
