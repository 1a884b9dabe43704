import Foundation

/// One conversation of the list, as far as it tells of its customer.
struct CustomerSighting: Decodable, Sendable {
    var conversationID: String
    /// Nil where the conversation has none.
    var customer: KnownCustomer?
    /// Milliseconds since 1970; nil where the server's text is no time.
    var updatedAt: Int64?

    /// The customer inside a conversation. Its integer id is good for no request, so it is not read.
    private struct Embedded: Decodable {
        var email: Text?
        var phone: Text?
        var externalID: Text?
        var name: Text?

        enum CodingKeys: String, CodingKey {
            case email, phone, name
            case externalID = "external_id"
        }
    }

    /// A text without blanks at its ends, nil where nothing is left; also a number, as external ids are in many systems.
    private struct Text: Decodable {
        var value: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            let text = (try? container.decode(String.self)) ?? (try? container.decode(Int64.self)).map { String($0) }
            let trimmed = text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
            value = trimmed.isEmpty ? nil : trimmed
        }
    }

    private enum CodingKeys: String, CodingKey {
        case customer
        case conversationID = "id"
        case customerID = "customer_id"
        case updatedAt = "updated_at"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        conversationID = try container.decode(String.self, forKey: .conversationID)
        updatedAt = try container.decodeIfPresent(String.self, forKey: .updatedAt).flatMap {
            ServerTime.milliseconds($0)
        }
        guard let id = try container.decodeIfPresent(String.self, forKey: .customerID), !id.isEmpty else { return }
        let embedded = try? container.decodeIfPresent(Embedded.self, forKey: .customer)
        customer = KnownCustomer(
            id: id, email: embedded?.email?.value?.lowercased(), phone: embedded?.phone?.value,
            externalID: embedded?.externalID?.value, name: embedded?.name?.value)
    }
}
