import GRDB

/// A message as conversations embed it and as sending one answers it.
struct MessageAnswer: Encodable, Sendable {
    let id: String
    let conversationID: String
    let senderType: String
    @NullWhenAbsent var senderID: String?
    let content: String
    /// Always empty: without an upload endpoint there is nothing to attach.
    let attachments: [String] = []
    let createdAt: String

    enum CodingKeys: String, CodingKey {
        case id, content, attachments
        case conversationID = "conversation_id"
        case senderType = "sender_type"
        case senderID = "sender_id"
        case createdAt = "created_at"
    }
}

extension MessageAnswer {
    init(_ row: Row) {
        self.init(
            id: row["id"],
            conversationID: row["conversation_id"],
            senderType: row["sender_type"],
            senderID: row["sender_id"],
            content: row["content"],
            createdAt: row["created_at"]
        )
    }
}
