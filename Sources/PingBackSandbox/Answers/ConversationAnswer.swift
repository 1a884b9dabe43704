import GRDB

/// A conversation as create, list, and get answer it.
///
/// As documented it has neither `resolved_at` nor `closed_at`: those appear only in the answers that stamp them.
struct ConversationAnswer: Encodable, Sendable {
    let id: String
    let businessID: String
    @NullWhenAbsent var customerID: String?
    @NullWhenAbsent var assigneeID: String?
    let status: String
    let channelType: String
    @NullWhenAbsent var channelID: String?
    let createdAt: String
    let updatedAt: String
    @NullWhenAbsent var firstResponseAt: String?
    @NullWhenAbsent var customer: CustomerAnswer?
    var messages: [MessageAnswer]

    enum CodingKeys: String, CodingKey {
        case id, status, customer, messages
        case businessID = "business_id"
        case customerID = "customer_id"
        case assigneeID = "assignee_id"
        case channelType = "channel_type"
        case channelID = "channel_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case firstResponseAt = "first_response_at"
    }
}

extension ConversationAnswer {
    /// What the rows of `selection` hold, without messages.
    init(_ row: Row, businessID: String) {
        let customerID: String? = row["customer_id"]
        self.init(
            id: row["id"],
            businessID: businessID,
            customerID: customerID,
            assigneeID: row["assignee_id"],
            status: row["status"],
            channelType: row["channel_type"],
            channelID: row["channel_id"],
            createdAt: row["created_at"],
            updatedAt: row["updated_at"],
            firstResponseAt: row["first_response_at"],
            customer: customerID == nil
                ? nil
                : CustomerAnswer(
                    number: row["customer_number"],
                    name: row["customer_name"],
                    email: row["customer_email"],
                    phone: row["customer_phone"],
                    externalID: row["customer_external_id"],
                    createdAt: row["customer_created_at"]),
            messages: []
        )
    }

    static let selection = """
        SELECT conversation.*, customer.number AS customer_number, customer.name AS customer_name,
            customer.email AS customer_email, customer.phone AS customer_phone,
            customer.external_id AS customer_external_id, customer.created_at AS customer_created_at
        FROM conversation LEFT JOIN customer ON customer.id = conversation.customer_id
        """
}

/// A customer inside a conversation, with the integer ids that PingBack shows there: they are good for no request.
struct CustomerAnswer: Encodable, Sendable {
    let number: Int64
    let businessNumber = Business.number
    let name: String
    let email: String
    @NullWhenAbsent var phone: String?
    @NullWhenAbsent var externalID: String?
    let createdAt: String

    enum CodingKeys: String, CodingKey {
        case name, email, phone
        case number = "id"
        case businessNumber = "business_id"
        case externalID = "external_id"
        case createdAt = "created_at"
    }
}

extension CustomerAnswer {
    /// What a customer is called of whom nothing but the id is known.
    static func madeUp(_ id: String) -> (name: String, email: String) {
        ("Customer \(id.prefix(8))", "\(id)@customers.invalid")
    }
}
