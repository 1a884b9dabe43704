import Foundation

/// A conversation as the server shows it, as far as we look at it. Ids are opaque: the documented examples are no UUIDs.
struct ConversationObject: Decodable, Sendable {
    struct Message: Decodable, Sendable {
        var senderType: String
        /// Who wrote it; nil also where the server shows something else than a text.
        var senderID: String?
        var content: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            senderType = try container.decode(String.self, forKey: .senderType)
            senderID = try? container.decode(String.self, forKey: .senderID)
            content = try container.decodeIfPresent(String.self, forKey: .content)
        }

        enum CodingKeys: String, CodingKey {
            case senderType = "sender_type"
            case senderID = "sender_id"
            case content
        }
    }

    var id: String
    var businessID: String?
    var customerID: String?
    var assigneeID: String?
    var status: String?
    var channelID: String?
    var createdAt: String?
    var updatedAt: String?
    var messages: [Message]?

    enum CodingKeys: String, CodingKey {
        case id, status, messages
        case businessID = "business_id"
        case customerID = "customer_id"
        case assigneeID = "assignee_id"
        case channelID = "channel_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}

/// What a create request is answered with, as far as we look at it on every one.
struct CreationEcho: Decodable, Sendable, Equatable {
    /// That there is one says whether the conversation is linked; who it is, nobody looks at.
    struct Customer: Decodable, Sendable, Equatable {}

    var id: String
    var businessID: String?
    var customerID: String?
    var customer: Customer?
    var channelType: String?
    var channelID: String?

    enum CodingKeys: String, CodingKey {
        case id, customer
        case businessID = "business_id"
        case customerID = "customer_id"
        case channelType = "channel_type"
        case channelID = "channel_id"
    }
}

/// What we look at beyond that in the first answer.
struct OpeningEcho: Decodable, Sendable {
    var status: String?
    var messages: [ConversationObject.Message]?
}
