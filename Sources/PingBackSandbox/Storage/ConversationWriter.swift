import GRDB

/// Writes creates into an open transaction: the conversation, its opening message, and its line of the journal.
struct ConversationWriter: Sendable {
    let business: Business

    /// Throws when any cannot be written; the transaction around it then takes back them all.
    func write(_ orders: [CreateOrder], in database: Database) throws -> [ConversationAnswer] {
        try orders.map { try write($0, in: database) }
    }

    private func write(_ order: CreateOrder, in database: Database) throws -> ConversationAnswer {
        let now = WallTime.now
        let createdAt = now.text
        let embedded = try order.customerID.map { try customer($0, at: createdAt, in: database) }
        var answer = ConversationAnswer(
            id: RowID.make(at: now),
            businessID: business.id,
            customerID: order.customerID,
            assigneeID: nil,
            status: "open",
            channelType: Business.channelType,
            channelID: business.channelID,
            createdAt: createdAt,
            updatedAt: createdAt,
            // The documentation's prose says "at once", its example shows null: the prose is followed.
            firstResponseAt: order.message == nil ? nil : createdAt,
            customer: embedded,
            messages: []
        )
        try database.cachedStatement(
            sql: """
                INSERT INTO conversation
                    (id, customer_id, status, channel_type, channel_id, created_at, updated_at, first_response_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            answer.id, answer.customerID, answer.status, answer.channelType, answer.channelID, createdAt, createdAt,
            answer.firstResponseAt,
        ])
        if let text = order.message {
            answer.messages = [try agentMessage(text, to: answer.id, at: now, in: database)]
        }
        try database.cachedStatement(
            sql: """
                INSERT INTO journal (received_at, conversation_id, customer_id, message, peer, idempotency_key)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            order.receivedAt.milliseconds, answer.id, order.customerID, order.message, order.peer,
            order.idempotencyKey,
        ])
        return answer
    }

    /// A message of the token's user; REST knows no other sender.
    func agentMessage(
        _ text: String, to conversationID: String, at time: WallTime, in database: Database
    ) throws -> MessageAnswer {
        let message = MessageAnswer(
            id: RowID.make(at: time),
            conversationID: conversationID,
            senderType: "agent",
            senderID: business.owner.userID,
            content: text,
            createdAt: time.text
        )
        try database.cachedStatement(
            sql: """
                INSERT INTO message (id, conversation_id, sender_type, sender_id, content, created_at)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            message.id, conversationID, message.senderType, message.senderID, text, message.createdAt,
        ])
        return message
    }

    /// The customer of that id, made up on first sight: rehearsals name the customers of the real workspace, whom no
    /// sandbox has, and the API has no way to create one. Where a fault script wants it otherwise, the request does not
    /// come this far.
    private func customer(_ id: String, at time: String, in database: Database) throws -> CustomerAnswer {
        let find = try database.cachedStatement(
            sql: "SELECT number, name, email, phone, external_id, created_at FROM customer WHERE id = ?")
        if let row = try Row.fetchOne(find, arguments: [id]) {
            return CustomerAnswer(
                number: row["number"], name: row["name"], email: row["email"], phone: row["phone"],
                externalID: row["external_id"], createdAt: row["created_at"])
        }
        let (name, email) = CustomerAnswer.madeUp(id)
        try database.cachedStatement(sql: "INSERT INTO customer (id, name, email, created_at) VALUES (?, ?, ?, ?)")
            .execute(arguments: [id, name, email, time])
        return CustomerAnswer(number: database.lastInsertedRowID, name: name, email: email, createdAt: time)
    }
}
