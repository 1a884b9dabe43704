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
            try Row.fetchAll(database, sql: "SELECT * FROM channel ORDER BY rowid").map { row in
                let type: String = row["type"]
                let config = type == Business.channelType ? [:] : ["access_token": Business.providerSecret]
                return ChannelAnswer(
                    id: row["id"], businessID: business.id, type: type, config: config, isActive: row["is_active"],
                    createdAt: row["created_at"])
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
