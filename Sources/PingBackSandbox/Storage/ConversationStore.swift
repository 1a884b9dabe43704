import GRDB

/// The conversations of a data file: creates go through the queue, everything else straight to the database.
///
/// GRDB runs every statement on queues of its own, so SQLite never blocks the cooperative pool.
struct ConversationStore: Sendable {
    private let database: DatabasePool
    private let business: Business
    private let writer: ConversationWriter
    private let creates: CreateQueue

    init(database: DatabasePool, business: Business) {
        let writer = ConversationWriter(business: business)
        self.database = database
        self.business = business
        self.writer = writer
        creates = CreateQueue { orders in
            try await database.write { try writer.write(orders, in: $0) }
        }
    }

    func create(_ order: CreateOrder) async throws -> ConversationAnswer {
        try await creates.create(order)
    }

    /// One page, newest update first, without messages.
    func list(status: String?, page: Int, limit: Int) async throws -> [ConversationAnswer] {
        let (offset, overflow) = (page - 1).multipliedReportingOverflow(by: limit)
        guard !overflow else { return [] }
        let filter = status == nil ? "" : "WHERE status = :status"
        // The page's rows are found in an index alone; only they are then read, however deep the page.
        let sql = """
            \(ConversationAnswer.selection)
            WHERE conversation.number IN (
                SELECT number FROM conversation \(filter)
                ORDER BY updated_at DESC, number DESC LIMIT :limit OFFSET :offset)
            ORDER BY conversation.updated_at DESC, conversation.number DESC
            """
        var arguments: StatementArguments = ["limit": limit, "offset": offset]
        if let status { arguments += ["status": status] }
        return try await database.read { [business, arguments] database in
            try Row.fetchAll(database, sql: sql, arguments: arguments).map {
                ConversationAnswer($0, businessID: business.id)
            }
        }
    }

    /// One conversation with its whole history in order of time.
    func conversation(_ id: String) async throws -> ConversationAnswer? {
        try await database.read { [business] database in
            let row = try Row.fetchOne(
                database, sql: "\(ConversationAnswer.selection) WHERE conversation.id = ?", arguments: [id])
            guard let row else { return nil }
            var answer = ConversationAnswer(row, businessID: business.id)
            answer.messages = try Row.fetchAll(
                database, sql: "SELECT * FROM message WHERE conversation_id = ? ORDER BY number", arguments: [id]
            ).map { MessageAnswer($0) }
            return answer
        }
    }

    /// Adds a message of the token's user; nil when there is no such conversation.
    func send(_ text: String, to id: String) async throws -> MessageAnswer? {
        try await database.write { [writer] database in
            let now = WallTime.now
            try database.execute(
                sql: """
                    UPDATE conversation SET updated_at = :now, first_response_at = coalesce(first_response_at, :now)
                    WHERE id = :id
                    """,
                arguments: ["now": now.text, "id": id])
            guard database.changesCount == 1 else { return nil }
            return try writer.agentMessage(text, to: id, at: now, in: database)
        }
    }

    /// Resolves or closes. A conversation that is closed may be resolved and the other way round: the last one holds.
    func finish(_ id: String, as ending: Ending) async throws -> EndingOutcome {
        try await database.write { database in
            let now = WallTime.now.text
            let current = try String.fetchOne(
                database, sql: "SELECT status FROM conversation WHERE id = ?", arguments: [id])
            guard let current else { return .noSuchConversation }
            guard current != ending.rawValue else { return .alreadyDone }
            try database.execute(
                sql: "UPDATE conversation SET status = ?, \(ending.stamp) = ?, updated_at = ? WHERE id = ?",
                arguments: [ending.rawValue, now, now, id])
            return .done(at: now)
        }
    }

    /// Gives a conversation to a member by its user id; whether it is open is not asked.
    func assign(_ id: String, to userID: String) async throws -> AssignmentOutcome {
        try await database.write { database in
            let member = try Bool.fetchOne(
                database, sql: "SELECT is_active FROM member WHERE user_id = ?", arguments: [userID])
            let exists = try Bool.fetchOne(
                database, sql: "SELECT 1 FROM conversation WHERE id = ?", arguments: [id])
            guard exists != nil else { return .noSuchConversation }
            guard member == true else { return .noActiveMember }
            try database.execute(
                sql: "UPDATE conversation SET assignee_id = ?, updated_at = ? WHERE id = ?",
                arguments: [userID, WallTime.now.text, id])
            return .assigned(userID)
        }
    }
}

/// The two ends of a conversation, by the status they leave.
enum Ending: String, Sendable {
    case resolved, closed

    /// The column that keeps when.
    var stamp: String { rawValue + "_at" }
}

enum EndingOutcome: Sendable, Equatable {
    case done(at: String)
    case alreadyDone
    case noSuchConversation
}

enum AssignmentOutcome: Sendable, Equatable {
    case assigned(String)
    case noSuchConversation
    case noActiveMember
}
